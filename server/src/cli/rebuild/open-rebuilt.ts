// Opens the database that a rebuild fills: of the data folder, of the server that runs on it, or one that was named.
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import { type DataFolder, openDataFolder } from '../../config/data-folder.ts';
import type { FolderLock } from '../../config/lock.ts';
import type { Logger } from '../../config/log.ts';
import { decidePlace } from '../../config/pool-place.ts';
import { readSettings, type Settings } from '../../config/settings/settings.ts';
import { StartError } from '../../config/start-error.ts';
import { lockDataFolder } from '../../process/lock-data-folder.ts';
import { embeddedSource } from '../../process/metadata/embedded-source.ts';
import { remoteSource } from '../../process/metadata/remote-source.ts';
import { CommandError } from '../failure.ts';

/** A data folder with what its server is set to. */
interface Installation {
  readonly folder: DataFolder;
  readonly settings: Settings;
}

export interface OpenRebuilt {
  readonly metadata: Metadata;
  readonly installations: readonly Installation[];
  close(): Promise<void>;
}

interface Wanted {
  /** A URL, or the path of a file that has it. */
  readonly metadata: string | undefined;
  /** A settings file; null for those in the data folders. */
  readonly settings: string | null;
  /** Whether the database of the folder is set aside. */
  readonly fresh: boolean;
  readonly log: Logger;
}

/** @throws CommandError, StartError, MetadataError */
export async function openRebuilt(folders: readonly string[], wanted: Wanted): Promise<OpenRebuilt> {
  const [data = ''] = folders;
  for (const folder of folders) {
    if (!existsSync(path.join(folder, 'strata.json')))
      throw new CommandError(`There is no data folder at ${folder}.`);
  }
  // Null where a server runs on it: its database is asked, and its blobs do not change.
  const lock = await lockUnlessRunning(data);
  try {
    const installations = await Promise.all(folders.map((each) => installationOf(each, wanted.settings)));
    const [{ folder, settings }] = installations as [Installation];
    const { metadataAt } = await decidePlace(folder, settings, { metadata: locationOf(wanted.metadata) });
    if (wanted.fresh) await setAside(folder.postgres, lock, metadataAt);
    const source =
      metadataAt === null && lock
        ? embeddedSource(folder, settings.metadata, wanted.log)
        : remoteSource(metadataAt ?? path.join(data, 'metadata-url'), settings.metadata, wanted.log);
    const { metadata, close } = await source.open().catch((error: unknown) => {
      throw metadataAt === null && lock ? withAdvice(error) : error;
    });
    return {
      metadata,
      installations,
      close: async () => {
        await close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function installationOf(data: string, settings: string | null): Promise<Installation> {
  return { folder: await openDataFolder(data), settings: await readSettings(data, settings) };
}

async function lockUnlessRunning(data: string): Promise<FolderLock | null> {
  try {
    return await lockDataFolder(data);
  } catch (error) {
    if (error instanceof StartError && error.code === 'in-use') return null;
    throw error;
  }
}

function locationOf(metadata: string | undefined): string | undefined {
  if (metadata === undefined || /^postgres(ql)?:\/\//.test(metadata)) return metadata;
  return path.resolve(metadata);
}

async function setAside(postgres: string, lock: FolderLock | null, metadataAt: string | null): Promise<void> {
  if (metadataAt !== null)
    throw new CommandError(
      '--fresh is for the database of a data folder; the metadata here are in another one.',
    );
  if (lock === null)
    throw new CommandError('A server runs on the data folder: stop it before its database is set aside.');
  if (!existsSync(postgres)) return;
  const aside = `${postgres}-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  await rename(postgres, aside);
  process.stderr.write(`The database was set aside: ${aside}. Delete it when nothing in it is missed.\n`);
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof MetadataError) || !['start-failed', 'failed'].includes(error.code)) return error;
  const advice =
    'Restore it from a backup, or set it aside and begin with an empty one: strata rebuild --fresh.';
  return new MetadataError(error.code, `${error.message} ${advice}`, { cause: error });
}
