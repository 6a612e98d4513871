// What can go wrong between two servers.
import { StoreError, type StoreErrorCode } from '@strata/store/errors';

/**
 * `unreachable`: no connection; `hung`: it was there and did nothing for too long; `garbage`: the answer is none of a
 * server's; `refused`: it says no, `reason` says why; `aborted`: we do not want it any more.
 */
export type WireErrorCode = 'unreachable' | 'hung' | 'garbage' | 'refused' | 'aborted';

/** Another server as the wire sees it. */
export interface Peer {
  readonly id: string;
  /** `http://127.0.0.1:4711`, or https */
  readonly wireUrl: string;
}

/** A failure of an exchange with another server. The message names the server. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /** The other server's own code, when it refused. */
  readonly refusal: string | null;

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions & { refusal?: string }) {
    super(message, options);
    this.code = code;
    this.refusal = options?.refusal ?? null;
  }
}

export function unreachable({ id, wireUrl }: Peer, why: string, cause?: unknown): WireError {
  return new WireError('unreachable', `Server ${id} cannot be reached at ${wireUrl}: ${why}.`, { cause });
}

export function hung({ id, wireUrl }: Peer): WireError {
  return new WireError('hung', `Server ${id} at ${wireUrl} does not go on.`);
}

export function aborted({ id }: Peer): WireError {
  return new WireError('aborted', `The exchange with server ${id} was called off.`);
}

export function garbage({ id, wireUrl }: Peer, what: string): WireError {
  return new WireError('garbage', `What answers at ${wireUrl} is not server ${id}, or is broken: ${what}.`);
}

/** Refused by this server; `code` for the other server, the message for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const statuses: Partial<Record<StoreErrorCode, number>> = {
  missing: 404,
  'bad-digest': 400,
  corrupt: 422,
  'no-space': 507,
  'too-few-servers': 503,
};

/** Whatever went wrong with a request, as what the other server is told. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) return new Refusal(statuses[error.code] ?? 500, error.code, error.message);
  if (error instanceof WireError) return new Refusal(502, error.code, error.message);
  return new Refusal(500, 'failed', 'The server failed at this request; its log says more.');
}

/** Whether the peer itself is in trouble, so that it is better not asked for a while. */
export function isPeerTrouble(error: unknown): boolean {
  return error instanceof WireError && ['unreachable', 'hung', 'garbage'].includes(error.code);
}
