// One process per data folder: a lock that the system itself lets go of, however the process ends.
import { DatabaseSync } from 'node:sqlite';
import { lockFile } from './data-folder.ts';

/** The held lock of a data folder. */
export interface FolderLock {
  release(): void;
}

/**
 * Tries to take the lock of the folder, without waiting.
 * An SQLite file serves as the lock, because Node offers no other lock that the kernel frees after a kill -9 and
 * that also holds between containers which share the folder.
 * @returns the lock, or null when another process holds it
 * @throws the file system's error when the folder cannot be written
 */
export function tryLock(folder: string): FolderLock | null {
  const database = new DatabaseSync(lockFile(folder), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && /database is locked/.test(error.message)) return null;
    throw error;
  }
}
