// Names of files that are still being written, and which of them were left by a process that died.
import { randomUUID } from 'node:crypto';

// Of this process, over all stores: a store opened twice must not sweep what the other is writing.
const beingWritten = new Set<string>();

/** A new name for a file that this process writes now. Give it back with `releaseTemporaryName`. */
export function takeTemporaryName(): string {
  const name = `${process.pid}-${randomUUID()}`;
  beingWritten.add(name);
  return name;
}

export function releaseTemporaryName(name: string): void {
  beingWritten.delete(name);
}

/** Whether nobody writes this file any more: its process is gone, or it is this one and does not know it (process ids come again). */
export function isLeftOver(name: string): boolean {
  if (beingWritten.has(name)) return false;
  const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
  if (pid === 0 || pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
