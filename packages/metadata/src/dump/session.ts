// One connection for a dump or a load: long statements, and text that reads the same on every server.
import type { Socket } from 'node:net';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { metadataError } from '../database.ts';

const CONNECT_MS = 10_000;

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

export class Session {
  readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  /** @throws MetadataError */
  static async open(url: string): Promise<Session> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'strata dump',
    });
    client.on('error', () => undefined); // whoever waits for an answer is told
    try {
      await client.connect();
      await client.query(settings.join(';'));
    } catch (error) {
      cut(client);
      throw metadataError(error);
    }
    return new Session(client);
  }

  /** Rows of a small answer. */
  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  /** What a COPY ... TO STDOUT gives, as fast as it is taken. */
  copyOut(text: string): AsyncIterable<Buffer> {
    return this.client.query(copyTo(text, { highWaterMark: 2 ** 18 }));
  }

  /** Ends the connection, whatever it is at: what is not committed is undone. */
  close(): void {
    cut(this.client);
  }
}

function cut(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.destroy();
}
