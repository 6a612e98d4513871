// A connection in use: every answer is waited for inside a bound, and a commit that only one server has is none.
import type { PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { MetadataError } from '../errors.ts';
import { cutSocket } from './sockets.ts';

/**
 * The function of PostgreSQL in which a commit waits for the standbys (its syncrep.c). Where the wait is given up, it warns,
 * and says that the commit succeeded; the words of the warning are in the language of the server, the name is not.
 */
const WAIT_FOR_STANDBYS = 'SyncRepWaitForLSN';

export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

const localOnly = new WeakSet<pg.ClientBase>();

/** To be called once for each new connection whose commits are to be trusted. */
export function watchCommits(client: pg.ClientBase): void {
  client.on('notice', ({ routine }) => {
    if (routine === WAIT_FOR_STANDBYS) localOnly.add(client);
  });
}

/** What Kysely and `prepared` need of a connection, until it is given back. */
export class Session {
  readonly #client: pg.PoolClient;
  readonly #answerMs: number;
  readonly #during: <T>(answer: Promise<T>) => Promise<T>;

  /** @param answerMs 0: for ever @param during told of every question that waits for its answer */
  constructor(
    client: pg.PoolClient,
    answerMs: number,
    during: <T>(answer: Promise<T>) => Promise<T> = (answer) => answer,
  ) {
    this.#client = client;
    this.#answerMs = answerMs;
    this.#during = during;
  }

  /**
   * Runs a statement. Throws what PostgreSQL throws, and MetadataError `unavailable` when its commit, or its own where it is
   * a transaction by itself, is not on the standbys that it was to be on: it may be run again.
   */
  async query<Row>(
    statement: string | NamedStatement,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<Row>> {
    const client = this.#client;
    const asked =
      typeof statement === 'string'
        ? client.query(statement, parameters as unknown[])
        : client.query({ ...statement });
    const late = this.#answerMs && setTimeout(() => cutSocket(client), this.#answerMs);
    try {
      const result = await this.#during(asked);
      if (localOnly.has(client)) throw new OnOneServerOnly();
      return result as unknown as PostgresQueryResult<Row>;
    } finally {
      if (late) clearTimeout(late);
      localOnly.delete(client);
    }
  }

  /** Gives the connection back. @param destroy whether it is to be closed, because nobody knows its state */
  release(destroy = false): void {
    this.#client.release(destroy);
  }
}

class OnOneServerOnly extends MetadataError {
  constructor() {
    super(
      'unavailable',
      'The metadata service could not bring the change to its standbys: try again in a moment.',
    );
  }
}
