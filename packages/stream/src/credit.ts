// The client's side of flow control: what has been received, what consumed, when to say so.

/** Accounts of one connection, in bytes of level payload. */
export interface Credit {
  /** What the server may have on the way: its `limits.credit`. */
  readonly window: number;
  /** Received and not yet given back to the server. */
  readonly held: number;
  /** Of these, consumed but not yet said. */
  readonly owed: number;
}

/** The accounts of a new connection. */
export function openCredit(window: number): Credit {
  return { window, held: 0, owed: 0 };
}

/** `bytes` have arrived. */
export function received(credit: Credit, bytes: number): Credit {
  return { ...credit, held: credit.held + bytes };
}

/**
 * `bytes` (may be 0) have been consumed. `grant` is what to tell the server now: nothing until it is worth a message (an
 * eighth of the window, or all that is held, or the server cannot send any more without it).
 */
export function consumed(credit: Credit, bytes: number): { credit: Credit; grant: number } {
  const owed = Math.min(credit.held, credit.owed + bytes);
  if (owed === 0 || (owed < credit.window / 8 && owed < credit.held && !isBlocked(credit))) {
    return { credit: { ...credit, owed }, grant: 0 };
  }
  return { credit: { ...credit, held: credit.held - owed, owed: 0 }, grant: owed };
}

/** Whether the server is waiting for this client: nothing more can come before something is consumed. */
export function isBlocked(credit: Credit): boolean {
  return credit.held >= credit.window;
}
