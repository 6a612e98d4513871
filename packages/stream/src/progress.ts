// When a request counts as stalled, as a pure decision.

export interface Progress {
  readonly now: number;
  /** When the request was asked or last got bytes. */
  readonly own: number;
  /** When a request that goes before it on the same connection last got bytes. */
  readonly better: number;
  /** When the server last had to wait for this client's credit. */
  readonly blocked: number;
  /** Milliseconds without any of these. */
  readonly limit: number;
}

/** Whether the server should have sent something by now: it had credit, and nothing more urgent to send. */
export function isStalled({ now, own, better, blocked, limit }: Progress): boolean {
  return now - Math.max(own, better, blocked) >= limit;
}
