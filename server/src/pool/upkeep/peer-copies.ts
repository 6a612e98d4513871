// The copies on another server, over the wire.
import type { BlobCheck } from '@strata/store/blob-store';
import { StoreError } from '@strata/store/errors';
import type { WireClient } from '../wire/wire-client.ts';
import { type Peer, WireError } from '../wire/wire-error.ts';
import { type CopiedBlob, type Copies, CopyError } from './copies.ts';

/** A large blob is read from a slow disk before the answer comes. */
const VERIFY_MS = 10 * 60_000;

export class PeerCopies implements Copies {
  readonly #peer: Peer;
  readonly #client: Pick<WireClient, 'fetch' | 'verify' | 'remove'>;

  constructor(peer: Peer, client: Pick<WireClient, 'fetch' | 'verify' | 'remove'>) {
    this.#peer = peer;
    this.#client = client;
  }

  async fetch(
    { digest, length }: CopiedBlob,
    from: string,
    disk: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#client.fetch(this.#peer, { digest, length, from: [from], disk }, { signal });
    } catch (error) {
      throw failedFetch(error);
    }
  }

  async verify({ digest }: CopiedBlob, signal: AbortSignal): Promise<BlobCheck> {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(VERIFY_MS)]);
    try {
      return await this.#client.verify(this.#peer, digest, { signal: stop });
    } catch (error) {
      throw away(error);
    }
  }

  async remove(digest: string, leastOthers: number, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#client.remove(this.#peer, { digest, leastOthers }, { signal });
    } catch (error) {
      throw away(error);
    }
  }
}

/** Codes with which a server says that its source, not itself, could not be reached. */
const SOURCE_AWAY = ['unreachable', 'hung', 'garbage'];

function failedFetch(error: unknown): CopyError {
  if (error instanceof StoreError && error.code !== 'no-space') {
    return new CopyError('source', error.message, { cause: error });
  }
  const refusal = error instanceof WireError ? error.refusal : null;
  const failure = refusal !== null && SOURCE_AWAY.includes(refusal) ? 'away' : 'target';
  return new CopyError(failure, messageOf(error), { cause: error });
}

function away(error: unknown): CopyError {
  return new CopyError('away', messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
