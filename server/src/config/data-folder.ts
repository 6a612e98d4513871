// The data folder: what lies where in it, who it is, and whether this version may use it.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';
import { StartError, systemCode } from './start-error.ts';

/** The layout that this code writes. A folder with a higher number belongs to a newer Strata. */
const LAYOUT_VERSION = 1;

/** A data folder that was checked: everything Strata keeps is below it. */
export interface DataFolder {
  readonly path: string;
  /** The identity of this server, made once, a UUID. */
  readonly id: string;
  readonly postgres: string;
  readonly store: string;
  readonly quarantine: string;
  /** Copies of blobs that other servers hold; may be wiped while nothing runs. */
  readonly cache: string;
}

/** Where the lock and the address of the running process are; needs no folder to exist. */
export function lockFile(folder: string): string {
  return path.join(folder, 'lock');
}

export function runFile(folder: string): string {
  return path.join(folder, 'run.json');
}

function identityFile(folder: string): string {
  return path.join(folder, 'strata.json');
}

/** Turns what the file system says into what a person can do. */
export function folderError(folder: string, error: unknown): StartError {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StartError(
      'disk-full',
      `The disk of the data folder ${folder} is full. Free some space there, or give another folder with --data.`,
      error,
    );
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new StartError(
      'not-a-data-folder',
      `${folder} cannot be the data folder: there is a file of that name, or in the place of a folder above it. Give another folder with --data.`,
      error,
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return new StartError(
    'folder-unwritable',
    `Strata cannot write in the data folder ${folder} (${why}). Make it writable for this user, or give another folder with --data.`,
    error,
  );
}

/** Writes a file so that it is there whole or not at all, and stays after a power loss. @throws the file system's error */
export async function writeDurably(file: string, bytes: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows has no handle of a folder to sync
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes the folder when it is missing. To be called before the lock is taken.
 * @throws StartError 'folder-unwritable', 'disk-full' or 'not-a-data-folder'
 */
export async function prepareDataFolder(folder: string): Promise<void> {
  let names: string[];
  try {
    // Others may pass through (the database runs as a user of its own) but neither list nor read.
    await makeFolder(folder, 0o711);
    names = await readdir(folder);
  } catch (error) {
    throw folderError(folder, error);
  }
  const ours = new Set([
    'strata.json',
    'settings.json',
    'lock',
    'run.json',
    'postgres',
    'store',
    'cache',
    'disks.json',
    'quarantine',
    'spool',
    'commitments',
    'deidentify-key',
    'metadata-url',
    'metadata-at.json',
    'folder-mark.json',
    'lost+found',
  ]);
  const foreign = names.filter((name) => !ours.has(name) && !name.endsWith('.tmp') && !name.startsWith('.'));
  if (foreign.length > 0 && !names.includes('strata.json')) {
    throw new StartError(
      'not-a-data-folder',
      `${folder} is no data folder of Strata: it holds other files (${foreign.slice(0, 3).join(', ')}). Give an empty or new folder with --data.`,
    );
  }
}

/**
 * Opens the folder for the one process that holds its lock: reads or makes its identity, proves that it can be written.
 * @throws StartError 'folder-unwritable', 'disk-full', 'newer-version' or 'not-a-data-folder'
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const id = (await readIdentity(folder)) ?? randomUUID();
  const paths = {
    postgres: path.join(folder, 'postgres'),
    store: path.join(folder, 'store'),
    quarantine: path.join(folder, 'quarantine'),
    cache: path.join(folder, 'cache'),
  };
  try {
    await writeDurably(identityFile(folder), `${JSON.stringify({ id, version: LAYOUT_VERSION }, null, 2)}\n`);
    for (const place of [paths.store, paths.quarantine]) await mkdir(place, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw folderError(folder, error);
  }
  return { path: folder, id, ...paths };
}

async function readIdentity(folder: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(identityFile(folder), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw folderError(folder, error);
  }
  const { id, version } = parseIdentity(text, folder);
  if (version > LAYOUT_VERSION) {
    throw new StartError(
      'newer-version',
      `The data folder ${folder} was written by a newer Strata (layout ${version}, this one knows ${LAYOUT_VERSION}). Start it with that version.`,
    );
  }
  return id;
}

function parseIdentity(text: string, folder: string): { id: string; version: number } {
  try {
    const { id, version } = JSON.parse(text) as { id?: unknown; version?: unknown };
    if (typeof id === 'string' && id !== '' && Number.isInteger(version))
      return { id, version: version as number };
  } catch {
    // reported below: damaged and wrong read the same to a person
  }
  throw new StartError(
    'not-a-data-folder',
    `${identityFile(folder)} is damaged. Put it back from a backup; its id names this server.`,
  );
}
