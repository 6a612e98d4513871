// The blobs of the whole pool as one store: put on several servers, read from wherever they are, mended when they are bad.
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { Pool } from '@strata/metadata/pool/pool';
import type { BlobCache } from '@strata/store/blob-cache';
import { type BlobName, checkDigest } from '@strata/store/blob-names';
import type { BlobCheck } from '@strata/store/blob-store';
import type { Disks, ListedOnDisk } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import type { Logger } from '../config/log.ts';
import { fetchReplica } from './fetch-replica.ts';
import { type Healed, Healing } from './healing.ts';
import { keepsBlobs } from './keeps-blobs.ts';
import { KnownHolders } from './known-holders.ts';
import { Peers, type PoolView } from './peers.ts';
import { ReadThrough } from './read-through.ts';
import type { NewFinding } from './upkeep/findings.ts';
import type { FetchOrder } from './wire/order-routes.ts';
import type { KeptBlob, WireClient } from './wire/wire-client.ts';
import { type PutBlob, Writes } from './writes.ts';

export interface PoolStoreParts {
  readonly selfId: string;
  readonly site: string;
  /** Null at a server that keeps no blobs. */
  readonly disks: Disks | null;
  /** For copies of what others hold. */
  readonly cache: BlobCache | null;
  readonly client: WireClient;
  readonly view: PoolView;
  readonly pool: Pick<Pool, 'holders' | 'keepReplicas' | 'lostReplica' | 'queueSettling'>;
  /** Wanted copies of each blob on different servers, as far as there are servers. */
  readonly replicas: number;
  /** Told of every bad copy of this server that is found by reading, and what came of it. */
  readonly onBad?: (finding: NewFinding) => void;
  readonly log: Logger;
}

export class PoolStore {
  readonly #parts: PoolStoreParts;
  readonly #peers: Peers;
  readonly #writes: Writes;
  readonly #elsewhere: ReadThrough;
  readonly #healing: Healing;
  readonly #holders: KnownHolders;

  constructor(parts: PoolStoreParts) {
    this.#parts = parts;
    const { selfId, view, pool } = parts;
    const peers = new Peers(selfId, view);
    this.#peers = peers;
    const holders = new KnownHolders(pool, peers);
    this.#holders = holders;
    this.#writes = new Writes({ ...parts, peers });
    this.#elsewhere = new ReadThrough({ ...parts, peers, holders });
    this.#healing = new Healing({
      ...{ ...parts, peers, holders, mayWrite: view.mayWrite, onBad: parts.onBad },
    });
  }

  /**
   * Stores the parts, one after the other, as one blob, on as many servers as are wanted, fsynced on each when it returns.
   * The parts must not change meanwhile. Throws StoreError `too-few-servers` that names those that are missing, `no-space`, or,
   * when this is the only server, as Disks does.
   * @param name of the parts, where the caller has computed it
   */
  put(parts: readonly Uint8Array[], name?: BlobName): Promise<PutBlob> {
    return this.#writes.put(parts, name);
  }

  /** Others hold a blob (null: many) than before: they are asked for anew. */
  holdersChanged(digest: string | null): void {
    if (digest === null) this.#holders.forgetAll();
    else this.#holders.forget(digest);
  }

  /** A whole blob. Its bytes are not compared with its digest where it is here. Throws StoreError. */
  get(digest: string): Promise<Uint8Array> {
    return this.#fromNearest(
      digest,
      (near) => near.get(digest),
      () => this.#elsewhere.get(digest),
    );
  }

  /**
   * A range of a blob: `length` bytes from byte `offset`. Throws StoreError `missing` when it is nowhere to be had, `corrupt`
   * when it ends before; RangeError when the range is not one.
   */
  read(digest: string, offset: number, length: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
      return Promise.reject(new RangeError(`No range of a blob: ${length} bytes from byte ${offset}.`));
    }
    return this.#fromNearest(
      digest,
      (near) => near.read(digest, offset, length),
      () => this.#elsewhere.read(digest, offset, length),
    );
  }

  /** The blob's length in bytes; null when no server that can be asked has it. Throws StoreError. */
  async size(digest: string): Promise<number | null> {
    checkDigest(digest);
    const { disks, cache } = this.#parts;
    const here = (await disks?.size(digest).catch(() => null)) ?? cache?.size(digest) ?? null;
    return here ?? (this.#isAlone() ? null : this.#elsewhere.size(digest));
  }

  /** Whether a server that can be asked has the blob. Throws StoreError. */
  async has(digest: string): Promise<boolean> {
    return (await this.size(digest)) !== null;
  }

  /**
   * Whether there is a good copy: this server's own is re-read, and mended when it is bad; where there is none, another server
   * proves its own. Throws only for a bad digest.
   */
  async verify(digest: string): Promise<BlobCheck> {
    checkDigest(digest);
    const { disks } = this.#parts;
    let check: BlobCheck = {
      digest,
      state: 'missing',
      reason: `Blob ${digest} is on no server that can be asked.`,
    };
    if (disks) {
      check = await disks.verify(digest);
      if (check.state === 'good' || this.#isAlone()) return check;
      if ((await this.#healing.suspect(digest, 'verify')) === 'repaired') return disks.verify(digest);
    }
    return (await this.#elsewhere.verify(digest)) ?? check;
  }

  /** Somebody found bytes of the blob that are wrong. What is here is proven, and replaced when it is bad. Never rejects. */
  suspect(digest: string, why: string): Promise<Healed> {
    this.#elsewhere.forget(digest);
    return this.#healing.suspect(digest, why);
  }

  /** Another server wants this one's copy proven: a bad one is mended meanwhile. Throws only for a bad digest. */
  async proveOwn(digest: string): Promise<BlobCheck> {
    checkDigest(digest);
    const check = (await this.#parts.disks?.verify(digest)) ?? {
      ...{ digest, state: 'missing' as const },
      reason: 'This server keeps no blobs.',
    };
    if (check.state !== 'good') void this.suspect(digest, 'another server asked');
    return check;
  }

  /** Another server wants this one to hold a replica. Throws StoreError or WireError, see `fetchReplica`. */
  async fetch(order: FetchOrder, signal: AbortSignal): Promise<KeptBlob> {
    const { disks, client } = this.#parts;
    return fetchReplica({ disks, client, peers: this.#peers }, order, signal);
  }

  /** Every blob on this server's own disks, sorted by digest. */
  async *list(after?: string): AsyncGenerator<ListedOnDisk> {
    if (this.#parts.disks) yield* this.#parts.disks.list(after);
  }

  /** Removes this server's own copy. @returns whether it is gone */
  delete(digest: string): Promise<boolean> {
    this.#elsewhere.forget(digest);
    return this.#parts.disks?.delete(digest) ?? Promise.resolve(true);
  }

  /** Own disks, then copies, then other servers. */
  async #fromNearest<T>(
    digest: string,
    near: (store: Disks | BlobCache) => Promise<T>,
    far: () => Promise<T>,
  ): Promise<T> {
    checkDigest(digest);
    const { disks, cache } = this.#parts;
    let failure: unknown = null;
    if (disks) {
      try {
        return await near(disks);
      } catch (error) {
        if (!(error instanceof StoreError) || this.#isAlone()) throw error;
        failure = error;
      }
    }
    if (cache && cache.size(digest) !== null) {
      const copy = await near(cache).catch(() => null);
      if (copy !== null) return copy;
    }
    if (this.#isAlone())
      throw new StoreError('missing', `Blob ${digest} is not here, and there is no other server.`);
    // A copy that should be here and is not, or ends too early, is mended meanwhile.
    if (failure !== null) void this.#healing.suspect(digest, 'read');
    try {
      return await far();
    } catch (error) {
      throw failure instanceof StoreError && failure.code !== 'missing' ? failure : error;
    }
  }

  #isAlone(): boolean {
    return isAlone(this.#parts.selfId, this.#parts.view.servers());
  }
}

/** Whether there is no other server that keeps blobs. */
export function isAlone(selfId: string, servers: readonly ServerRecord[]): boolean {
  return servers.every((server) => server.id === selfId || server.state === 'out' || !keepsBlobs(server));
}
