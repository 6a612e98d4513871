// Keeps errands in the transaction that brings them along.
import type { Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import type { NewErrand } from './errand.ts';

/** Keeps checked errands in a transaction of the caller's. @returns how many were new */
export async function keepErrands(tx: Transaction<Tables>, errands: readonly NewErrand[]): Promise<number> {
  if (errands.length === 0) return 0;
  const sorted = errands.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const rows = await tx
    .insertInto('errands')
    .values(
      sorted.map(({ kind, target, rule, uid, details }) => ({
        kind,
        target,
        rule,
        uid,
        details: JSON.stringify(details ?? {}),
      })),
    )
    .onConflict((conflict) => conflict.columns(['kind', 'rule', 'uid']).doNothing())
    .returning('id')
    .execute();
  return rows.length;
}

// Every transaction takes rows in the same order, so that none waits for another in a circle.
const orderOf = ({ kind, rule, uid }: NewErrand): string => `${kind} ${rule} ${uid}`;
