// Brings the schema of a database to what this code needs, once, however many processes start at the same time.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { MetadataError } from './errors.ts';
import * as first from './migrations/0001-first.ts';
import * as attributes from './migrations/0002-attributes.ts';
import * as errands from './migrations/0003-errands.ts';
import * as pool from './migrations/0004-pool.ts';
import * as sweeps from './migrations/0005-sweeps.ts';
import type { Tables } from './tables.ts';

// In order, for ever: a migration that was released never changes.
const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-attributes': attributes,
  '0003-errands': errands,
  '0004-pool': pool,
  '0005-sweeps': sweeps,
};

/**
 * Runs the migrations that the database lacks, in one transaction under an advisory lock.
 * Throws MetadataError `newer-schema` when the database has some that this code does not know.
 */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  await refuseNewer(database);
  const provider = { getMigrations: async () => migrations };
  const { error } = await new Migrator({ db: database, provider }).migrateToLatest();
  if (!error) return;
  await refuseNewer(database); // another process, newer than this one, may have been quicker
  throw error;
}

async function refuseNewer(database: Kysely<Tables>): Promise<void> {
  const table = await sql<{
    there: boolean;
  }>`select to_regclass('kysely_migration') is not null as there`.execute(database);
  if (!table.rows[0]?.there) return;
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database);
  const unknown = done.rows.map((row) => row.name).filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new MetadataError(
    'newer-schema',
    `The database was made by a newer Strata (it has ${unknown.join(', ')}): start that version, nothing was changed.`,
  );
}
