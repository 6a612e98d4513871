// The processor time of a process and everything that it started, as Linux counts it.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc; 100 on every Linux that matters here. */
const TICKS = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Of the process and of its children that have ended. */
  readonly ticks: number;
}

/** Fields of proc(5) stat behind the name, which may hold anything. */
function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (at: number) => Number(fields[at - 3]);
  return {
    pid: Number.parseInt(text, 10),
    parent: number(4),
    ticks: number(14) + number(15) + number(16) + number(17),
  };
}

/** Milliseconds of processor time so far. @param root process id */
export function processTreeMs(root: number): number {
  const stats: Stat[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.push(parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch {
      // It has ended meanwhile.
    }
  }
  const tree = new Set([root]);
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of stats) if (tree.has(parent)) tree.add(pid);
  }
  const ticks = stats.filter(({ pid }) => tree.has(pid)).reduce((sum, stat) => sum + stat.ticks, 0);
  return (ticks * 1000) / TICKS;
}
