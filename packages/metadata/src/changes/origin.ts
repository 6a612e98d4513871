// Which database, on which timeline of which cluster: positions mean nothing at another.
import type pg from 'pg';

/** @throws what PostgreSQL throws, also when this is no primary */
export async function originOf(client: pg.ClientBase): Promise<string> {
  // The first 8 digits of the name of a WAL file are its timeline; there is none while a server recovers.
  const { rows } = await client.query<{ origin: string }>(`select concat_ws('/', system_identifier,
      (select oid from pg_database where datname = current_database()),
      left(pg_walfile_name(pg_current_wal_lsn()), 8)) as origin from pg_control_system()`);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL does not say which cluster it is.');
  return row.origin;
}
