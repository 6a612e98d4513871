// Secrets that the servers of a pool share, each made by the first who needs it.
import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** What the pool has under the name; where it has nothing, `own` from now on, unless that is null. */
export async function poolSecret(
  database: Database,
  name: string,
  own: string | null,
): Promise<string | null> {
  if (own !== null) {
    await sql`insert into pool_secrets (name, value) values (${name}, ${own}) on conflict do nothing`.execute(
      database,
    );
  }
  const { rows } = await sql<{ value: string }>`select value from pool_secrets where name = ${name}`.execute(
    database,
  );
  return rows[0]?.value ?? null;
}
