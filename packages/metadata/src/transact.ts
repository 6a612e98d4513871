// Runs a transaction again when another one came between.
import type { Transaction } from 'kysely';
import { type Database, isSerializationFailure } from './database.ts';
import { MetadataError } from './errors.ts';
import type { Tables } from './tables.ts';

const MAX_ATTEMPTS = 8;

/** Another transaction changed the same rows between our look and our change: look again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Runs the work in a transaction, again when it was overtaken. Its result is durable when this returns; when it throws,
 * nothing is. Throws what PostgreSQL throws, or MetadataError `unavailable` when it is overtaken again and again.
 */
export async function transact<Result>(
  database: Database,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      const passing = error instanceof Overtaken || isSerializationFailure(error);
      if (!passing) throw error;
      if (attempt >= MAX_ATTEMPTS) {
        const message = 'The metadata service is too busy with the same studies: try again in a moment.';
        throw new MetadataError('unavailable', message, { cause: error });
      }
    }
  }
}
