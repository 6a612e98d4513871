// The connections to one server for one kind of work, cut together when the server is gone.
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Tables } from '../tables.ts';
import type { Address, AddressList } from './address-list.ts';
import { clientOptions } from './client-options.ts';
import {
  CHECK_EVERY_MS,
  CONNECT_MS,
  IDLE_IN_TRANSACTION_MS,
  IDLE_MS,
  SLOW_MS,
  WORK,
  type Work,
} from './limits.ts';
import { Session, watchCommits } from './session.ts';
import { cutSocket } from './sockets.ts';
import { Waits } from './waits.ts';

/** Typed queries on the connections of a pool. */
export type Database = Kysely<Tables>;

/** `primary`: a server that is a standby is refused; `any`: it is not. */
export type Wanted = 'primary' | 'any';

/** What the pool says of its server; each may come at any time. */
export interface PoolEvents {
  /** A call takes long. */
  readonly onSlow: () => void;
  /** A connection that nobody used broke. */
  readonly onBroken: () => void;
}

/** A server that was the primary when it was chosen is one no more, or not yet. */
export class TurnedStandby extends Error {
  override readonly name = 'TurnedStandby';
}

/** The pool was cut under whoever waited. */
export class PoolCut extends Error {
  override readonly name = 'PoolCut';
}

const pools = new WeakMap<Database, HostPool>();

export class HostPool {
  readonly database: Database;
  readonly #pool: pg.Pool;
  readonly #answerMs: number;
  readonly #clients = new Set<pg.ClientBase>();
  readonly #waits: Waits;
  readonly #cut = Promise.withResolvers<never>();

  /** Nothing is connected yet. @param most connections, where not as many as the work has */
  constructor(
    list: AddressList,
    address: Address,
    work: Work,
    wanted: Wanted,
    events: PoolEvents,
    most = WORK[work].connections,
  ) {
    const { statementMs, lockMs, answerMs } = WORK[work];
    this.#answerMs = answerMs;
    this.#waits = new Waits(events.onSlow, SLOW_MS, CHECK_EVERY_MS);
    this.#cut.promise.catch(() => undefined); // nobody may be waiting
    this.#pool = new pg.Pool({
      ...clientOptions(list, address),
      ...(statementMs > 0 && { statement_timeout: statementMs }),
      ...(lockMs > 0 && { lock_timeout: lockMs }),
      ...(statementMs > 0 && { idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS }),
      max: most,
      connectionTimeoutMillis: CONNECT_MS,
      idleTimeoutMillis: IDLE_MS,
      onConnect: (client) => this.#welcome(client, wanted),
    });
    this.#pool.on('error', events.onBroken);
    const pool: PostgresPool = {
      options: {},
      // It is asked for no cursors.
      connect: async () => (await this.session()) as unknown as PostgresPoolClient,
      end: () => this.#end(),
    };
    this.database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    pools.set(this.database, this);
  }

  /** The pool of a database that one has made. */
  static of(database: Database): HostPool {
    const pool = pools.get(database);
    if (!pool) throw new Error('this database was not opened here');
    return pool;
  }

  /** A connection, to be given back. @throws what connecting throws, PoolCut, TurnedStandby */
  async session(): Promise<Session> {
    const connecting = this.#pool.connect();
    try {
      const client = await this.#waits.during(Promise.race([connecting, this.#cut.promise]));
      return new Session(client, this.#answerMs, this.#waits.during);
    } catch (error) {
      // It may come yet, for nobody.
      void connecting.then(
        (client) => client.release(true),
        () => undefined,
      );
      throw error;
    }
  }

  /** Cuts all connections: what waits for an answer, or for a connection, fails now. The pool is of no use any more. */
  cut(): void {
    for (const client of this.#clients) cutSocket(client);
    void this.close();
  }

  /** Closes the connections when their queries are done. */
  async close(): Promise<void> {
    this.#waits.end();
    // Kysely closes what it has used only.
    await this.database.destroy().catch(() => undefined);
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#cut.reject(new PoolCut('The connections to this server were closed.'));
    if (!this.#pool.ending) await this.#pool.end();
  }

  async #welcome(client: pg.ClientBase, wanted: Wanted): Promise<void> {
    this.#clients.add(client);
    client.on('error', () => undefined).on('end', () => this.#clients.delete(client));
    watchCommits(client);
    if (wanted === 'any') return;
    const late = setTimeout(() => cutSocket(client), CONNECT_MS);
    try {
      const { rows } = await client.query('select pg_is_in_recovery() as standby');
      if (rows[0]?.standby === false) return;
    } finally {
      clearTimeout(late);
    }
    throw new TurnedStandby('It is a standby now.');
  }
}
