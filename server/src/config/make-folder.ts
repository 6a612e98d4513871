// Makes a folder with all that is missing above it.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './start-error.ts';

/**
 * @param mode of the folder itself; those above it get the usual one
 * @throws the file system's error, `EEXIST` when a file has the name
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  // Not mkdir's own `recursive`: it never returns where the system answers ENOENT for every new folder, as in /proc.
  try {
    await makeOne(folder, mode);
  } catch (error) {
    const parent = path.dirname(folder);
    if (systemCode(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await makeOne(folder, mode);
  }
}

async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    throw error;
  }
}
