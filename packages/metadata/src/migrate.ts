// The migrations that this code knows, and bringing a database to them.
import type { Database } from './database.ts';
import { MetadataError } from './errors.ts';
import { firstSchema } from './migrating/first-schema.ts';
import type { Migration } from './migrating/migration.ts';
import { type MigrateOptions, runMigrations } from './migrating/run-migrations.ts';
import { changes } from './migrations/0006-changes.ts';
import { worklistSearch } from './migrations/0007-worklist-search.ts';
import { studyKeys } from './migrations/0008-study-keys.ts';
import { reportStates } from './migrations/0009-report-states.ts';
import { shares } from './migrations/0010-shares.ts';

// In order, for ever: a migration that was released never changes. How to write one: src/migrating/README.md.
const migrations: readonly Migration[] = [
  ...firstSchema,
  changes,
  worklistSearch,
  studyKeys,
  reportStates,
  shares,
];

/**
 * Runs the migrations that the database lacks. Throws as `runMigrations`.
 * @param upTo the last one to run, for a schema of an earlier version, not before `0005-sweeps`: MetadataError
 * `newer-schema` when this code does not know it
 */
export async function migrate(
  database: Database,
  { upTo, ...options }: MigrateOptions & { readonly upTo?: string } = {},
): Promise<void> {
  const last = upTo === undefined ? migrations.length - 1 : migrations.findIndex(({ name }) => name === upTo);
  if (last < 0) {
    const message = `This Strata does not know the schema ${upTo}: a newer one made it.`;
    throw new MetadataError('newer-schema', message);
  }
  await runMigrations(database, migrations.slice(0, last + 1), options);
}
