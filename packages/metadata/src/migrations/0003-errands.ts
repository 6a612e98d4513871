// Errands: what Strata has to do for a stored or scheduled study later, and again until it is done.
import { type Kysely, sql } from 'kysely';

const statements = [
  sql`create table errands (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('forward', 'prefetch')),
    target text collate "C" not null,
    rule text not null,
    uid text collate "C" not null,
    details jsonb not null default '{}',
    state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    error text not null default '',
    created_at timestamptz not null default now(),
    unique (kind, rule, uid)
  )`,
  sql`create index errands_due on errands (kind, target, due_at) where state = 'waiting'`,
  sql`create index errands_done on errands (due_at) where state = 'done'`,
  sql`create index errands_of_target on errands (target, state, id)`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
