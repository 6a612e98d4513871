// Takes old changes away: all that were done at a moment some minutes ago, which is then noted as the begin of what is kept.
import type pg from 'pg';

/** Changes stay for one to two of these periods; a period ends early when there are many. */
const PERIOD_MINUTES = 10;
const MOST_IN_PERIOD = 100_000;

// Several who try at once: one does it, the others find nothing to do. A mark from the future was made before the clock was
// set back.
const STATEMENT = `with due as materialized (
    select mark from changes_kept where marked_at is null
        or marked_at not between now() - $1::float8 * interval '1 minute' and now() + interval '1 minute'
        or $2::bigint < (select count(*) from
          (select from changes where xid >= pg_snapshot_xmin(mark) limit $2::bigint + 1) as since)
      for update skip locked
  ), gone as (
    delete from changes using due where xid < pg_snapshot_xmax(mark) and pg_visible_in_snapshot(xid, mark)
  )
  update changes_kept set kept_from = coalesce(due.mark, kept_from), mark = pg_current_snapshot(), marked_at = now() from due`;

/** @throws what PostgreSQL throws */
export async function trimChanges(
  client: pg.ClientBase,
  { minutes = PERIOD_MINUTES, most = MOST_IN_PERIOD }: { minutes?: number; most?: number } = {},
): Promise<void> {
  await client.query({ name: 'trim-changes', text: STATEMENT, values: [minutes, most] });
}
