// What a migration is: a list of steps, each of which is done once, whoever is killed in between.
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';

/** A transaction of a step. */
export type StepTransaction = Transaction<Tables>;

/** One transaction: it is done and written down as done, or nothing of it is. Run again where it waits long for a lock. */
interface TransactionStep {
  readonly kind: 'transaction';
  readonly name: string;
  readonly work: (tx: StepTransaction) => Promise<void>;
}

/** An index that is made while others read and write. */
interface IndexStep {
  readonly kind: 'index';
  /** The index's own name. */
  readonly name: string;
  readonly create: RawBuilder<unknown>;
}

/** Rows that are filled in, some at a time, each batch in a transaction of its own that also keeps how far it came. */
interface BatchesStep {
  readonly kind: 'batches';
  readonly name: string;
  readonly batch: (tx: StepTransaction, after: string | null) => Promise<string | null>;
}

export type Step = TransactionStep | IndexStep | BatchesStep;

/** A change of the schema, for ever as it was released. */
export interface Migration {
  /** `NNNN-word`; migrations go by the order of their names. */
  readonly name: string;
  /**
   * The migration that a server must know at least to use the database from the begin of this one on. For one that only
   * adds, it is one before; for one that older servers cannot live with, its own name.
   */
  readonly oldest: string;
  readonly steps: readonly Step[];
}

/** Statements that take no time once they have their locks: new tables, new columns (constant defaults), constraints `not valid`. */
export function statements(name: string, all: readonly RawBuilder<unknown>[]): Step {
  const work = async (tx: StepTransaction): Promise<void> => {
    for (const statement of all) await statement.execute(tx);
  };
  return { kind: 'transaction', name, work };
}

/**
 * An index on a table that others use meanwhile; one that was left half made is made anew.
 * @param index its name @param on what follows it: ``sql`on studies (date desc)` ``
 */
export function indexConcurrently(
  index: string,
  on: RawBuilder<unknown>,
  kind: 'unique' | 'plain' = 'plain',
): Step {
  const unique = sql.raw(kind === 'unique' ? 'unique ' : '');
  const create = sql`create ${unique}index concurrently ${sql.ref(index)} ${on}`;
  return { kind: 'index', name: index, create };
}

/**
 * Fills in rows that are there already.
 * @param batch does some hundred to some thousand rows after a position (null at first) and gives the position reached,
 * null when it found none; run again from there after a kill, so it may find its last batch done
 */
export function inBatches(name: string, batch: BatchesStep['batch']): Step {
  return { kind: 'batches', name, batch };
}
