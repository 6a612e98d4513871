// What a database says of its own past: that its rows came from elsewhere, or have gone elsewhere.
import type pg from 'pg';

/** The table of the marks; made by whoever sets the first one, so that every version of the schema may have it. */
export const MARKS = 'strata_marks';

/**
 * `loaded`: where its rows come from; `moved`: where they have gone, the address without its password. A database that
 * was moved is not to be used any more.
 */
export type MarkName = 'loaded' | 'moved';

/** @returns null when there is none of the name */
export async function readMark(client: pg.ClientBase, name: MarkName): Promise<string | null> {
  const { rows: there } = await client.query<{ there: boolean }>(
    `select to_regclass('${MARKS}') is not null as there`,
  );
  if (!there[0]?.there) return null;
  const { rows } = await client.query<{ value: string }>(`select value from ${MARKS} where name = $1`, [
    name,
  ]);
  return rows[0]?.value ?? null;
}

/** Sets a mark, within the transaction of the caller if there is one. */
export async function setMark(client: pg.ClientBase, name: MarkName, value: string): Promise<void> {
  await client.query(
    `create table if not exists ${MARKS} (name text primary key, value text not null, at timestamptz not null default now())`,
  );
  await client.query(
    `insert into ${MARKS} (name, value) values ($1, $2)
      on conflict (name) do update set value = excluded.value, at = now()`,
    [name, value],
  );
}
