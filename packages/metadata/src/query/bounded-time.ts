// Ends a query that takes too long: a pattern over millions of rows must not keep the database from its other work.
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { invalid } from './check-query.ts';

const LIMIT_S = 20;
const CANCELLED = '57014';

/** Runs the work on one view of the tables, for at most 20 s. Throws MetadataError `invalid` when it takes longer. */
export async function withinTime<Result>(
  database: Database,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  try {
    return await database
      .transaction()
      .setAccessMode('read only')
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        await sql`select set_config('statement_timeout', ${`${LIMIT_S}s`}, true)`.execute(tx);
        return work(tx);
      });
  } catch (error) {
    if ((error as { code?: string } | null)?.code !== CANCELLED) throw error;
    throw invalid(
      `The query took longer than ${LIMIT_S} s and was given up: narrow it with more or longer keys.`,
    );
  }
}
