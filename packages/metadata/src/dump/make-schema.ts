// Makes the tables of a schema, an older one too, and brings them up to date.
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { DumpSession } from './dump-session.ts';

/** Makes the tables of a version where there are none, or brings older ones to it. Throws MetadataError `newer-schema`. */
export function makeSchema(url: string, version: string): Promise<void> {
  return withDatabase(url, (database) => migrate(database, { upTo: version }));
}

/** Brings a database to the schema of this code. Throws MetadataError. */
export function bringUpToDate(url: string): Promise<void> {
  return withDatabase(url, (database) => migrate(database));
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  const session = await DumpSession.open(url);
  try {
    await work(session.database);
  } finally {
    await session.close();
  }
}
