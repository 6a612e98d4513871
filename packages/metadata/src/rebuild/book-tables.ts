// The tables of a rebuild, in a schema of their own.
import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** Two rebuilds that begin at the same time make them once. */
const LOCK = sql.lit(0x7265626b);

const statements = [
  sql`create schema if not exists strata_rebuild`,
  sql`create table if not exists strata_rebuild.disks (
    server text not null, disk text not null, kind text not null, after text not null default '',
    blobs bigint not null default 0, done_at timestamptz, primary key (server, disk)
  )`,
  sql`create table if not exists strata_rebuild.copies (
    blob bytea not null, server text not null, disk text not null, primary key (blob, server)
  )`,
  // `seeks`: what the frames are found by as long as they are not.
  sql`create table if not exists strata_rebuild.objects (
    blob bytea primary key, length bigint not null, arrived double precision not null, description text not null,
    frames bytea, seeks text, outcome text
  )`,
  sql`create index if not exists objects_arrived on strata_rebuild.objects (arrived, blob) where outcome is null`,
  sql`create index if not exists objects_frames on strata_rebuild.objects (frames)`,
  sql`create index if not exists objects_seeking on strata_rebuild.objects (arrived, blob) where seeks is not null`,
  sql`create table if not exists strata_rebuild.frames (
    blob bytea primary key, length bigint not null, arrived double precision not null, shape text not null,
    index bytea not null, digests bytea not null, pixels text not null, format jsonb not null
  )`,
  sql`create index if not exists frames_shape on strata_rebuild.frames (shape, arrived)`,
  sql`create index if not exists frames_pixels on strata_rebuild.frames (pixels)`,
  sql`create table if not exists strata_rebuild.problems (
    subject text not null, reason text not null, primary key (subject, reason)
  )`,
];

export async function makeBook(database: Database): Promise<void> {
  await database.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    for (const statement of statements) await statement.execute(tx);
  });
}

export async function dropBook(database: Database): Promise<void> {
  await sql`drop schema if exists strata_rebuild cascade`.execute(database);
}

export async function isBookOpen(database: Database): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select to_regclass('strata_rebuild.disks') is not null as open`.execute(database);
  return rows[0]?.open ?? false;
}
