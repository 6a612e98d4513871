// The connection to PostgreSQL: a pool, its errors in our words, and bounded retries.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { MetadataError } from './errors.ts';
import type { Tables } from './tables.ts';

const INT8 = 20;

// Codes of PostgreSQL (appendix A of its manual) and of the system that mean: not now.
const AWAY = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
]);
// The last two: the pool was closed under a query, because its server is being started again.
const AWAY_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Connection ended|driver has already been destroyed|after calling end on the pool/i;
// Serialization failure, deadlock, and a row that another transaction removed before ours could refer to it.
const DUPLICATE = '23505';
const AGAIN = new Set(['40001', '40P01', '23503']);

/** A pool of connections with typed queries. */
export type Database = Kysely<Tables>;

const connections = new WeakMap<Database, Set<pg.PoolClient>>();
const pools = new WeakMap<Database, pg.Pool>();

/** Opens a pool; nothing is connected yet. Throws MetadataError `invalid` when the URL is not one. */
export function openDatabase(url: string, most = 10): Database {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new MetadataError('invalid', 'The metadata URL must begin with postgres://.');
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: 'strata',
    types: {
      getTypeParser: ((oid, format) =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks while nobody waits for its answer; whoever uses it next is told, or gets another.
  pool.on('error', () => undefined);
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    client.on('error', () => undefined).on('end', () => open.delete(client));
  });
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  connections.set(database, open);
  pools.set(database, pool);
  return database;
}

/**
 * Runs one statement that every connection parses and plans once, by its name: what Kysely sends is parsed and planned
 * each time, which takes longer than a small statement itself. Throws what PostgreSQL throws.
 */
export async function prepared<Row extends object>(
  database: Database,
  statement: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<Row[]> {
  const pool = pools.get(database);
  if (!pool) throw new Error('this database was not opened here');
  return (await pool.query<Row>(statement)).rows;
}

/**
 * Cuts all connections of the pool: what waits for an answer on one that leads nowhere fails now, and is asked again on a
 * new one.
 */
export function breakConnections(database: Database): void {
  for (const client of connections.get(database) ?? []) {
    (client as unknown as { connection?: { stream?: Socket } }).connection?.stream?.destroy();
  }
}

/** A failed query in our words. */
export function metadataError(cause: unknown): MetadataError {
  if (cause instanceof MetadataError) return cause;
  const { code = '', message } = cause as { code?: string; message?: string };
  // It may hold a patient's values, and errors end in logs.
  if (cause instanceof Error && 'detail' in cause) delete cause.detail;
  if (AWAY.has(code) || code.startsWith('08') || AWAY_MESSAGES.test(message ?? '')) {
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

/** Whether we closed the pool ourselves: it will not come back. */
function isClosed(error: unknown): boolean {
  return /driver has already been destroyed/.test((error as { message?: string } | null)?.message ?? '');
}

/** Whether the same transaction may succeed when it is run again. */
export function isSerializationFailure(error: unknown): boolean {
  return AGAIN.has((error as { code?: string } | null)?.code ?? '');
}

/**
 * Runs a query, again and again while the service is away, for at most `boundMs`.
 * Throws MetadataError: `unavailable` after that, others at once.
 */
export async function withRetry<T>(boundMs: number, query: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + boundMs;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    try {
      return await query();
    } catch (error) {
      const failed = metadataError(error);
      const left = deadline - performance.now();
      if (failed.code !== 'unavailable' || left <= 0 || isClosed(error)) throw failed;
      await sleep(Math.min(left, pause * (0.5 + Math.random() / 2)));
    }
  }
}
