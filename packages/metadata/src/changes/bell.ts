// Wakes those who follow the changes, after a commit and without holding up any.
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { CHANNEL } from './channel.ts';

/** Rung again and again it notifies this often: a follower reads all that is new at once. */
const PAUSE_MS = 50;

/** Not flushed to disk: who is not woken looks by itself soon. */
const ring = sql`select set_config('synchronous_commit', 'off', true), pg_notify(${CHANNEL}, '')`;

export class Bell {
  readonly #send: (statement: RawBuilder<unknown>) => Promise<unknown>;
  #isBusy = false;
  #isWanted = false;

  /** @param send runs a statement in a transaction of its own at the primary */
  constructor(send: (statement: RawBuilder<unknown>) => Promise<unknown>) {
    this.#send = send;
  }

  /** To be called after each commit that told of a change. Never throws, and nobody waits for it. */
  ring(): void {
    this.#isWanted = true;
    if (!this.#isBusy) void this.#ringWhileWanted();
  }

  async #ringWhileWanted(): Promise<void> {
    this.#isBusy = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#send(ring).catch(() => undefined); // followers look by themselves
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
    this.#isBusy = false;
  }
}
