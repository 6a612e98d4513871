// Moves the database of a data folder into another PostgreSQL: all rows, compared on both sides, and no way back by mistake.
import path from 'node:path';
import { DumpSession } from '@strata/metadata/dump/dump-session';
import { DumpError } from '@strata/metadata/dump/errors';
import { type Loaded, loadRows } from '@strata/metadata/dump/load';
import { retire } from '@strata/metadata/dump/retire';
import type { OnProgress } from '@strata/metadata/dump/row-source';
import { Snapshot } from '@strata/metadata/dump/snapshot';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { type DataFolder, openDataFolder, writeDurably } from '../../config/data-folder.ts';
import {
  movedError,
  readFolderMark,
  refuseUnfinished,
  removeFolderMark,
  writeFolderMark,
} from '../../config/folder-mark.ts';
import { metadataUrlFile } from '../../config/metadata-location.ts';
import { hasOwnDatabase, rememberPlace, shownLocation } from '../../config/pool-place.ts';
import { lockDataFolder } from '../../process/lock-data-folder.ts';
import { BackupError } from './backup-error.ts';

export interface MoveParts {
  /** Absolute path of the data folder. */
  readonly from: string;
  /** Address list of an empty database. */
  readonly to: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** `already`: an earlier run had brought the rows, and was broken off after that. */
export type Moved = Loaded;

/**
 * While it runs and after it no server begins on the old database. Killed at any moment it can be run again.
 * @throws BackupError, DumpError (nothing was changed then), MetadataError, StartError
 */
export async function moveMetadata({ from, to, onProgress, signal }: MoveParts): Promise<Moved> {
  const lock = await lockDataFolder(from);
  try {
    const folder = await checkedFolder(from);
    const shown = shownLocation(to);
    const before = await readFolderMark(from);
    if (before?.kind === 'moved') throw movedError(from, before);
    const isAgain = before?.kind === 'moving' && before.place === shown;
    if (!isAgain) refuseUnfinished(from, before);
    // Before anything is set: an address that is wrong changes nothing.
    await (await DumpSession.open(to)).close();
    const { id } = await writeFolderMark(from, 'moving', shown, before?.id);
    const database = await EmbeddedPostgres.start({ folder: folder.postgres });
    try {
      const moved = await moveRows(database.url, { from, to, onProgress, signal }, id);
      await follow(folder, to);
      await writeFolderMark(from, 'moved', shown, id);
      await retire(database.url, shown);
      return moved;
    } catch (error) {
      // Then nothing was kept there; what broke off otherwise may have been kept, and is looked at by the next run.
      const isUndone = error instanceof DumpError || (error as Error).name === 'AbortError';
      if (isUndone && !isAgain) await removeFolderMark(from);
      throw error;
    } finally {
      await database.stop();
    }
  } finally {
    lock.release();
  }
}

/** Lets a data folder stay with its own database, when a move was broken off. @returns whether one was under way */
export async function cancelMove(from: string): Promise<boolean> {
  const lock = await lockDataFolder(from);
  try {
    const mark = await readFolderMark(from);
    if (mark?.kind === 'moved') throw movedError(from, mark);
    if (mark?.kind !== 'moving') return false;
    await removeFolderMark(from);
    return true;
  } finally {
    lock.release();
  }
}

async function checkedFolder(from: string): Promise<DataFolder> {
  const folder = await openDataFolder(from);
  if (hasOwnDatabase(folder)) return folder;
  throw new BackupError(
    'not-empty',
    `The data folder ${from} has no database of its own: name the one of the server that runs it.`,
  );
}

async function moveRows(
  source: string,
  { from, to, onProgress, signal }: MoveParts,
  attempt: string,
): Promise<Moved> {
  const snapshot = await Snapshot.take(source);
  try {
    const origin = `the data folder ${path.basename(from)} (attempt ${attempt})`;
    return await loadRows(to, snapshot, { origin, onProgress, signal });
  } finally {
    await snapshot.close();
  }
}

/** The server of this folder, and those that look into its file for the address, go to the new database. */
async function follow(folder: DataFolder, to: string): Promise<void> {
  await rememberPlace(folder, to);
  await writeDurably(metadataUrlFile(path.resolve(folder.path)), `${to}\n`);
}
