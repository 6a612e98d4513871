// The queue of blobs whose replicas are to be looked at: queued by whoever sees a reason, taken by one server at a time.
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { cleanText } from '../text.ts';
import { isAlive } from './alive.ts';
import { bytesOf } from './digests.ts';
import type { Settling } from './model.ts';

const MAX_REASON = 200;
const MAX_TAKEN = 1000;
/** Blobs that one statement queues. */
const PAGE = 5000;
/** What is due later than that was put off before the clock was set back: it is due. */
const LONGEST_PAUSE_MS = 3_600_000;

type Db = Database | Transaction<Tables>;

/** Queues blobs, each once and due now: one that is queued already gets the new reason, and whoever holds it does not end it. */
export async function queueRows(database: Db, blobs: readonly Buffer[], reason: string): Promise<void> {
  if (blobs.length === 0) return;
  await queueFrom(database, sql`unnest(${[...blobs]}::bytea[]) as wanted (digest)`, reason);
}

export async function queueDigests(database: Db, digests: readonly string[], reason: string): Promise<void> {
  await queueRows(database, digests.map(bytesOf), reason);
}

/** Queues every blob that has a replica on any disk of the server. @returns how many */
export async function queueServer(database: Database, serverId: string, reason: string): Promise<number> {
  for (let total = 0, after: Buffer = Buffer.alloc(0); ; ) {
    const { rows } = await sql<{ blob: Buffer }>`select blob from replicas
      where server = ${serverId} and blob > ${after} order by blob limit ${PAGE}`.execute(database);
    await queueRows(
      database,
      rows.map(({ blob }) => blob),
      reason,
    );
    total += rows.length;
    if (rows.length < PAGE) return total;
    after = rows.at(-1)?.blob ?? after;
  }
}

/**
 * Takes up to `limit` (1000 at most) due settlings, those that are due longest first. Nobody else gets them for `leaseMs`, or
 * as long as the lease of the server that took them holds.
 */
export async function takeSettlings(
  database: Database,
  serverId: string,
  limit: number,
  leaseMs: number,
): Promise<Settling[]> {
  const { rows } = await sql<SettlingRow>`with taken as (
      update settlings set attempts = attempts + 1, taken_by = ${serverId},
          taken_until = now() + ${leaseMs} * interval '1 millisecond'
        where blob in (select blob from settlings
          where (due_at <= now() or due_at > now() + ${LONGEST_PAUSE_MS} * interval '1 millisecond')
            and (taken_until is null or taken_until <= now()
            or taken_by in (select id from servers where not ${isAlive}))
          order by due_at, blob limit ${Math.max(1, Math.min(MAX_TAKEN, limit))} for update skip locked)
        returning blob, reason, attempts, due_at
    )
    select blob, length, kind, created_at, reason, attempts, coalesce((select max(studies.date) from (
        select series from instances where object_blob = taken.blob
        union select series from instances where frames_blob = taken.blob
      ) as of_blob join series on series.id = of_blob.series join studies on studies.id = series.study), '') as study_date
      from taken join blobs on blobs.digest = taken.blob order by due_at, blob`.execute(database);
  return rows.map(({ blob, created_at, study_date, ...row }) => ({
    ...row,
    digest: blob.toString('hex'),
    createdAt: created_at.toISOString(),
    studyDate: study_date,
  }));
}

/** Ends settlings that the server has taken, unless they were queued anew in the meantime. */
export async function endSettlings(
  database: Database,
  digests: readonly string[],
  serverId: string,
): Promise<void> {
  await sql`delete from settlings where blob = any(${digests.map(bytesOf)}::bytea[])
    and taken_by = ${serverId}`.execute(database);
}

/** Gives back all that the server has taken: it was killed and starts again. */
export async function releaseSettlings(database: Database, serverId: string): Promise<void> {
  await sql`update settlings set taken_by = null, taken_until = null where taken_by = ${serverId}`.execute(
    database,
  );
}

/** Gives a settling that the server has taken back, to be taken again after `ms`, an hour at most. */
export async function postponeSettling(
  database: Database,
  digest: string,
  serverId: string,
  ms: number,
  reason: string,
): Promise<void> {
  const pause = Math.max(0, Math.min(LONGEST_PAUSE_MS, Math.round(ms)));
  await sql`update settlings set due_at = now() + ${pause} * interval '1 millisecond',
    taken_by = null, taken_until = null, reason = ${wordsOf(reason)}
    where blob = ${bytesOf(digest)} and taken_by = ${serverId}`.execute(database);
}

async function queueFrom(database: Db, wanted: RawBuilder<unknown>, reason: string): Promise<number> {
  const { numAffectedRows } = await sql`insert into settlings (blob, reason)
    select blobs.digest, ${wordsOf(reason)} from ${wanted} join blobs on blobs.digest = wanted.digest
      order by blobs.digest
    on conflict (blob) do update set reason = excluded.reason, attempts = 0,
      due_at = least(settlings.due_at, now()), taken_by = null, taken_until = null`.execute(database);
  return Number(numAffectedRows ?? 0);
}

const wordsOf = (reason: string) => cleanText(reason).slice(0, MAX_REASON);

interface SettlingRow {
  readonly blob: Buffer;
  readonly length: number;
  readonly kind: 'object' | 'frames';
  readonly created_at: Date;
  readonly reason: string;
  readonly attempts: number;
  readonly study_date: string;
}
