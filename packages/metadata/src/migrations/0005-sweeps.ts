// How far the pool has been looked through for blobs that are not as they are wanted: one row.
import { type Kysely, sql } from 'kysely';

const statements = [
  sql`create table sweeps (
    one boolean primary key default true check (one),
    composition text not null,
    after bytea,
    looked bigint not null default 0,
    queued bigint not null default 0,
    began_at timestamptz not null default now(),
    done_at timestamptz,
    taken_by text,
    taken_until timestamptz
  )`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
