// A connection of its own to the primary, for one who listens.
import pg from 'pg';

const CONNECT_MS = 3_000;

/** A connected client, to be ended by the caller. Throws what PostgreSQL and the system throw. */
export async function listeningClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'strata changes',
  });
  client.on('error', () => undefined); // until somebody uses it
  await client.connect();
  return client;
}
