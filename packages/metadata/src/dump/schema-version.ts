// Which schema a database has, and making the empty tables of an older one.
import { type Database, openDatabase } from '../database.ts';
import { migrate } from '../migrate.ts';
import { DumpError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * The last migration that a database has had; null when it has none of Strata's tables.
 * @throws DumpError `unsuitable` while a migration is under way or was broken off
 */
export async function readVersion(session: Session): Promise<string | null> {
  const [there] = await session.rows<{ ledger: boolean; earlier: boolean }>(`select
    to_regclass('schema_migrations') is not null as ledger, to_regclass('kysely_migration') is not null as earlier`);
  if (!there?.ledger) {
    if (!there?.earlier) return null;
    const [last] = await session.rows<{ name: string | null }>(
      'select max(name) as name from kysely_migration',
    );
    return last?.name ?? null;
  }
  const done = await session.rows<{ name: string; done: boolean }>(
    'select name, done_at is not null as done from schema_migrations order by name desc',
  );
  const begun = done.find((each) => !each.done);
  if (begun) {
    throw new DumpError(
      'unsuitable',
      `The schema of the database is being brought to ${begun.name}: wait until a Strata has started on it, and try again.`,
    );
  }
  return done[0]?.name ?? null;
}

/** Makes the tables of a version where there are none, or brings older ones to it. Throws MetadataError `newer-schema`. */
export function makeSchema(url: string, version: string): Promise<void> {
  return withDatabase(url, (database) => migrate(database, { upTo: version }));
}

/** Brings a database to the schema of this code. Throws MetadataError. */
export function bringUpToDate(url: string): Promise<void> {
  return withDatabase(url, (database) => migrate(database));
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase(url);
  try {
    await work(database);
  } finally {
    await database.destroy().catch(() => undefined); // its work is done, or its first error is the one to tell
  }
}
