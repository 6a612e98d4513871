// The database's clock, read now and then: the clock of this machine may jump, and ages decide what is removed.
import type { Pool } from '@strata/metadata/pool/pool';

const STALE_MS = 10 * 60_000;

export class DatabaseClock {
  readonly #pool: Pick<Pool, 'clock'>;
  #read: { readonly time: number; readonly at: number } | null = null;

  constructor(pool: Pick<Pool, 'clock'>) {
    this.#pool = pool;
  }

  /** Reads it again when that is due. Throws MetadataError. */
  async refresh(): Promise<void> {
    if (this.#read && performance.now() - this.#read.at < STALE_MS) return;
    this.#read = { time: await this.#pool.clock(), at: performance.now() };
  }

  /** Ms since 1970; before the first `refresh` the beginning of time, when nothing is old. */
  now(): number {
    return this.#read ? this.#read.time + performance.now() - this.#read.at : 0;
  }
}
