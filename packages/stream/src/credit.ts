// The client's side of flow control: what has been received, what consumed, when to say so. Pure accounts.

/** Accounts of one connection, in bytes of level payload. */
export interface Credit {
  /** What the server may have on the way: its `limits.credit`. */
  readonly window: number;
  /** Received and not yet given back to the server. */
  readonly held: number;
  /** Of these, consumed but not yet said. */
  readonly owed: number;
  /** Of these, pieces of unfinished levels that are not given back because callers keep too much. */
  readonly deferred: number;
  /** Whole levels that callers have been handed and not consumed. */
  readonly kept: number;
}

/** The accounts of a new connection. */
export function openCredit(window: number): Credit {
  return { window, held: 0, owed: 0, deferred: 0, kept: 0 };
}

/** A piece of a level has arrived. */
export function received(credit: Credit, bytes: number): Credit {
  return { ...credit, held: credit.held + bytes };
}

/**
 * The piece was not the last of its level. It is given back at once, or the pieces of many unfinished levels could use
 * up all credit and none of them ever be finished; but not while callers keep a whole window of finished ones.
 */
export function unfinished(credit: Credit, bytes: number): Credit {
  return { ...credit, deferred: credit.deferred + bytes };
}

/** A level of `length` bytes is whole and goes to callers. */
export function handedOut(credit: Credit, length: number): Credit {
  return { ...credit, kept: credit.kept + length };
}

/** Callers have consumed a level of `length` bytes, whose last piece had `bytes`. */
export function consumed(credit: Credit, length: number, bytes: number): Credit {
  return { ...credit, kept: credit.kept - length, owed: credit.owed + bytes };
}

/**
 * What to tell the server now: nothing until it is worth a message (an eighth of the window, or the server cannot send any
 * more without it). What stays unsaid at the end leaves the server seven eighths of the window to begin with.
 */
export function settle(credit: Credit): { credit: Credit; grant: number } {
  const isFree = credit.kept < credit.window;
  const owed = credit.owed + (isFree ? credit.deferred : 0);
  const deferred = isFree ? 0 : credit.deferred;
  if (owed === 0 || (owed < credit.window / 8 && !isBlocked(credit))) {
    return { credit: { ...credit, owed, deferred }, grant: 0 };
  }
  return { credit: { ...credit, held: credit.held - owed, owed: 0, deferred }, grant: owed };
}

/** Whether the server is waiting for this client: nothing more can come before something is consumed. */
export function isBlocked(credit: Credit): boolean {
  return credit.held >= credit.window;
}
