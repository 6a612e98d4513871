// Brings a database to a list of migrations: one process does it, the others wait, and each step is done once.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { LAST_OF_FIRST_SCHEMA, makeFirstSchema, tellEarlier } from './first-schema.ts';
import { isUpToDate, makeLedger, readLedger, refuseNewer, underWay } from './ledger.ts';
import type { Migration } from './migration.ts';
import { runStep } from './run-step.ts';

/** "Strata" in ASCII, an advisory lock of the whole database for the time of the migrations. */
const LOCK = sql.lit(0x537472617461);
const LOOK_AGAIN_MS = 200;

export interface MigrateOptions {
  /** Longest wait for another process that migrates, ms. */
  readonly waitMs?: number;
  /** Longest time to come again for locks that other queries hold, ms, for each step. */
  readonly patienceMs?: number;
  /** Told what is done or waited for. */
  readonly say?: (text: string) => void;
}

/**
 * Runs what the database lacks of the migrations, resuming where a killed process stopped.
 * @param wanted all that this code knows, in their order, those of the first schema at the head
 * @throws MetadataError `newer-schema` when the database is beyond what this code can use; `unavailable` when another
 * process migrates for longer than `waitMs`, or queries hold a table for longer than `patienceMs`
 */
export async function runMigrations(
  database: Database,
  wanted: readonly Migration[],
  { waitMs = 60_000, patienceMs = 600_000, say = () => undefined }: MigrateOptions = {},
): Promise<void> {
  const ledger = await readLedger(database);
  refuseNewer(ledger, wanted);
  if (isUpToDate(ledger, wanted)) return;
  // Lock and steps on one connection: when it is lost, so is the lock, and no step goes on without it.
  await database.connection().execute(async (connection) => {
    if (!(await takeLock(connection, wanted, waitMs, say))) return;
    try {
      // The lock of a process that was killed is free soon, also when it was in the middle of a long statement.
      await sql`set client_connection_check_interval = '2s'`.execute(connection);
      await makeLedger(connection);
      refuseNewer(await readLedger(connection), wanted); // another process, newer than this one, may have been quicker
      await makeFirstSchema(connection);
      for (const migration of wanted) await runMigration(connection, migration, patienceMs, say);
    } finally {
      // Of a connection that broke, PostgreSQL frees it.
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection).catch(() => undefined);
      await sql`reset client_connection_check_interval`.execute(connection).catch(() => undefined);
    }
  });
}

/**
 * Asks again and again: who waits inside a statement would keep `create index concurrently` waiting for him.
 * @returns false when another process has done all meanwhile
 */
async function takeLock(
  database: Database,
  wanted: readonly Migration[],
  waitMs: number,
  say: (text: string) => void,
): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  for (let attempt = 1; ; attempt++) {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${LOCK}) as taken`.execute(
      database,
    );
    if (rows[0]?.taken) return true;
    const ledger = await readLedger(database);
    refuseNewer(ledger, wanted);
    if (isUpToDate(ledger, wanted)) return false;
    const other = ledger.migrations.size > 0 ? await underWay(database) : null;
    const words = `another server brings the schema of the database up to date${other ? ` (${other})` : ''}`;
    if (performance.now() > deadline) {
      const message = `Waited ${Math.round(waitMs / 1000)} s while ${words}: start again when that is done.`;
      throw new MetadataError('unavailable', message);
    }
    if (attempt === 1) say(`waits while ${words}`);
    await sleep(LOOK_AGAIN_MS * (0.5 + Math.random()));
  }
}

async function runMigration(
  database: Database,
  { name, oldest, steps }: Migration,
  patienceMs: number,
  say: (text: string) => void,
): Promise<void> {
  const { migrations } = await readLedger(database);
  if (migrations.get(name)?.isDone) return;
  say(`${name}: ${steps.length} steps`);
  // Before the first change, so that no server that cannot live with it starts in the middle.
  await database.transaction().execute(async (tx) => {
    await sql`insert into schema_migrations (name, oldest) values (${name}, ${oldest})
      on conflict (name) do nothing`.execute(tx);
    if (oldest > LAST_OF_FIRST_SCHEMA) await tellEarlier(tx, name);
  });
  for (const step of steps) await runStep(database, step, { migration: name, patienceMs, say });
  await sql`update schema_migrations set done_at = now() where name = ${name}`.execute(database);
}
