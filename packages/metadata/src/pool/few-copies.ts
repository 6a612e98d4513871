// How many blobs have fewer copies than they should, as it is now: the look through all blobs tells it only when it is done.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { isAlive } from './alive.ts';

/** How many copies are wanted from an age on. */
export interface WantedCopies {
  /** Whole days, 0 for new ones. */
  readonly olderThanDays: number;
  readonly copies: number;
}

// No error for a 31st of February.
const STUDY_DAY = sql`case when studies.date ~ '^[12][0-9]{3}(0[1-9]|1[0-2])[0-9]{2}$'
  then to_date(left(studies.date, 6), 'YYYYMM') + substr(studies.date, 7)::integer - 1 end`;

/**
 * Blobs with fewer copies on servers that are in the pool (and were heard lately) than the rules want, or than there are such
 * servers. Reads all replicas: for people who look.
 * @param rules the one with the greatest age that a blob has reached holds
 * @param awayMs a server that is silent for longer does not count
 */
export async function countFewCopies(
  database: Database,
  rules: readonly WantedCopies[],
  awayMs: number,
): Promise<number> {
  const byAge = [...rules].sort((a, b) => b.olderThanDays - a.olderThanDays);
  const hasAges = byAge.some(({ olderThanDays }) => olderThanDays > 0);
  // As the planner has it: since the newest of its studies was made, or since it arrived when none says a date.
  const age = hasAges
    ? sql`(select now()::date - coalesce(max(${STUDY_DAY}), blobs.created_at::date) from (
          select series from instances where object_blob = blobs.digest
          union select series from instances where frames_blob = blobs.digest
        ) as of_blob join series on series.id = of_blob.series join studies on studies.id = series.study)`
    : sql`0`;
  const wanted = byAge.map(
    ({ olderThanDays, copies }) => sql`when age >= ${olderThanDays}::integer then ${copies}::integer`,
  );
  const { rows } = await sql<{ few: number }>`with able as materialized (
      select id from servers where state = 'in' and 'image' = any(roles)
        and (${isAlive} or seen_at > now() - ${awayMs} * interval '1 millisecond')
    ), counted as (
      select ${age} as age, (select count(*) from replicas join able on able.id = replicas.server
          left join disks on disks.id = replicas.disk
          where blob = blobs.digest and coalesce(disks.state, 'in') <> 'lost') as copies
        from blobs
    )
    select count(*) as few from counted
      where copies < least(case ${sql.join(wanted, sql` `)} else 1 end, greatest(1, (select count(*) from able)))`.execute(
    database,
  );
  return rows[0]?.few ?? 0;
}
