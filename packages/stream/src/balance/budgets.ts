// What hedging and retrying may cost: tokens that come with work done and go with work repeated.

/** Hedges are at most this share of requests, with so many saved up at most. */
export const HEDGE_SHARE = 0.05;
export const MOST_HEDGES = 10;
const FIRST_HEDGES = 5;

export class HedgeBudget {
  #tokens = FIRST_HEDGES;

  /** A request was asked for the first time. */
  earn(): void {
    this.#tokens = Math.min(MOST_HEDGES, this.#tokens + HEDGE_SHARE);
  }

  /** @returns whether one more hedge may go out, and counts it */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** Retries go at once while more than half of these are left (as gRPC's A6 has it), then as they come back. */
export const MOST_RETRIES = 200;
export const RETRIES_PER_SUCCESS = 0.1;
/** Tokens that come back by themselves, so that an outage delays requests and does not fail them: 20 a second. */
export const RETRIES_PER_MILLISECOND = 0.02;

export class RetryBudget {
  #tokens = MOST_RETRIES;
  #at = Number.NEGATIVE_INFINITY;

  /** A request was answered. */
  earn(): void {
    this.#tokens = Math.min(MOST_RETRIES, this.#tokens + RETRIES_PER_SUCCESS);
  }

  /** Whether a request may be asked again now. */
  allows(now: number): boolean {
    this.#refill(now);
    return this.#tokens - 1 >= MOST_RETRIES / 2;
  }

  /** A request is asked again. */
  take(now: number): void {
    this.#refill(now);
    this.#tokens--;
  }

  /** Milliseconds until `allows` is true. */
  wait(now: number): number {
    this.#refill(now);
    return Math.max(0, MOST_RETRIES / 2 + 1 - this.#tokens) / RETRIES_PER_MILLISECOND;
  }

  #refill(now: number): void {
    const passed = Number.isFinite(this.#at) ? Math.max(0, now - this.#at) : 0;
    this.#at = now;
    this.#tokens = Math.min(MOST_RETRIES, this.#tokens + passed * RETRIES_PER_MILLISECOND);
  }
}
