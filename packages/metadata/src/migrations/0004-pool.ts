// The pool: its servers with their leases and disks, on which disk a replica is, and which blobs are to be settled.
import { type Kysely, sql } from 'kysely';

const statements = [
  sql`create table servers (
    id text collate "C" primary key,
    name text not null,
    site text not null,
    wire_url text not null,
    endpoints jsonb not null,
    roles text[] not null,
    version text not null,
    state text not null default 'in' check (state in ('in', 'draining', 'out')),
    load real not null,
    boot text not null,
    lease_until timestamptz not null,
    seen_at timestamptz not null default now(),
    joined_at timestamptz not null default now()
  )`,
  sql`create table disks (
    id text collate "C" primary key,
    server text collate "C" not null references servers on delete cascade,
    name text not null,
    kind text not null check (kind in ('online', 'archive')),
    capacity bigint not null,
    free bigint not null,
    state text not null check (state in ('in', 'lost', 'full')),
    lost_at timestamptz
  )`,
  sql`create index disks_server on disks (server)`,
  sql`alter table replicas add column disk text collate "C"`,
  sql`alter table replicas alter column server type text collate "C"`,
  sql`create index replicas_disk on replicas (disk, blob)`,
  sql`create table settlings (
    blob bytea primary key references blobs on delete cascade,
    reason text not null,
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    queued_at timestamptz not null default now(),
    taken_by text,
    taken_until timestamptz
  )`,
  sql`create index settlings_due on settlings (due_at)`,
  sql`create table pool_key (
    one boolean primary key default true check (one),
    key text not null
  )`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
