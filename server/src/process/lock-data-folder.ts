// Takes a data folder for this process alone, or says who has it.
import { setTimeout as sleep } from 'node:timers/promises';
import { folderError, prepareDataFolder } from '../config/data-folder.ts';
import { type FolderLock, tryLock } from '../config/lock.ts';
import { readRunFile, removeRunFile } from '../config/run-file.ts';
import { StartError } from '../config/start-error.ts';

/** A command that only looks whether someone runs here holds the lock for a moment. */
const PATIENCE_MS = 500;
const POLL_MS = 50;

/**
 * Makes the folder when it is missing and takes its lock.
 * @throws StartError 'in-use', 'folder-unwritable', 'disk-full' or 'not-a-data-folder'
 */
export async function lockDataFolder(data: string): Promise<FolderLock> {
  await prepareDataFolder(data);
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
    const lock = tryLockOrExplain(data);
    if (lock) {
      await removeRunFile(data); // of a process that was killed
      return lock;
    }
    if (performance.now() > until) throw await inUse(data);
  }
}

function tryLockOrExplain(data: string): FolderLock | null {
  try {
    return tryLock(data);
  } catch (error) {
    throw folderError(data, error);
  }
}

async function inUse(data: string): Promise<StartError> {
  const info = await readRunFile(data);
  if (info?.command === 'start') {
    return new StartError('in-use', `Strata already runs on ${data} (process ${info.pid}): ${info.url}/`);
  }
  const who = info ? `strata ${info.command} (process ${info.pid})` : 'another process';
  return new StartError(
    'in-use',
    `The data folder ${data} is in use by ${who}. Wait until it ends, or give another folder with --data.`,
  );
}
