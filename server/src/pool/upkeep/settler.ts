// Takes queued settlings and carries them out, some at once, and gives back those that have to wait.
import type { Settling } from '@strata/metadata/pool/model';
import type { Pool } from '@strata/metadata/pool/pool';
import type { BlobView } from './pool-view.ts';
import { type Settled, type SettleParts, settleBlob } from './settle-blob.ts';

const LEASE_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** About ten minutes: then it is left to the next look through all blobs. */
const MOST_WAITS = 9;

export interface SettlerParts extends SettleParts {
  readonly pool: SettleParts['pool'] &
    Pick<Pool, 'takeSettlings' | 'settled' | 'postponeSettling' | 'releaseSettlings'>;
  /** Blobs at once. */
  readonly atOnce: number;
}

/** What was done since the start. */
export interface SettlerCounts {
  readonly settled: number;
  readonly copied: number;
  readonly removed: number;
  readonly bytes: number;
  readonly postponed: number;
}

export class Settler {
  readonly #parts: SettlerParts;
  #counts: SettlerCounts = { settled: 0, copied: 0, removed: 0, bytes: 0, postponed: 0 };
  #released = false;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  counts(): SettlerCounts {
    return this.#counts;
  }

  /** Carries out all that is due. Throws MetadataError, and when the signal says stop. */
  async settleAll(signal: AbortSignal): Promise<void> {
    const { pool, self, atOnce } = this.#parts;
    if (!this.#released) await pool.releaseSettlings(self);
    this.#released = true;
    for (;;) {
      signal.throwIfAborted();
      const taken = await pool.takeSettlings(self, atOnce * 4, LEASE_MS);
      if (taken.length === 0) return;
      await this.#settleThese(taken, signal);
    }
  }

  async #settleThese(taken: readonly Settling[], signal: AbortSignal): Promise<void> {
    const waiting = [...taken];
    const ended: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const outcome = await settleBlob(this.#parts, viewOf(next), signal);
        this.#count(outcome);
        if (outcome.wait === null || isHopeless(next, outcome)) ended.push(next.digest);
        else await this.#postpone(next, outcome.wait);
      }
    };
    const { pool, self, atOnce } = this.#parts;
    try {
      const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    } finally {
      if (ended.length > 0) await pool.settled(ended, self);
    }
  }

  async #postpone({ digest, attempts }: Settling, reason: string): Promise<void> {
    const { pool, self } = this.#parts;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(20, attempts - 1));
    await pool.postponeSettling(digest, self, pause * (0.5 + Math.random() / 2), reason);
  }

  #count({ copied, removed, bytes, wait }: Settled): void {
    const now = this.#counts;
    this.#counts = {
      ...{ copied: now.copied + copied, removed: now.removed + removed, bytes: now.bytes + bytes },
      settled: now.settled + (wait === null ? 1 : 0),
      postponed: now.postponed + (wait === null ? 0 : 1),
    };
  }
}

/** Nothing will change until servers come, return or are declared out: then all blobs are looked at again. */
function isHopeless({ attempts }: Settling, { wait }: Settled): boolean {
  return wait !== 'failed' && wait !== 'no-room' && attempts >= MOST_WAITS;
}

function viewOf({ digest, length, createdAt, studyDate }: Settling): BlobView {
  return { digest, length, createdAt: Date.parse(createdAt), studyDate };
}
