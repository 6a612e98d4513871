// Restores a dump: the metadata into an empty database, the blobs onto the disks of empty data folders.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DumpFolder } from '@strata/metadata/dump/dump-folder';
import { loadRows } from '@strata/metadata/dump/load';
import type { DumpProgress } from '@strata/metadata/dump/row-source';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import { Disks } from '@strata/store/disks';
import { type DataFolder, openDataFolder } from '../../config/data-folder.ts';
import { diskFolders, diskMemoryFile, reserveOf } from '../../config/disk-folders.ts';
import { readFolderMark, removeFolderMark, writeFolderMark } from '../../config/folder-mark.ts';
import { metadataUrlFile } from '../../config/metadata-location.ts';
import { hasOwnDatabase, rememberPlace } from '../../config/pool-place.ts';
import { readSettings, type Settings } from '../../config/settings/settings.ts';
import { lockDataFolder } from '../../process/lock-data-folder.ts';
import type { UndoList } from '../../process/undo.ts';
import { BackupError } from './backup-error.ts';
import type { BackupFolder } from './backup-folder.ts';
import { type LackingImage, withImages } from './lacking-images.ts';
import { type PlacedBlobs, type PlaceForBlobs, placeBlobs } from './place-blobs.ts';
import { restoreServerFiles, serverFiles } from './server-files.ts';

interface RestoreProgress {
  readonly step: DumpProgress['step'] | 'blobs';
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

export interface RestoreParts {
  readonly backup: BackupFolder;
  /** The name of the dump. */
  readonly name: string;
  /** Absolute paths of data folders that are new, or have lost their database; none: only the metadata, for servers whose disks are as they were. */
  readonly data: readonly string[];
  /** Address of an empty database; null: one is made in the first data folder. */
  readonly metadata: string | null;
  readonly onProgress: (progress: RestoreProgress) => void;
  readonly signal: AbortSignal;
}

export interface RestoreReport {
  /** `already`: the metadata of this dump were there, and only blobs were brought. */
  readonly metadata: 'loaded' | 'already';
  readonly rows: number;
  /** Null when only the metadata were restored. */
  readonly blobs: Omit<PlacedBlobs, 'lacking'> | null;
  readonly lacking: readonly LackingImage[];
  readonly problems: readonly string[];
}

/** Who was where: of servers and disks that are no more. */
const PLACES = new Set(['servers', 'disks', 'replicas', 'settlings', 'sweeps']);
/** What an administrator may have put into a new data folder. */
const PREPARED = new Set(['settings.json', 'deidentify-key', 'lost+found', 'lock']);

interface RestoredFolder {
  readonly folder: DataFolder;
  readonly settings: Settings;
}

/**
 * Broken off at any moment it can be run again; no server starts on a data folder that is half restored.
 * @param undo given what has to be closed, whatever happens
 * @throws BackupError, DumpError, MetadataError, StoreError, StartError
 */
export async function restore(parts: RestoreParts, undo: UndoList): Promise<RestoreReport> {
  const { backup, name, onProgress, signal } = parts;
  const place = backup.dumpFolder(name);
  const dump = await DumpFolder.open(place);
  const folders: RestoredFolder[] = [];
  const problems: string[] = [];
  for (const [at, data] of parts.data.entries()) {
    const folder = await takeFolder(data, backup, undo);
    // Settings are one server's; the others have their own, or the defaults.
    const files = serverFiles(data, at === 0 ? null : path.join(data, '.none'));
    if (at === 0) problems.push(...(await restoreServerFiles(place, files, backup.blobs)));
    folders.push({ folder, settings: await readSettings(data, null) });
  }
  const url = parts.metadata ?? (await embedded(folders, undo));
  const loaded = await loadRows(url, dump, {
    origin: `the backup ${name} of the installation ${backup.installation}`,
    leaveOut: folders.length > 0 ? PLACES : new Set(),
    onProgress: ({ step, done, total }) => onProgress({ step, done, total, bytes: 0 }),
    signal,
  });
  const rows = loaded.tables.reduce((sum, table) => sum + table.rows, 0);
  const metadata = await Metadata.open(url);
  undo.add(() => metadata.close());
  const report = { metadata: loaded.outcome, rows, problems };
  if (folders.length === 0) return { ...report, blobs: null, lacking: [] };

  const total = dump.tables.find((table) => table.name === 'blobs')?.rows ?? 0;
  const { lacking, ...blobs } = await placeBlobs(dump, {
    ...{ from: backup.blobs, places: await openPlaces(folders, undo), metadata, signal },
    copies: Math.max(...folders.map(({ settings }) => settings.pool.replicas)),
    onProgress: (done, bytes) => onProgress({ step: 'blobs', done, total, bytes }),
  });
  await finish(folders, parts.metadata);
  return { ...report, blobs, lacking: await withImages(metadata, lacking) };
}

/** Locks a data folder that is new, has lost its database, or is half restored from the same backup. */
async function takeFolder(data: string, backup: BackupFolder, undo: UndoList): Promise<DataFolder> {
  const mark = await readFolderMark(data);
  const names: string[] = await readdir(data).catch(() => []);
  const inUse = names.filter((name) => !PREPARED.has(name) && !name.startsWith('.'));
  const isAgain = mark?.kind === 'restoring' && mark.place === backup.path;
  if (mark?.kind === 'restoring' && !isAgain) {
    throw new BackupError(
      'not-empty',
      `${data} is half restored from ${mark.place}; nothing was changed. Go on with that backup (--from ${mark.place}), or restore this one into an empty or new folder: --data.`,
    );
  }
  if (inUse.length > 0 && !isAgain && !hasLostItsDatabase(data, names)) {
    const what = names.includes('strata.json')
      ? 'is in use as a data folder already'
      : `holds other files (${inUse.slice(0, 3).join(', ')})`;
    throw new BackupError(
      'not-empty',
      `${data} ${what}; nothing was changed. Restore into an empty or new folder: --data.`,
    );
  }
  const lock = await lockDataFolder(data);
  undo.add(() => lock.release());
  await writeFolderMark(data, 'restoring', backup.path);
  return openDataFolder(data);
}

/** Blobs without anybody who knows them: those that are good stay, and need not be copied. */
function hasLostItsDatabase(data: string, names: readonly string[]): boolean {
  const isOurs = names.includes('strata.json') && !names.includes('metadata-at.json');
  return isOurs && !hasOwnDatabase({ postgres: path.join(data, 'postgres') });
}

async function embedded(folders: readonly RestoredFolder[], undo: UndoList): Promise<string> {
  const [first] = folders;
  if (!first)
    throw new BackupError('not-empty', 'Name a data folder with --data, or a database with --metadata.');
  const { url } = first.settings.metadata;
  if (url !== undefined) {
    throw new BackupError(
      'not-empty',
      `The settings in ${first.folder.path} name a database elsewhere (metadata.url). Give an empty one with --metadata, or take that out of settings.json, and run it again.`,
    );
  }
  const database = await EmbeddedPostgres.start({ folder: first.folder.postgres });
  undo.add(() => database.stop());
  return database.url;
}

async function openPlaces(folders: readonly RestoredFolder[], undo: UndoList): Promise<PlaceForBlobs[]> {
  const places: PlaceForBlobs[] = [];
  for (const { folder, settings } of folders) {
    const reserve = await reserveOf(folder.path);
    const disks = await Disks.open(diskFolders(folder, settings, reserve), diskMemoryFile(folder));
    undo.add(() => disks.close());
    places.push({ server: folder.id, site: settings.pool.site, disks });
  }
  return places;
}

/** From now on servers may start: the first runs the database, unless it is elsewhere. */
async function finish(folders: readonly RestoredFolder[], metadata: string | null): Promise<void> {
  const [first] = folders;
  for (const { folder } of folders) {
    const where = metadata ?? (folder === first?.folder ? null : metadataUrlFile(first?.folder.path ?? ''));
    if (where !== null) await rememberPlace(folder, where);
    await removeFolderMark(folder.path);
  }
}
