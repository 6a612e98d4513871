// What changed, for those who follow it; and secrets that the servers of a pool share.
import { sql } from 'kysely';
import { type Migration, statements } from '../migrating/migration.ts';

/** Servers that do not know it go on: what they commit is not told to followers, who do not rely on it to be right. */
export const changes: Migration = {
  name: '0006-changes',
  oldest: '0005-sweeps',
  steps: [
    statements('tables', [
      sql`create table changes (
        xid xid8 not null default pg_current_xact_id(),
        kind text not null,
        uid text not null
      )`,
      sql`create index changes_xid on changes (xid)`,
      // kept_from: what was visible then may be gone. mark: the next such moment.
      sql`create table changes_kept (
        one boolean primary key default true check (one),
        kept_from pg_snapshot,
        mark pg_snapshot,
        marked_at timestamptz
      )`,
      sql`insert into changes_kept default values`,
      sql`create table pool_secrets (
        name text primary key,
        value text not null,
        made_at timestamptz not null default now()
      )`,
    ]),
  ],
};
