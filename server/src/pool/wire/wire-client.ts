// What a server asks of another: blobs, ranges of them, a copy to be kept, and orders.
import { type BlobName, isDigest } from '@strata/store/blob-names';
import type { BlobCheck } from '@strata/store/blob-store';

import { StoreError } from '@strata/store/errors';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import { MAX_BLOB, MAX_JSON } from './limits.ts';
import { garbage, type Peer, WireError } from './wire-error.ts';

/** Ends an exchange early, and how long it may stand still. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  readonly progressMs?: number | undefined;
}

/** A blob that a peer has durably, and on which of its disks. */
export interface KeptBlob extends BlobName {
  readonly disk: string;
  readonly existed: boolean;
}

const length = z.int().min(0).max(MAX_BLOB);
const kept = z.object({
  digest: z.string().refine(isDigest),
  length,
  disk: z.string().max(200),
  existed: z.boolean(),
});
const checked = z.union([
  z.object({ digest: z.string().refine(isDigest), state: z.literal('good'), length }),
  z.object({
    digest: z.string().refine(isDigest),
    state: z.enum(['missing', 'corrupt', 'unreadable']),
    reason: z.string().max(4000),
  }),
]);
const refused = z.object({ code: z.string().max(100), message: z.string().max(4000) });

/** Every method throws WireError, or StoreError `missing`, `corrupt`, `no-space` when the peer says so of the blob. */
export class WireClient {
  readonly #exchange: Exchange;

  constructor(parts: ExchangeParts) {
    this.#exchange = new Exchange(parts);
  }

  /** The length of a blob in bytes; null when the peer does not have it. */
  async size(peer: Peer, digest: string, patience: Patience = {}): Promise<number | null> {
    const answer = await this.#exchange.ask(peer, { method: 'HEAD', url: `/blobs/${digest}`, ...patience });
    answer.discard();
    if (answer.status === 404) return null;
    if (answer.status !== 200 || answer.length === null) throw garbage(peer, `${answer.status} to a HEAD`);
    return answer.length;
  }

  /** `length` bytes, 1 at least, from byte `offset`. Not compared with anything. */
  async read(
    peer: Peer,
    digest: string,
    range: { readonly offset: number; readonly length: number },
    patience: Patience = {},
  ): Promise<Uint8Array> {
    const url = `/blobs/${digest}`;
    const answer = await this.#exchange.ask(peer, { method: 'GET', url, range, ...patience });
    if (answer.status !== 206) throw await refusal(peer, answer);
    return answer.exactly(range.length);
  }

  /** A whole blob in pieces, with its length. Not compared with its name: who keeps it does that. */
  async open(
    peer: Peer,
    digest: string,
    patience: Patience = {},
  ): Promise<{ readonly length: number; readonly stream: AsyncGenerator<Uint8Array>; discard(): void }> {
    const answer = await this.#exchange.ask(peer, { method: 'GET', url: `/blobs/${digest}`, ...patience });
    if (answer.status !== 200) throw await refusal(peer, answer);
    if (answer.length === null) throw garbage(peer, 'it does not say how long the blob is');
    return { length: answer.length, stream: answer.stream(), discard: () => answer.discard() };
  }

  /** Lets the peer keep a replica; it is on the peer's disk, fsynced, when this returns. */
  async put(
    peer: Peer,
    blob: BlobName,
    parts: readonly Uint8Array[],
    patience: Patience = {},
  ): Promise<KeptBlob> {
    const url = `/blobs/${blob.digest}?length=${blob.length}`;
    const answer = await this.#exchange.ask(peer, { method: 'PUT', url, parts, ...patience });
    return keptBlob(peer, blob.digest, await told(peer, answer));
  }

  /**
   * Lets the peer fetch a blob from others, by their ids in order, and keep it as a replica, on the named disk if one is
   * named (where it is on another disk of the peer, it moves). It is fsynced when this returns.
   */
  async fetch(
    peer: Peer,
    order: BlobName & { readonly from: readonly string[]; readonly disk?: string },
    patience: Patience = {},
  ): Promise<KeptBlob> {
    return keptBlob(peer, order.digest, await this.#order(peer, '/fetch', order, patience));
  }

  /** Lets the peer re-read a blob and compare it with its name. */
  async verify(peer: Peer, digest: string, patience: Patience = {}): Promise<BlobCheck> {
    const result = checked.safeParse(await this.#order(peer, '/verify', { digest }, patience));
    if (result.success && result.data.digest === digest) return result.data;
    throw garbage(peer, 'its answer to a verify is none');
  }

  /** Lets the peer remove its replica, if enough others are left. @returns whether it did */
  async remove(
    peer: Peer,
    order: { readonly digest: string; readonly leastOthers: number },
    patience: Patience = {},
  ): Promise<boolean> {
    const result = z
      .object({ removed: z.boolean() })
      .safeParse(await this.#order(peer, '/remove', order, patience));
    if (result.success) return result.data.removed;
    throw garbage(peer, 'its answer to a remove is none');
  }

  /** Tells the peer to start anew. */
  async restart(peer: Peer, patience: Patience = {}): Promise<void> {
    await this.#order(peer, '/restart', {}, patience);
  }

  /** What the peer tells about itself. */
  async state(peer: Peer, patience: Patience = {}): Promise<unknown> {
    return told(peer, await this.#exchange.ask(peer, { method: 'GET', url: '/state', ...patience }));
  }

  /** Closes all connections. */
  close(): void {
    this.#exchange.close();
  }

  async #order(peer: Peer, url: string, body: object, patience: Patience): Promise<unknown> {
    const json = JSON.stringify(body);
    return told(peer, await this.#exchange.ask(peer, { method: 'POST', url, json, ...patience }));
  }
}

/** What a peer says in JSON; an order that takes long is refused in its body, after a status that promised nothing. */
async function told(peer: Peer, answer: Answer): Promise<unknown> {
  if (answer.status !== 200) throw await refusal(peer, answer);
  const body = await answer.json(MAX_JSON);
  const { refused: failure } = (body ?? {}) as { refused?: unknown };
  if (failure !== undefined) throw refusedBy(peer, failure);
  return body;
}

async function refusal(peer: Peer, answer: Answer): Promise<Error> {
  return refusedBy(peer, await answer.json(MAX_JSON));
}

function refusedBy(peer: Peer, body: unknown): Error {
  const result = refused.safeParse(body);
  if (!result.success) return garbage(peer, 'it refuses without saying why');
  const { code, message } = result.data;
  if (code === 'missing' || code === 'corrupt' || code === 'no-space')
    return new StoreError(code, `Server ${peer.id}: ${message}`);
  return new WireError('refused', `Server ${peer.id} refuses: ${message}`, { refusal: code });
}

function keptBlob(peer: Peer, digest: string, body: unknown): KeptBlob {
  const result = kept.safeParse(body);
  if (result.success && result.data.digest === digest) return result.data;
  throw garbage(peer, 'it does not say what it has kept');
}
