// One connection for a dump or a load: no bound on its statements, and text that reads the same on every server.
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Connections } from '../connections/connections.ts';
import { cutSocket } from '../connections/sockets.ts';
import { type Database, metadataError } from '../database.ts';
import { MetadataError } from '../errors.ts';
import type { Tables } from '../tables.ts';

const PATIENCE_MS = 10_000;
const CHUNK = 2 ** 18;

/** What the text of values depends on, and no bound on time: a table may be large. */
const settings = [
  `set timezone = 'UTC'`,
  `set datestyle = 'ISO, YMD'`,
  `set intervalstyle = 'postgres'`,
  'set extra_float_digits = 1',
  `set bytea_output = 'hex'`,
  `set client_encoding = 'UTF8'`,
  'set statement_timeout = 0',
  'set idle_in_transaction_session_timeout = 0',
];

export class DumpSession {
  readonly client: pg.Client;
  readonly #connections: Connections;

  private constructor(client: pg.Client, connections: Connections) {
    this.client = client;
    this.#connections = connections;
  }

  /** Connects to the primary of an address list. @throws MetadataError */
  static async open(url: string): Promise<DumpSession> {
    const connections = Connections.open(url);
    try {
      const client = await connections.client(PATIENCE_MS);
      await client.query(settings.join(';'));
      return new DumpSession(client, connections);
    } catch (error) {
      await connections.close();
      throw metadataError(error);
    }
  }

  /** The connection as other code asks it. */
  get database(): Database {
    const { client } = this;
    const lent = { query: client.query.bind(client), release: () => undefined };
    const pool = { connect: async () => lent, end: async () => undefined };
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as never }) });
  }

  /** Rows of a small answer. */
  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  /**
   * Commits what was begun. Throws MetadataError `unavailable` when it is kept by this one server of a cluster only, which may
   * be lost with it: done again, it waits for the others.
   */
  async commit(): Promise<void> {
    let isLocalOnly = false;
    // The function of PostgreSQL that waits for the standbys; where the wait is given up, it only warns (its syncrep.c).
    const listen = ({ routine }: { readonly routine?: string | undefined }) => {
      isLocalOnly ||= routine === 'SyncRepWaitForLSN';
    };
    this.client.on('notice', listen);
    try {
      await this.client.query('commit');
    } finally {
      this.client.off('notice', listen);
    }
    if (isLocalOnly)
      throw new MetadataError(
        'unavailable',
        'The standbys of the database did not take the rows: run it again.',
      );
  }

  /** What a COPY ... TO STDOUT gives, as fast as it is taken. */
  copyOut(text: string): AsyncIterable<Buffer> {
    return this.client.query(copyTo(text, { highWaterMark: CHUNK }));
  }

  /** Ends the connection, whatever it is at: what is not committed is undone. */
  async close(): Promise<void> {
    cutSocket(this.client);
    await this.#connections.close();
  }
}
