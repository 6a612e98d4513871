// A database of typed queries, and what its errors mean in our words.
import { parseAddressList } from './connections/address-list.ts';
import { type Database, HostPool, PoolCut, TurnedStandby } from './connections/host-pool.ts';
import type { NamedStatement } from './connections/session.ts';
import { MetadataError } from './errors.ts';

export type { Database } from './connections/host-pool.ts';

// Codes of PostgreSQL (appendix A of its manual) and of the system that mean: this server is gone, or is no primary.
const GONE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '25006',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
]);
const GONE_MESSAGES = /Connection terminated|not queryable|Connection ended|timeout expired/i;
// Too many connections, a lock or an answer that did not come in time, a standby that had to go on with its log.
const BUSY = new Set(['53300', '55P03', '57014', '40001', '40P01']);
// The pool is full, or was closed under a query, because its server is being started again.
const BUSY_MESSAGES =
  /timeout exceeded when trying to connect|driver has already been destroyed|after calling end on the pool/i;
const DUPLICATE = '23505';
// Serialization failure, deadlock, and a row that another transaction removed before ours could refer to it.
const AGAIN = new Set(['40001', '40P01', '23503']);

/**
 * A database on the first server of an address list, whatever that is, without any patience; nothing is connected yet. Whoever
 * has to go on when servers come and go takes `Connections`. Throws MetadataError `invalid` when it is not an address list.
 */
export function openDatabase(url: string, most?: number): Database {
  const list = parseAddressList(url);
  const [address] = list.addresses;
  if (!address) throw new Error('an address list has an address');
  const nothing = () => undefined;
  return new HostPool(list, address, 'schema', 'any', { onSlow: nothing, onBroken: nothing }, most).database;
}

/**
 * Runs one statement that every connection parses and plans once, by its name: what Kysely sends is parsed and planned
 * each time, which takes longer than a small statement itself. Throws what PostgreSQL throws.
 */
export async function prepared<Row extends object>(
  database: Database,
  statement: NamedStatement,
): Promise<Row[]> {
  const session = await HostPool.of(database).session();
  try {
    return (await session.query<Row>(statement)).rows;
  } finally {
    session.release();
  }
}

/** A failed query in our words. */
export function metadataError(cause: unknown): MetadataError {
  if (cause instanceof MetadataError) return cause;
  const { code = '', message } = cause as { code?: string; message?: string };
  // It may hold a patient's values, and errors end in logs.
  if (cause instanceof Error && 'detail' in cause) delete cause.detail;
  if (
    isServerTrouble(cause) ||
    cause instanceof PoolCut ||
    BUSY.has(code) ||
    BUSY_MESSAGES.test(message ?? '')
  ) {
    return new MetadataError(
      'unavailable',
      'The metadata service cannot be reached: try again in a moment.',
      { cause },
    );
  }
  if (code === '53100') {
    return new MetadataError('no-space', "The metadata database's disk is full: free space.", { cause });
  }
  if (code.startsWith('28') || code === '3D000') {
    return new MetadataError('refused', `The metadata service refuses us: ${message}. Check its URL.`, {
      cause,
    });
  }
  return new MetadataError('failed', `The metadata service failed: ${message}`, { cause });
}

/** Whether a row was not inserted because there is one of its key. */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === DUPLICATE;
}

/** Whether a failed query says that its server is gone, or is not the primary that it was. */
export function isServerTrouble(error: unknown): boolean {
  if (error instanceof MetadataError) return false;
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    error instanceof TurnedStandby || GONE.has(code) || code.startsWith('08') || GONE_MESSAGES.test(message)
  );
}

/** Whether the same transaction may succeed when it is run again. */
export function isSerializationFailure(error: unknown): boolean {
  return AGAIN.has((error as { code?: string } | null)?.code ?? '');
}
