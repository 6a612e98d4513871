// The copies on this server's own disks: taken from others, read again, given up.
import type { Pool } from '@strata/metadata/pool/pool';
import type { BlobCheck } from '@strata/store/blob-store';
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import type { WireClient } from '../wire/wire-client.ts';
import type { Peer } from '../wire/wire-error.ts';
import { type CopiedBlob, type Copies, CopyError } from './copies.ts';
import { datedBefore } from './file-age.ts';

const PIECE = 2 ** 20;
/** What was put within this time may be about to be committed: it is not given up now. */
const TOUCHED_MS = 30_000;

export interface OwnCopiesParts {
  readonly self: string;
  readonly disks: Disks;
  readonly pool: Pick<Pool, 'removeReplica' | 'keepReplicas'>;
  readonly client: Pick<WireClient, 'open'>;
  readonly peer: (server: string) => Peer | null;
  /** Whether the lease of this server holds. */
  readonly mayWrite: () => boolean;
}

interface Source {
  readonly stream: AsyncIterable<Uint8Array>;
  /** What is not read of it is not wanted. */
  discard?(): void;
}

export class OwnCopies implements Copies {
  readonly #parts: OwnCopiesParts;

  constructor(parts: OwnCopiesParts) {
    this.#parts = parts;
  }

  async fetch(blob: CopiedBlob, from: string, disk: string, signal: AbortSignal): Promise<void> {
    const { self, disks, mayWrite } = this.#parts;
    if (!mayWrite()) throw new CopyError('target', 'This server may not write: its lease ran out.');
    if (from !== self && (await disks.verify(blob.digest, { disk })).state === 'good') return;
    const source: Source =
      from === self ? { stream: this.#ownStream(blob) } : await this.#open(blob, from, signal);
    try {
      await disks.putStream(blob, source.stream, { disk });
    } catch (error) {
      if (!(error instanceof StoreError)) throw failedSource(error);
      throw new CopyError(error.code === 'corrupt' ? 'source' : 'target', error.message, { cause: error });
    } finally {
      source.discard?.();
    }
  }

  async verify({ digest }: CopiedBlob): Promise<BlobCheck> {
    return this.#parts.disks.verify(digest);
  }

  async remove(digest: string, leastOthers: number): Promise<boolean> {
    const { self, disks, pool, mayWrite } = this.#parts;
    if (!mayWrite()) return false;
    const unlessTouchedSince = datedBefore(TOUCHED_MS);
    const disk = await disks.diskOf(digest);
    if (!(await pool.removeReplica(digest, self, { leastOthers }))) return false;
    // A kill between the two leaves a file that is on no list; the audit finds it.
    if (await disks.delete(digest, { unlessTouchedSince })) return true;
    await pool.keepReplicas([{ digest, server: self, disk }]);
    return false;
  }

  async *#ownStream({ digest, length }: CopiedBlob): AsyncGenerator<Uint8Array> {
    for (let offset = 0; offset < length; offset += PIECE) {
      yield await this.#parts.disks.read(digest, offset, Math.min(PIECE, length - offset));
    }
  }

  async #open({ digest }: CopiedBlob, from: string, signal: AbortSignal): Promise<Source> {
    const { client, peer } = this.#parts;
    const source = peer(from);
    if (!source) throw new CopyError('away', `Server ${from} is not known.`);
    try {
      return await client.open(source, digest, { signal });
    } catch (error) {
      throw failedSource(error);
    }
  }
}

function failedSource(error: unknown): CopyError {
  const gone = error instanceof StoreError && (error.code === 'missing' || error.code === 'corrupt');
  const message = error instanceof Error ? error.message : String(error);
  return new CopyError(gone ? 'source' : 'away', message, { cause: error });
}
