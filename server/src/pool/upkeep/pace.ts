// Holds work back to so many bytes a second, so that upkeep never takes the disks and lines from those who look at images.
import { setTimeout as sleep } from 'node:timers/promises';

/** What was not used is kept for this long at most. */
const BURST_MS = 1000;

/** Time as `Pace` needs it; a monotonic clock. */
export interface PaceClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const realClock: PaceClock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
};

export class Pace {
  readonly #bytesPerMs: number;
  readonly #clock: PaceClock;
  /** When all that was taken so far is paid for. */
  #paidAt: number;

  constructor(bytesPerSecond: number, clock: PaceClock = realClock) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#clock = clock;
    this.#paidAt = clock.now();
  }

  /** Waits until so many bytes may be worked on. Throws when the signal says stop. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const begin = Math.max(this.#paidAt, now - BURST_MS);
    this.#paidAt = begin + bytes / this.#bytesPerMs;
    // What is larger than a second's worth is begun when its turn comes, and paid for by those behind it.
    if (begin > now) await this.#clock.sleep(begin - now, signal);
    signal.throwIfAborted();
  }
}
