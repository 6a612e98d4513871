// How busy this process is, as clients are told: 0 idle, 1 with all hands full.
import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** So many bytes of answers waiting for slow lines are as much as a busy processor. */
const FULL_BYTES = 256 * 2 ** 20;
/** Weight of the newest figure. */
const NEWEST = 0.5;

export class LoadMeter {
  readonly #waitingBytes: () => number;
  #before: EventLoopUtilization | null = null;
  #load = 0;

  /** @param waitingBytes of answers in memory that clients have not taken yet */
  constructor(waitingBytes: () => number) {
    this.#waitingBytes = waitingBytes;
  }

  /** The load since the last call, smoothed. */
  read(): number {
    const now = performance.eventLoopUtilization();
    // What the start costs says nothing of the time after it.
    const utilization = this.#before ? performance.eventLoopUtilization(now, this.#before).utilization : 0;
    this.#before = now;
    const waiting = Math.min(1, this.#waitingBytes() / FULL_BYTES);
    this.#load += NEWEST * (Math.max(utilization, waiting) - this.#load);
    return Math.round(this.#load * 1000) / 1000;
  }
}
