// Deals with what an earlier server left in the folder: a server that still runs, or a pid file that means nobody.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MetadataError } from '../errors.ts';
import { isAlive, servesCluster, waitForEnd } from './processes.ts';

/**
 * Makes the folder free for a new server. Only for the holder of the folder's lock: then a server that still runs there
 * has lost its keeper, and is stopped.
 * Throws MetadataError `in-use` when it does not end.
 * @param cluster absolute, without symbolic links
 */
export async function clearLeftOver(cluster: string, log: (message: string) => void): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  const lines = readLines(file);
  if (!lines) return;
  const pid = Math.abs(Number(lines[0])); // negative: a server without a postmaster
  if (!Number.isSafeInteger(pid) || pid === 0) {
    rmSync(file, { force: true }); // its writer died before the first byte; PostgreSQL would refuse to start
    return;
  }
  if (!isAlive(pid)) return; // PostgreSQL sees that by itself
  if (servesCluster(pid, cluster)) {
    log(`stopping the database process ${pid} that an earlier Strata left behind`);
    await stopOrphan(pid, cluster);
    return;
  }
  log(`the database's pid file names process ${pid}, which is not a database: it is out of date`);
  // Not removed: its other lines let PostgreSQL find processes that still use the old server's memory. It takes its
  // parent's number, which is ours, for out of date.
  lines[0] = String(process.pid);
  writeFileSync(file, lines.join('\n'));
}

async function stopOrphan(pid: number, cluster: string): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    }
    if (await waitForEnd(pid, patience)) return;
  }
  throw new MetadataError(
    'in-use',
    `The database process ${pid} on ${cluster} belongs to a Strata that is gone and does not end: end it (kill -QUIT ${pid}) and start again.`,
  );
}

function readLines(file: string): string[] | null {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
