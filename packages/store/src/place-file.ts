// A small file under its name, durably, in one go: for a thread that has nothing else to do than to wait for the disk.
import * as fs from 'node:fs';
import path from 'node:path';

/** Everything that puts a file in its place; paths are absolute. */
export interface PlaceOrder {
  /** On the same disk as `file`, and not there yet. */
  readonly temporary: string;
  readonly file: string;
  readonly parts: readonly Uint8Array[];
  /** Folders above the file whose names are not known to be durable, the uppermost first. */
  readonly folders: readonly string[];
  /** Mode of the folders. */
  readonly mode: number;
}

/**
 * Makes the folders, writes the parts one after the other, and renames; the file, its name and the names of the folders are
 * on the disk when it returns. When it throws, no temporary file stays.
 * @returns false when something has the name already, which is left as it is. Throws the system's error.
 */
export function placeFile({ temporary, file, parts, folders, mode }: PlaceOrder): boolean {
  if (fs.lstatSync(file, { throwIfNoEntry: false })) return false;
  for (const folder of folders) makeFolder(folder, mode);
  try {
    write(temporary, parts);
    // Behind the file's fsync: a system with a journal has made the new folders durable with it, and need not wait again.
    // One that was there may come from a process that died before its fsync, so its name is made durable in any case.
    for (const folder of folders) syncFolder(path.dirname(folder));
    fs.renameSync(temporary, file);
    syncFolder(path.dirname(file));
    return true;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function write(temporary: string, parts: readonly Uint8Array[]): void {
  const descriptor = fs.openSync(temporary, 'wx', 0o640);
  try {
    for (const part of parts) {
      for (let at = 0; at < part.length; ) at += fs.writeSync(descriptor, part, at, part.length - at);
    }
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function makeFolder(folder: string, mode: number): void {
  try {
    fs.mkdirSync(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !fs.statSync(folder).isDirectory()) throw error;
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // NTFS journals names itself and refuses fsync on folders
  const descriptor = fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
