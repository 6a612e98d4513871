// Keeps requests away from a server that fails or is slow, and lets one through now and then to see whether it still is.

export interface Breaker {
  /** Failures and slow answers in a row. */
  readonly failures: number;
  readonly slow: number;
  /** How often it has opened in a row; each time it stays open longer. */
  readonly opened: number;
  /** Closed when null; open until then, half-open after. */
  readonly until: number | null;
  /** The attempt that is let through while half-open. */
  readonly probe: number | null;
}

/** That of a new server, and of one that has answered in time. */
export const closedBreaker: Breaker = { failures: 0, slow: 0, opened: 0, until: null, probe: null };

const FAILURES_TO_OPEN = 3;
const SLOW_TO_OPEN = 4;

/** Whether a request may go to the server: always when closed, one at a time when half-open. */
export function allows(breaker: Breaker, now: number): boolean {
  if (breaker.until === null) return true;
  return now >= breaker.until && breaker.probe === null;
}

/** Whether a request that goes there now is a probe. */
export function isHalfOpen(breaker: Breaker, now: number): boolean {
  return breaker.until !== null && now >= breaker.until;
}

/** A request failed. @param delay how long to stay away if that opens it, in milliseconds */
export function afterFailure(breaker: Breaker, now: number, delay: number): Breaker {
  const failures = breaker.failures + 1;
  const opens = breaker.until !== null ? now >= breaker.until : failures >= FAILURES_TO_OPEN;
  return opens ? opened(breaker, now, delay) : { ...breaker, failures };
}

/** An answer took far longer than those of the others. */
export function afterSlowness(breaker: Breaker, now: number, delay: number): Breaker {
  const slow = breaker.slow + 1;
  const opens = breaker.until !== null ? now >= breaker.until : slow >= SLOW_TO_OPEN;
  return opens ? opened(breaker, now, delay) : { ...breaker, slow };
}

/** Opens it whatever came before: the server hangs. */
export function opened(breaker: Breaker, now: number, delay: number): Breaker {
  return { failures: 0, slow: 0, opened: breaker.opened + 1, until: now + delay, probe: null };
}

/** The probe with this number has ended without telling anything. */
export function withoutProbe(breaker: Breaker, attempt: number): Breaker {
  return breaker.probe === attempt ? { ...breaker, probe: null } : breaker;
}
