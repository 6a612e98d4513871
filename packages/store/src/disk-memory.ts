// Which disk was in which folder when the server ran last: a disk that is not mounted must not be taken for an empty one.
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './durable-files.ts';

/** What is remembered of a folder. */
export interface RememberedDisk {
  /** Absolute. */
  readonly path: string;
  readonly id: string;
  /** Whether it was a file system of its own, mounted there. */
  readonly isMount: boolean;
}

/** What the file says; nothing when it is not there or makes no sense: then folders are taken as they are. */
export async function readDiskMemory(file: string): Promise<RememberedDisk[]> {
  try {
    const { disks } = JSON.parse(await readFile(file, 'utf8')) as { disks?: unknown };
    return Array.isArray(disks) ? disks.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

function isRemembered(entry: unknown): entry is RememberedDisk {
  const { path: folder, id, isMount } = (entry ?? {}) as Record<string, unknown>;
  return typeof folder === 'string' && typeof id === 'string' && typeof isMount === 'boolean';
}

/** Writes the file anew, durably. Throws the system's error. */
export async function writeDiskMemory(file: string, disks: readonly RememberedDisk[]): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o640);
    try {
      await handle.writeFile(`${JSON.stringify({ disks }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(file));
}
