// What the database says of its own schema: which migrations began and ended, which steps are done, who may still use it.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import type { Migration } from './migration.ts';

/** What was read of the ledger; both are empty in a database that has none. */
export interface Ledger {
  readonly migrations: ReadonlyMap<string, { readonly oldest: string; readonly isDone: boolean }>;
  /** Those that servers before this ledger know, or must be kept from. */
  readonly earlier: ReadonlySet<string>;
}

/** Makes the ledger's tables where they are not. Under the lock of migrations. */
export async function makeLedger(database: Database): Promise<void> {
  await sql`create table if not exists schema_migrations (
    name text collate "C" primary key,
    oldest text collate "C" not null,
    began_at timestamptz not null default now(),
    done_at timestamptz
  )`.execute(database);
  await sql`create table if not exists schema_steps (
    migration text collate "C" not null references schema_migrations on delete cascade,
    step text collate "C" not null,
    position text,
    done_at timestamptz,
    primary key (migration, step)
  )`.execute(database);
}

/** Reads the ledger; takes no lock. */
export async function readLedger(database: Database): Promise<Ledger> {
  const { rows } = await sql<{ ledger: boolean; earlier: boolean }>`select
    to_regclass('schema_migrations') is not null as ledger,
    to_regclass('kysely_migration') is not null as earlier`.execute(database);
  const [there] = rows;
  const migrations = there?.ledger
    ? await sql<{ name: string; oldest: string; done: boolean }>`
        select name, oldest, done_at is not null as done from schema_migrations`.execute(database)
    : { rows: [] };
  const earlier = there?.earlier
    ? await sql<{ name: string }>`select name from kysely_migration`.execute(database)
    : { rows: [] };
  return {
    migrations: new Map(migrations.rows.map((row) => [row.name, { oldest: row.oldest, isDone: row.done }])),
    earlier: new Set(earlier.rows.map((row) => row.name)),
  };
}

/** Whether all of them are done. */
export function isUpToDate({ migrations }: Ledger, wanted: readonly Migration[]): boolean {
  return wanted.every(({ name }) => migrations.get(name)?.isDone);
}

/**
 * Throws MetadataError `newer-schema` when the database has, or is being given, what code that knows only these migrations
 * cannot use.
 */
export function refuseNewer({ migrations, earlier }: Ledger, known: readonly Migration[]): void {
  const names = new Set(known.map(({ name }) => name));
  const newest = known.at(-1)?.name ?? '';
  const unknown = [...earlier, ...migrations.keys()].filter((name) => !names.has(name));
  const beyond = new Set(unknown.filter((name) => (migrations.get(name)?.oldest ?? name) > newest));
  if (beyond.size === 0) return;
  throw new MetadataError(
    'newer-schema',
    `The database was made by a newer Strata (it has ${[...beyond].sort().join(', ')}): start that version, nothing was changed.`,
  );
}

/** The tables that say it: what is copied from database to database is not in them. */
export const LEDGER_TABLES: readonly string[] = [
  'schema_migrations',
  'schema_steps',
  'kysely_migration',
  'kysely_migration_lock',
];

/**
 * The newest migration of a database, also of one that an earlier version made; null when it has none.
 * Throws MetadataError `unavailable` when a migration is under way, or was left in the middle.
 */
export async function schemaVersion(database: Database): Promise<string | null> {
  const { migrations, earlier } = await readLedger(database);
  for (const [name, { isDone }] of migrations) {
    if (isDone) continue;
    const message = `The schema of the database is in the middle of ${name}: start a server, which brings it to its end.`;
    throw new MetadataError('unavailable', message);
  }
  return [...earlier, ...migrations.keys()].sort().at(-1) ?? null;
}

/** How far the migration that is under way came, for people; null when none is. */
export async function underWay(database: Database): Promise<string | null> {
  const { rows } = await sql<{ name: string; since: Date; steps: number }>`
    select name, began_at as since, (select count(*) from schema_steps where migration = name and done_at is not null) as steps
      from schema_migrations where done_at is null order by name limit 1`.execute(database);
  const [row] = rows;
  return row ? `${row.name}, begun ${row.since.toISOString()}, ${row.steps} steps done` : null;
}
