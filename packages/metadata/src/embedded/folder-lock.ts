// One keeper for a folder at a time: a lock that the operating system gives back however its holder ends.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetadataError } from '../errors.ts';
import { isAlive } from './processes.ts';

// A keeper whose parent is gone is stopping its server; one whose parent lives may just be stopping too.
const WAIT_FOR_ORPHAN_MS = 20_000;
const WAIT_FOR_OTHER_MS = 1_500;

// A database that nobody refers to is collected, and its lock with it.
const held = new Set<DatabaseSync>();

/**
 * Locks the folder until the end of this process. Waits for a keeper that is about to end.
 * Throws MetadataError `in-use` when another Strata runs there.
 * @param parent the process id of the Strata that this is for
 */
export async function lockFolder(folder: string, parent: number): Promise<void> {
  const started = performance.now();
  const holder = path.join(folder, 'keeper.json');
  for (;;) {
    const database = tryLock(path.join(folder, 'keeper.lock'));
    if (database) {
      writeFileSync(holder, JSON.stringify({ keeper: process.pid, strata: parent }));
      held.add(database);
      return;
    }
    const other = readHolder(holder);
    const patience = isAlive(other) ? WAIT_FOR_OTHER_MS : WAIT_FOR_ORPHAN_MS;
    if (performance.now() - started > patience) {
      const advice = `Stop it first${other ? ` (process ${other})` : ''}, or give this one another --data folder.`;
      throw new MetadataError('in-use', `Another Strata is using the database in ${folder}. ${advice}`);
    }
    await sleep(25);
  }
}

// Node has no flock; SQLite takes the same kind of lock on every platform and Node carries it.
function tryLock(file: string): DatabaseSync | null {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === 5) return null; // SQLITE_BUSY
    const advice = 'Give the user that runs Strata the right to write there.';
    throw new MetadataError('start-failed', `Cannot lock the database folder with ${file}. ${advice}`, {
      cause,
    });
  }
}

function readHolder(file: string): number {
  try {
    return Number(JSON.parse(readFileSync(file, 'utf8')).strata) || 0;
  } catch {
    return 0; // it is just being written
  }
}
