// Cuts a connection where saying goodbye could take for ever.
import type { Socket } from 'node:net';
import type pg from 'pg';

/** Whoever waits for an answer on it fails at once. node-postgres has no word for that but its inner stream. */
export function cutSocket(client: pg.ClientBase): void {
  (client as unknown as { connection?: { stream?: Socket } }).connection?.stream?.destroy();
}
