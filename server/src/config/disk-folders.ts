// Where a server keeps its blobs: the disks of its settings, or one in the data folder.
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DiskFolder } from '@strata/store/disk';
import { readDiskMemory } from '@strata/store/disk-memory';
import type { DataFolder } from './data-folder.ts';
import type { Settings } from './settings/settings.ts';
import { StartError } from './start-error.ts';

/** Of the file system: what the database and the logs need to go on when blobs have filled the rest. */
const RESERVE_PART = 0.02;
const MOST_RESERVED = 2 ** 30;

/** @param reserve bytes that stay free beside the store of a data folder */
export function diskFolders(
  folder: DataFolder,
  { folder: base, pool }: Settings,
  reserve: number,
): DiskFolder[] {
  if (!pool.disks) return [{ path: folder.store, name: 'store', kind: 'online', reserve }];
  return pool.disks.map(({ path: place, name, kind, capacityLimit, reserve: kept }) => ({
    ...{ path: path.resolve(base, place), name: name ?? path.basename(place), kind, reserve: kept },
    ...(capacityLimit !== undefined && { capacityLimit }),
  }));
}

/** The file that remembers which disk was in which folder. */
export function diskMemoryFile(folder: DataFolder): string {
  return path.join(folder.path, 'disks.json');
}

/** Bytes to leave free on the file system of a folder. */
export async function reserveOf(folder: string): Promise<number> {
  const { bsize, blocks } = await statfs(folder);
  return Math.min(MOST_RESERVED, Math.floor(RESERVE_PART * bsize * blocks));
}

/**
 * A folder of a disk that is not there was mistyped, or nothing is mounted yet: made, it would fill another file system.
 * Folders inside the data folder are made, and a disk that was there before may be away.
 * @throws StartError 'bad-settings' naming the folder
 */
export async function refuseMissingDisks(folder: DataFolder, disks: readonly DiskFolder[]): Promise<void> {
  const remembered = new Set((await readDiskMemory(diskMemoryFile(folder))).map(({ path: place }) => place));
  for (const { path: place } of disks) {
    const isInside = !path.relative(folder.path, place).startsWith('..');
    if (isInside || remembered.has(path.resolve(place)) || (await isThere(place))) continue;
    throw new StartError(
      'bad-settings',
      `The folder ${place} of pool.disks is not there. Correct its path, or mount the disk; if it is to be a folder of a disk that is there, make it: mkdir -p ${place}`,
    );
  }
}

async function isThere(place: string): Promise<boolean> {
  return access(place).then(
    () => true,
    () => false,
  );
}
