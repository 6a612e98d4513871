// Runs the same command again in the place of this process: the same process id, terminal and ports.
import path from 'node:path';
import { passedLifeline } from './stopping.ts';

/** Set for a process that took the place of an earlier one: what is done once only is not done again. */
const AGAIN = 'STRATA_RUNS_AGAIN';

/** Whether this system can do it. Windows cannot. */
export const canRunAgain = typeof process.execve === 'function' && process.platform !== 'win32';

/** Whether this process took the place of an earlier one. */
export const runsAgain = process.env[AGAIN] === '1';
// Children must not take it for theirs.
delete process.env[AGAIN];

/** @param more arguments that come after those of the command line, and win */
export function runAgain(more: readonly string[]): void {
  const main = path.join(import.meta.dirname, 'main.ts');
  const args = [process.execPath, ...process.execArgv, main, ...process.argv.slice(2), ...more];
  process.execve?.(process.execPath, args, {
    ...process.env,
    [AGAIN]: '1',
    ...passedLifeline(),
  });
}
