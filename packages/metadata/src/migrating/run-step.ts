// Does one step of a migration, without ever keeping others waiting for long.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database, isSerializationFailure } from '../database.ts';
import { MetadataError } from '../errors.ts';
import type { Step, StepTransaction } from './migration.ts';

const LOCK_NOT_AVAILABLE = '55P03';
/** Whoever comes after a waiting `alter table` waits with it: so it gives up soon, and comes again. */
const LOCK_TIMEOUT_MS = 1000;
const PAUSE_MS = 500;

export interface StepPlace {
  readonly migration: string;
  /** Longest time to come again for locks that others hold, ms. */
  readonly patienceMs: number;
  readonly say: (text: string) => void;
}

/**
 * Does what is left of a step and writes it down.
 * @param database the one connection that holds the lock of migrations
 * @throws MetadataError `unavailable` when others held its locks for too long; what PostgreSQL throws
 */
export async function runStep(database: Database, step: Step, place: StepPlace): Promise<void> {
  const { migration } = place;
  const { rows } = await sql<{ position: string | null; done: boolean }>`
    select position, done_at is not null as done from schema_steps
      where migration = ${migration} and step = ${step.name}`.execute(database);
  const [begun] = rows;
  if (begun?.done) return;
  switch (step.kind) {
    case 'transaction':
      return inTransaction(database, step, place, async (tx) => {
        await step.work(tx);
        await write(tx, place, step, null, 'done');
      });
    case 'index':
      await makeIndex(database, step.name, step.create);
      return write(database, place, step, null, 'done');
    case 'batches':
      for (let after = begun?.position ?? null, more = true; more; ) {
        const from = after;
        await inTransaction(database, step, place, async (tx) => {
          const reached = await step.batch(tx, from);
          await write(tx, place, step, reached ?? from, reached === null ? 'done' : 'begun');
          more = reached !== null;
          after = reached;
        });
      }
  }
}

async function inTransaction(
  database: Database,
  step: Step,
  { migration, patienceMs, say }: StepPlace,
  work: (tx: StepTransaction) => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().execute(async (tx) => {
        await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(tx);
        await sql`set local statement_timeout = 0`.execute(tx);
        await work(tx);
      });
    } catch (error) {
      const held = (error as { code?: string }).code === LOCK_NOT_AVAILABLE || isSerializationFailure(error);
      if (!held) throw error;
      if (performance.now() > deadline) {
        const message = `The schema cannot be brought up to date (${migration}, ${step.name}): other queries hold its tables for too long. End those of pg_stat_activity that do not end, and start again.`;
        throw new MetadataError('unavailable', message, { cause: error });
      }
      if (attempt === 1) say(`${migration}, ${step.name}: waits for other queries to let its tables go`);
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

/** Waits for transactions that began before, and lets everybody work meanwhile. */
async function makeIndex(
  database: Database,
  name: string,
  create: { execute(database: Database): Promise<unknown> },
) {
  await sql`set statement_timeout = 0`.execute(database);
  await sql`set lock_timeout = 0`.execute(database);
  try {
    const { rows } = await sql<{ valid: boolean }>`select indisvalid as valid from pg_index
      where indexrelid = to_regclass(${name})`.execute(database);
    if (rows[0]?.valid) return;
    if (rows[0]) await sql`drop index concurrently if exists ${sql.ref(name)}`.execute(database);
    await create.execute(database);
  } finally {
    await sql`reset statement_timeout`.execute(database);
    await sql`reset lock_timeout`.execute(database);
  }
}

async function write(
  database: Database,
  { migration }: StepPlace,
  step: Step,
  position: string | null,
  state: 'begun' | 'done',
): Promise<void> {
  const doneAt = state === 'done' ? sql`now()` : sql`null`;
  await sql`insert into schema_steps (migration, step, position, done_at)
    values (${migration}, ${step.name}, ${position}, ${doneAt})
    on conflict (migration, step) do update set position = excluded.position, done_at = excluded.done_at`.execute(
    database,
  );
}
