// Appends changes in the transaction that makes them: they are committed together or not at all.
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import type { ChangeKind } from './change.ts';

/** Followers are told once the transaction is committed, and the bell is rung. */
export async function tellChanges(
  database: Database | Transaction<Tables>,
  kind: ChangeKind,
  uids: Iterable<string>,
): Promise<void> {
  const each = [...new Set(uids)];
  if (each.length === 0) return;
  await sql`insert into changes (kind, uid) select ${kind}, uid from unnest(${each}::text[]) as uid`.execute(
    database,
  );
}
