// Files and folders that are on the disk when the call returns.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';

// One system call takes at most 1024 buffers (IOV_MAX), and huge writes would block the thread pool for long.
const MAX_PARTS_PER_WRITE = 512;
const MAX_BYTES_PER_PART = 8 * 2 ** 20;

/** Makes the names in a folder (new, renamed, removed ones) durable. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // NTFS journals names itself and refuses fsync on folders
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder with all that is missing above it, and every new name durable. The mode is for the last one. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  // Not mkdir's own `recursive`: it never returns where the system answers ENOENT for every new folder, as in /proc.
  try {
    await makeOneFolder(folder, mode);
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await makeOneFolder(folder, mode);
  }
}

async function makeOneFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    throw error;
  }
  await syncFolder(path.dirname(folder));
}

/** Writes a new file (an existing one is an error, a symbolic link too) and fsyncs it. The name is not yet durable. */
export async function writeDurably(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'wx', 0o640);
  try {
    await writeAll(handle, [...slices(parts)]);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all slices behind what was written; the array is used up. */
export async function writeAll(handle: FileHandle, slices: Uint8Array[]): Promise<void> {
  for (let next = 0; next < slices.length; ) {
    const batch = slices.slice(next, next + MAX_PARTS_PER_WRITE);
    let { bytesWritten: left } = await handle.writev(batch);
    if (left === 0) throw new Error('the system wrote nothing');
    for (; next < slices.length && left > 0; ) {
      const slice = slices[next] as Uint8Array;
      if (left < slice.length) {
        slices[next] = slice.subarray(left);
        break;
      }
      left -= slice.length;
      next++;
    }
  }
}

/** The parts in order, without empty ones, none longer than 8 MiB; nothing is copied. */
export function* slices(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += MAX_BYTES_PER_PART) {
      yield part.subarray(offset, offset + MAX_BYTES_PER_PART);
    }
  }
}
