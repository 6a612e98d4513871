// Reads what was committed since a position.
import type pg from 'pg';
import type { Change, ChangeKind, News } from './change.ts';

/** More than that in one read means 'everything': whoever is told would forget about as much. */
const MOST = 5_000;

// One statement, so that the new position is the very snapshot that the changes were read in. Transactions that were not
// done at the old position (below its xmin all were) are read now if they are done now. Trimmed: something that may be gone
// was not done at the old position.
const STATEMENT = `select pg_current_snapshot()::text as position,
  exists (select from changes_kept where pg_snapshot_xmax($1::pg_snapshot) < pg_snapshot_xmax(kept_from)
    or exists (select from pg_snapshot_xip($1::pg_snapshot) as open where pg_visible_in_snapshot(open, kept_from))
  ) as trimmed,
  (select coalesce(json_agg(json_build_array(kind, uid)), '[]') from (
    select distinct kind, uid from changes
      where xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(xid, $1::pg_snapshot)
      limit ${MOST + 1}
  ) as new) as changes`;

interface Row {
  readonly position: string;
  readonly trimmed: boolean;
  readonly changes: readonly (readonly [ChangeKind, string])[];
}

/** A position before which nothing is wanted. @throws what PostgreSQL throws */
export async function positionNow(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ position: string }>('select pg_current_snapshot()::text as position');
  return rows[0]?.position ?? '';
}

/** What was committed after the position, and the position after that. @throws what PostgreSQL throws */
export async function readNews(
  client: pg.ClientBase,
  position: string,
): Promise<{ news: News; position: string }> {
  const { rows } = await client.query<Row>({ name: 'read-news', text: STATEMENT, values: [position] });
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL does not say what is new.');
  const isTooMuch = row.trimmed || row.changes.length > MOST;
  const changes = row.changes.map(([kind, uid]): Change => ({ kind, uid }));
  return { news: isTooMuch ? 'everything' : changes, position: row.position };
}
