// Holds work back while the metadata are away, so that whoever waits for them keeps nothing that others need.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Patience } from './patience.ts';

const LOOK_MS = 200;

export class MetadataGate {
  readonly #ping: () => Promise<void>;
  readonly #patience: Patience;
  #opening: Promise<void> | null = null;
  #waiting = 0;
  /** What was said when they were found away. */
  #why: unknown;

  /** @param ping returns when the metadata answer */
  constructor(ping: () => Promise<void>, patience: Patience) {
    this.#ping = ping;
    this.#patience = patience;
  }

  /** Returns when the metadata answer, as far as is known; waits until `until` (`performance.now()`). @throws why they do not */
  async pass(until: number): Promise<void> {
    if (!this.#opening) return;
    const timer = new AbortController();
    const left = Math.max(0, until - performance.now());
    const late = sleep(left, 'late', { signal: timer.signal, ref: false }).catch(() => 'early'); // it is open
    this.#waiting++;
    const first = await Promise.race([this.#opening, late]);
    this.#waiting--;
    timer.abort();
    if (first === 'late') throw this.#why;
  }

  /** Asks the metadata once; when they are away, the gate closes until they are back. @throws what asking throws */
  async ask<Result>(question: () => Promise<Result>): Promise<Result> {
    try {
      return await question();
    } catch (error) {
      if (this.#patience.isAway(error)) {
        this.#why = error;
        this.#opening ??= this.#open();
      }
      throw error;
    }
  }

  async #open(): Promise<void> {
    let isThere = false;
    do {
      await sleep(LOOK_MS, undefined, { ref: false });
      isThere = await this.#ping().then(
        () => true,
        () => false,
      );
    } while (!isThere && this.#waiting > 0);
    this.#opening = null;
  }
}
