// The memory of a process, as Linux counts it.
import { readFileSync } from 'node:fs';

export interface Memory {
  /** Bytes resident now, and at their highest since `forgetPeak`. */
  readonly now: number;
  readonly peak: number;
}

/** Throws when there is no such process. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: field('VmRSS'), peak: field('VmHWM') };
}
