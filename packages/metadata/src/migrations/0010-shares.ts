// Links that show one study to who has them, for a time.
import { sql } from 'kysely';
import { type Migration, statements } from '../migrating/migration.ts';

/** Servers that do not know it give out no links and answer none. */
export const shares: Migration = {
  name: '0010-shares',
  oldest: '0005-sweeps',
  steps: [
    statements('table', [
      // token: SHA-256 of what the link says; the link itself is nowhere.
      sql`create table shares (
        id uuid primary key,
        study_uid text not null,
        token bytea not null unique,
        made_by text not null,
        note text not null,
        made_at timestamptz not null default now(),
        expires_at timestamptz not null,
        revoked_at timestamptz,
        used_at timestamptz
      )`,
      sql`create index shares_study on shares (study_uid, made_at)`,
    ]),
  ],
};
