// Looks through all blobs, page by page, one server at a time, whenever the pool is not composed as it was before.
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { bytesOf } from './digests.ts';
import type { Place, PlacedBlob, Sweep, SweepState } from './model.ts';

const MAX_PAGE = 5000;
const NOW_MS = sql<number>`(extract(epoch from now()) * 1000)::float8`;

/** What makes a sweep begin anew by itself: a new day where rules go by age, a new week else. */
export type SweepEvery = 'day' | 'week';

function periodOf(every: SweepEvery): RawBuilder<string> {
  return every === 'day' ? sql`to_char(now(), 'YYYY-MM-DD')` : sql`to_char(now(), 'IYYY-IW')`;
}

/**
 * Takes the sweep for `leaseMs`: the one under way, or a new one when the composition or the period is another than the
 * last one's. Null when there is nothing to look through, or another server that lives is at it.
 */
export async function takeSweep(
  database: Database,
  serverId: string,
  composition: string,
  every: SweepEvery,
  leaseMs: number,
): Promise<Sweep | null> {
  const wanted = sql`${composition} || ' ' || ${periodOf(every)}`;
  const until = sql`now() + ${leaseMs} * interval '1 millisecond'`;
  const anew = sql`sweeps.composition <> excluded.composition`;
  const { rows } = await sql<{ after: Buffer; now: number }>`
    insert into sweeps (composition, after, taken_by, taken_until) values (${wanted}, '', ${serverId}, ${until})
    on conflict (one) do update set composition = excluded.composition,
      after = case when ${anew} then '' else sweeps.after end,
      looked = case when ${anew} then 0 else sweeps.looked end,
      queued = case when ${anew} then 0 else sweeps.queued end,
      began_at = case when ${anew} then now() else sweeps.began_at end,
      done_at = case when ${anew} then null else sweeps.done_at end,
      taken_by = excluded.taken_by, taken_until = excluded.taken_until
    where (${anew} or sweeps.after is not null)
      and (sweeps.taken_by = ${serverId} or sweeps.taken_until is null or sweeps.taken_until <= now()
        or sweeps.taken_by in (select id from servers where lease_until <= now()))
    returning after, ${NOW_MS} as now`.execute(database);
  const [row] = rows;
  return row ? { after: row.after.toString('hex'), now: row.now } : null;
}

/** Says how far the sweep has come; null: to the end. Nothing when another server has taken it since. */
export async function advanceSweep(
  database: Database,
  serverId: string,
  {
    after,
    looked,
    queued,
  }: { readonly after: string | null; readonly looked: number; readonly queued: number },
): Promise<void> {
  await sql`update sweeps set after = ${after === null ? null : bytesOf(after)}, looked = looked + ${looked},
      queued = queued + ${queued}, done_at = case when ${after === null} then now() else null end,
      taken_until = case when ${after === null} then null else taken_until end
    where taken_by = ${serverId}`.execute(database);
}

/** The sweep under way, or the last one; null before the first. */
export async function readSweep(database: Database): Promise<SweepState | null> {
  const { rows } = await sql<{
    after: Buffer | null;
    looked: number;
    queued: number;
    began_at: Date;
    done_at: Date | null;
  }>`
    select after, looked, queued, began_at, done_at from sweeps`.execute(database);
  const [row] = rows;
  if (!row) return null;
  const { looked, queued, began_at, done_at } = row;
  // Digests are spread evenly: the first bytes of the last one say how much is done.
  const share = row.after === null ? 1 : row.after.length < 4 ? 0 : row.after.readUInt32BE() / 2 ** 32;
  return { looked, queued, share, beganAt: began_at.toISOString(), doneAt: done_at?.toISOString() ?? null };
}

/** At most `limit` (5000 at most) blobs, those after the digest, sorted by digest, with all that their wanted replicas depend on. */
export function placedBlobs(database: Database, after: string, limit: number): Promise<PlacedBlob[]> {
  const most = Math.max(1, Math.min(MAX_PAGE, limit));
  return readPlaced(database, sql`digest > ${bytesOf(after)} order by digest limit ${most}`);
}

/** Those of the blobs (5000 at most) that are known, sorted by digest. */
export function placedBlobsOf(database: Database, digests: readonly string[]): Promise<PlacedBlob[]> {
  const wanted = digests.slice(0, MAX_PAGE).map(bytesOf);
  return readPlaced(database, sql`digest = any(${wanted}::bytea[]) order by digest`);
}

async function readPlaced(database: Database, which: RawBuilder<unknown>): Promise<PlacedBlob[]> {
  const { rows } = await sql<PlacedRow>`
    select digest, length, kind, (extract(epoch from created_at) * 1000)::float8 as created_at,
      coalesce((select json_agg(json_build_object('server', server, 'disk', disk) order by server)
        from replicas where blob = digest), '[]') as holders,
      (select max(studies.date) from (
          select series from instances where object_blob = digest
          union select series from instances where frames_blob = digest
        ) as of_blob join series on series.id = of_blob.series join studies on studies.id = series.study) as study_date
    from blobs where ${which}`.execute(database);
  return rows.map(({ digest, created_at, study_date, ...row }) => ({
    ...{ ...row, digest: digest.toString('hex') },
    ...{ createdAt: created_at, studyDate: study_date },
  }));
}

/** The database's clock, ms since 1970. */
export async function databaseClock(database: Database): Promise<number> {
  const { rows } = await sql<{ now: number }>`select ${NOW_MS} as now`.execute(database);
  return rows[0]?.now ?? Number.NaN;
}

interface PlacedRow {
  readonly digest: Buffer;
  readonly length: number;
  readonly kind: 'object' | 'frames';
  readonly created_at: number;
  readonly holders: readonly Place[];
  readonly study_date: string | null;
}
