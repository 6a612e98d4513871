// Who is whose child among the processes of this machine.
import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started and that still run; Linux only. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    // After the name in parentheses, which may hold anything: state, parent.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ') ?? [];
    return Number(parent);
  } catch {
    return null; // ended meanwhile
  }
}
