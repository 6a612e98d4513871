// The migrations from before the ledger: in one transaction, and written down where servers of that time look.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import * as first from '../migrations/0001-first.ts';
import * as attributes from '../migrations/0002-attributes.ts';
import * as errands from '../migrations/0003-errands.ts';
import * as pool from '../migrations/0004-pool.ts';
import * as sweeps from '../migrations/0005-sweeps.ts';
import type { Migration, StepTransaction } from './migration.ts';

/** The last of them: whoever knows it reads the ledger's predecessor only. */
export const LAST_OF_FIRST_SCHEMA = '0005-sweeps';

const all: readonly (readonly [string, { up(tx: unknown): Promise<void> }])[] = [
  ['0001-first', first],
  ['0002-attributes', attributes],
  ['0003-errands', errands],
  ['0004-pool', pool],
  [LAST_OF_FIRST_SCHEMA, sweeps],
];

/** As members of the list that this code knows; they are made by `makeFirstSchema`. */
export const firstSchema: readonly Migration[] = all.map(([name]) => ({ name, oldest: name, steps: [] }));

// Kysely's Migrator, which made databases until then, keeps others out by this lock, and its tables have this form.
const THEIR_LOCK = sql.lit(3853314791062309107n);
const theirTables = [
  sql`create table if not exists kysely_migration (
    name varchar(255) not null primary key, timestamp varchar(255) not null
  )`,
  sql`create table if not exists kysely_migration_lock (
    id varchar(255) not null primary key, is_locked integer not null default 0
  )`,
  sql`insert into kysely_migration_lock (id) values ('migration_lock') on conflict do nothing`,
];

/**
 * Takes over a database that an earlier version made, with what it lacks of those migrations; or begins a new one. All or
 * nothing. An earlier version finds all of its migrations done, and may go on and start again.
 */
export async function makeFirstSchema(database: Database): Promise<void> {
  await database.transaction().execute(async (tx) => {
    await sql`set local lock_timeout = '60s'`.execute(tx);
    await sql`select pg_advisory_xact_lock(${THEIR_LOCK})`.execute(tx);
    for (const statement of theirTables) await statement.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(tx);
    const done = new Set(rows.map(({ name }) => name));
    for (const [name, { up }] of all) {
      if (!done.has(name)) {
        await up(tx);
        await tellEarlier(tx, name);
      }
      await sql`insert into schema_migrations (name, oldest, done_at) values (${name}, ${name}, now())
        on conflict (name) do nothing`.execute(tx);
    }
  });
}

/** Servers from before the ledger refuse a database with a name that they do not know. */
export async function tellEarlier(tx: StepTransaction, name: string): Promise<void> {
  await sql`insert into kysely_migration (name, timestamp) values (${name}, ${new Date().toISOString()})
    on conflict (name) do nothing`.execute(tx);
}
