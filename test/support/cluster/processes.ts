// The processes of a cluster are those that work in its folder: also what Patroni and PostgreSQL start by themselves.
import { readdirSync, readlinkSync } from 'node:fs';

/** The ids of the processes whose working folder is the folder or lies below it; Linux only. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isIn(folder, name))
    .map(Number);
}

function isIn(folder: string, pid: string): boolean {
  try {
    const at = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
    return at === folder || at.startsWith(`${folder}/`);
  } catch {
    return false; // another user's, or ended meanwhile
  }
}

/** Sends a signal to each of them; those that have ended meanwhile do not matter. @returns how many got it */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): number {
  let reached = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
      reached++;
    } catch {
      // ended
    }
  }
  return reached;
}
