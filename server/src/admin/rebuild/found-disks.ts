// The disks of a data folder, as they were when its server ran last, without a server and without changing anything.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BookedDisk } from '@strata/metadata/rebuild/booked';
import { BlobStore } from '@strata/store/blob-store';
import { readIdentity } from '@strata/store/disk-identity';
import { readDiskMemory } from '@strata/store/disk-memory';
import { readSettings } from '../../config/settings/settings.ts';
import { StartError } from '../../config/start-error.ts';

/** A disk that can be looked through. */
export interface FoundDisk extends BookedDisk {
  readonly path: string;
  readonly store: BlobStore;
}

/** What of a data folder can be looked through, and what cannot. */
export interface FoundDisks {
  readonly disks: readonly FoundDisk[];
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * The disks of the settings, and those that the server of the folder remembers.
 * @throws StartError 'not-a-data-folder' when the folder has no server's name, 'bad-settings'
 */
export async function foundDisks(data: string): Promise<FoundDisks> {
  const server = await serverOf(data);
  const settings = await readSettings(data, null);
  const kinds = new Map<string, BookedDisk['kind']>();
  for (const { path: place, kind } of settings.pool.disks ?? [])
    kinds.set(path.resolve(settings.folder, place), kind);
  for (const { path: place } of await readDiskMemory(path.join(data, 'disks.json')))
    if (!kinds.has(place)) kinds.set(place, 'online');
  if (kinds.size === 0) kinds.set(path.join(data, 'store'), 'online');
  const disks: FoundDisk[] = [];
  const missing: { path: string; reason: string }[] = [];
  for (const [place, kind] of kinds) {
    try {
      const disk = await readIdentity(place);
      if (disk === null)
        throw new Error('there is no disk.json: it is not mounted, or was never a disk of this server');
      disks.push({ server, disk, kind, path: place, store: await BlobStore.open(place) });
    } catch (error) {
      missing.push({ path: place, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { disks, missing };
}

/** The id of the server whose folder it is. */
async function serverOf(data: string): Promise<string> {
  const file = path.join(data, 'strata.json');
  try {
    const { id } = JSON.parse(await readFile(file, 'utf8')) as { id?: unknown };
    if (typeof id === 'string' && id !== '') return id;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError('not-a-data-folder', `${data} is no data folder of Strata: ${why}`, cause);
  }
  throw new StartError(
    'not-a-data-folder',
    `${file} is damaged. Put it back from a backup; its id names this server.`,
  );
}
