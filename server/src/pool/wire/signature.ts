// Servers of one pool know each other by its key: every request is signed with it, and so is every answer.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A server, and the start of its process that it speaks for. */
export interface Speaker {
  readonly id: string;
  /** Another at each start. */
  readonly boot: string;
}

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The id of the server that is meant: a signature for one is worth nothing at another. */
  readonly target: string;
  /** Random, in hex, another for each request: the answer repeats it in its proof. */
  readonly nonce: string;
  /** The body of an order; '' for what has none. A blob's bytes are proven by its name. */
  readonly body: string;
}

const noncePattern = /^[0-9a-f]{32}$/;
const headerPattern = /^Strata ([A-Za-z0-9._-]{1,100}):([A-Za-z0-9._-]{1,100}):([0-9a-f]{64})$/;

export function isNonce(text: unknown): text is string {
  return typeof text === 'string' && noncePattern.test(text);
}

/** The `authorization` header of a request. @param key of the pool, hex */
export function authorization(key: string, { id, boot }: Speaker, request: SignedRequest): string {
  return `Strata ${id}:${boot}:${requestMac(key, { id, boot }, request)}`;
}

/** Who signed the request with this key; null when nobody did. */
export function signerOf(key: string, header: string | undefined, request: SignedRequest): Speaker | null {
  const [, id, boot, mac] = headerPattern.exec(header ?? '') ?? [];
  if (id === undefined || boot === undefined || mac === undefined) return null;
  return isSame(mac, requestMac(key, { id, boot }, request)) ? { id, boot } : null;
}

/** The proof in an answer that it comes from the server that was asked. */
export function answerProof(key: string, target: string, nonce: string, status: number): string {
  return createHmac('sha256', key).update(`answer\n${target}\n${nonce}\n${status}`).digest('hex');
}

/** Whether the proof is that of this server, for this request and status. */
export function isAnswerProof(
  key: string,
  proof: unknown,
  target: string,
  nonce: string,
  status: number,
): boolean {
  return typeof proof === 'string' && isSame(proof, answerProof(key, target, nonce, status));
}

function requestMac(key: string, { id, boot }: Speaker, request: SignedRequest): string {
  const { method, url, target, nonce, body } = request;
  const digest = createHash('sha256').update(body).digest('hex');
  // No field but the last two can hold a line break, so two requests never sign the same text.
  const text = ['request', method, target, id, boot, nonce, digest, url].join('\n');
  return createHmac('sha256', key).update(text).digest('hex');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
