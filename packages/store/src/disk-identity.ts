// Who a disk is: `disk.json` in its folder, made once. Without it nothing in the folder can be trusted to be the disk.
import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, syncFolder } from './durable-files.ts';
import { StoreError } from './errors.ts';

const VERSION = 1;
const PRIVATE = 0o750;

function identityFile(folder: string): string {
  return path.join(folder, 'disk.json');
}

/** The id of the disk in this folder; null when it has none. Throws StoreError `io` for a damaged one, else the system's error. */
export async function readIdentity(folder: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(identityFile(folder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    const { id, version } = JSON.parse(text) as { id?: unknown; version?: unknown };
    if (typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id) && version === VERSION) return id;
  } catch {
    // told below: damaged and wrong read the same to a person
  }
  const advice = 'Put it back from a backup, or remove it: the disk then gets a new id.';
  throw new StoreError('io', `${identityFile(folder)} is damaged or of a newer Strata. ${advice}`);
}

/** Gives the folder a new identity; it is durable when this returns. @returns the id. Throws the system's error. */
export async function makeIdentity(folder: string): Promise<string> {
  const id = randomUUID();
  await makeFolder(folder, PRIVATE);
  const temporary = `${identityFile(folder)}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o640);
    try {
      await handle.writeFile(`${JSON.stringify({ id, version: VERSION })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, identityFile(folder));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
  return id;
}

/** The number of the device that holds the folder, or would hold it once it is made. Throws the system's error. */
export async function deviceOf(folder: string): Promise<number> {
  try {
    return (await stat(folder)).dev;
  } catch (error) {
    const parent = path.dirname(folder);
    if (!isMissing(error) || parent === folder) throw error;
    return deviceOf(parent);
  }
}

/** Whether a file system of its own is mounted at the folder. Throws the system's error. */
export async function isMountPoint(folder: string): Promise<boolean> {
  return (await deviceOf(folder)) !== (await deviceOf(path.dirname(folder)));
}

/** Whether a file system of its own with nothing on it is mounted at the folder: a disk that took another's place. */
export async function isEmptyMount(folder: string): Promise<boolean> {
  if (!(await isMountPoint(folder))) return false;
  return (await readdir(folder)).every((name) => name === 'lost+found');
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
