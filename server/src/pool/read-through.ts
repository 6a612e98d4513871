// Blobs that this server does not hold: read from those that do at once, and kept as copies in the background.
import { createHash } from 'node:crypto';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { BlobCache } from '@strata/store/blob-cache';
import type { BlobCheck } from '@strata/store/blob-store';
import { StoreError } from '@strata/store/errors';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../config/log.ts';
import { AllFailed, hedged } from './hedged.ts';
import type { KnownHolders } from './known-holders.ts';
import type { AskOptions, Peers } from './peers.ts';
import { Turns } from './turns.ts';
import type { Patience, WireClient } from './wire/wire-client.ts';
import { garbage, type Peer } from './wire/wire-error.ts';

export interface ReadThroughParts {
  readonly client: WireClient;
  readonly peers: Peers;
  readonly holders: KnownHolders;
  readonly cache: BlobCache | null;
  readonly site: string;
  readonly log: Logger;
}

/** Without an answer for so long, another holder is asked too. */
const HEDGE_MS = 300;
/** Without a byte from a server that is silent already. */
const SILENT_MS = 1_500;
/** Whole blobs that are brought into the cache at once, and that wait for it. */
const FILLING = 4;
const WAITING = 256;
/** Over a slow link between sites a blob is brought whole once so much of it was wanted, in bytes or as its part. */
const FAR_BYTES = 2 ** 20;
const FAR_PART = 1 / 2;
/** Blobs of which it is known how much was read. */
const COUNTED = 10_000;
/** The largest blob that is read into memory whole. */
const LARGEST_WHOLE = 2 ** 31 - 1;

export class ReadThrough {
  readonly #parts: ReadThroughParts;
  readonly #turns = new Turns(FILLING);
  readonly #filling = new Set<string>();
  readonly #wanted = new LRUCache<string, { size: number; read: number }>({ max: COUNTED });

  constructor(parts: ReadThroughParts) {
    this.#parts = parts;
  }

  /** The blob's length in bytes; null when no server has it. @throws StoreError 'missing' when those that have it are away */
  async size(digest: string): Promise<number | null> {
    try {
      return await this.#fromAny(digest, async (server, how) => {
        const size = await this.#ask(
          server,
          (peer) => this.#parts.client.size(peer, digest, patienceWith(server, how)),
          how,
        );
        if (size === null)
          throw new StoreError('missing', `Server ${server.id} does not have blob ${digest}.`);
        this.#wantedOf(digest).size = size;
        return size;
      });
    } catch (error) {
      if (error instanceof NobodyHasIt) return null;
      throw error;
    }
  }

  /** A range of the blob; the whole is brought into the cache meanwhile. @throws StoreError 'missing' or 'corrupt' */
  async read(digest: string, offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0);
    const { client } = this.#parts;
    const { bytes, site } = await this.#fromAny(digest, async (server, how) => ({
      bytes: await this.#ask(
        server,
        (peer) => client.read(peer, digest, { offset, length }, patienceWith(server, how)),
        how,
      ),
      site: server.site,
    }));
    const wanted = this.#wantedOf(digest);
    wanted.read += length;
    const isNear = site === this.#parts.site;
    if (isNear || wanted.read >= Math.min(FAR_BYTES, wanted.size * FAR_PART)) this.#fillLater(digest);
    return bytes;
  }

  /** The whole blob, compared with its name. @throws StoreError 'missing' */
  get(digest: string): Promise<Uint8Array> {
    return this.#fromAny(digest, (server, how) => this.#getFrom(server, digest, how));
  }

  async #getFrom(server: ServerRecord, digest: string, how: AskOptions): Promise<Uint8Array> {
    const { client } = this.#parts;
    return this.#ask(
      server,
      async (peer) => {
        const { length, stream, discard } = await client.open(peer, digest, patienceWith(server, how));
        if (length > LARGEST_WHOLE) {
          discard();
          throw garbage(peer, `blob ${digest} has ${length} bytes there`);
        }
        const bytes = new Uint8Array(length);
        const hash = createHash('sha256');
        let filled = 0;
        for await (const chunk of stream) {
          if (filled + chunk.length > length) throw garbage(peer, `more than ${length} bytes came`);
          hash.update(chunk);
          bytes.set(chunk, filled);
          filled += chunk.length;
        }
        if (hash.digest('hex') !== digest) throw this.#foundBad(server, digest);
        return bytes;
      },
      how,
    );
  }

  /** Lets holders prove their copies until one is good. @returns null when none is, or none can be asked */
  async verify(digest: string): Promise<BlobCheck | null> {
    const { client, peers, holders, site } = this.#parts;
    for (const reach of ['said', 'likely'] as const) {
      for (const server of peers.inReadingOrder(await holders.others(digest, reach), site)) {
        if (!peers.isUsable(server)) continue;
        const check = await this.#ask(server, (peer) => client.verify(peer, digest)).catch(() => null);
        if (check?.state === 'good') return check;
      }
      holders.forget(digest); // it may have moved since they were asked for
    }
    return null;
  }

  /** Forgets what is known of a blob. */
  forget(digest: string): void {
    this.#parts.cache?.delete(digest);
    this.#parts.holders.forget(digest);
  }

  #wantedOf(digest: string): { size: number; read: number } {
    const known = this.#wanted.get(digest);
    if (known) return known;
    const fresh = { size: Number.POSITIVE_INFINITY, read: 0 };
    this.#wanted.set(digest, fresh);
    return fresh;
  }

  #fillLater(digest: string): void {
    const { cache, log } = this.#parts;
    if (!cache || this.#filling.has(digest) || this.#turns.size >= WAITING) return;
    this.#filling.add(digest);
    this.#turns
      .run(() => this.#fill(digest, cache))
      .catch((error) => log.debug({ blob: digest, err: error }, 'a blob was not brought into the cache'))
      .finally(() => this.#filling.delete(digest));
  }

  async #fill(digest: string, cache: BlobCache): Promise<void> {
    const { client, peers, holders, site } = this.#parts;
    for (const server of peers.inReadingOrder(await holders.others(digest), site)) {
      if (!peers.isUsable(server)) continue;
      try {
        await this.#ask(server, async (peer) => {
          const { length, stream, discard } = await client.open(peer, digest);
          // What is here already, or has no room, is not read.
          await cache.keep({ digest, length }, stream).finally(discard);
        });
        return;
      } catch (error) {
        if (!(error instanceof StoreError)) continue;
        if (error.code === 'corrupt') this.#foundBad(server, digest);
        else if (error.code !== 'missing') throw error; // our own disk: no other server helps
      }
    }
  }

  /** A peer's copy is not what its name says: it is told, and mends it. */
  #foundBad(server: ServerRecord, digest: string): StoreError {
    const { client, log } = this.#parts;
    log.warn({ blob: digest, server: server.id }, 'another server has a damaged copy of a blob');
    this.#ask(server, (peer) => client.verify(peer, digest)).catch(() => undefined); // its scrub finds it too
    return new StoreError('corrupt', `The copy of blob ${digest} on server ${server.id} is damaged.`);
  }

  /** Asks the holders; when none of them gives it, also those where it is likely to be, and those that were just found hung. */
  async #fromAny<T>(digest: string, ask: (server: ServerRecord, how: AskOptions) => Promise<T>): Promise<T> {
    const { peers, holders, site } = this.#parts;
    const attempt = async (reach: 'said' | 'likely') => {
      const sources = peers.inReadingOrder(await holders.others(digest, reach), site);
      const evenResting = reach === 'likely';
      return hedged(sources, (server, signal) => ask(server, { signal, evenResting }), {
        afterMs: HEDGE_MS,
        onOvertaken: (server) => peers.overtaken(server),
      });
    };
    try {
      return await attempt('said');
    } catch (error) {
      if (!(error instanceof AllFailed)) throw error;
    }
    // What was known of its holders may be a few seconds old: it may have moved meanwhile.
    holders.forget(digest);
    try {
      return await attempt('likely');
    } catch (error) {
      throw error instanceof AllFailed ? toldOf(digest, error.errors) : error;
    }
  }

  #ask<T>(server: ServerRecord, task: (peer: Peer) => Promise<T>, how: AskOptions = {}): Promise<T> {
    return this.#parts.peers.ask(server, task, how);
  }
}

/** One whose lease has run out may still give what it has, but is not waited for as long. */
function patienceWith({ isAlive }: ServerRecord, { signal }: AskOptions): Patience {
  return isAlive ? { signal } : { signal, progressMs: SILENT_MS };
}

/** Every server that could have it was asked, and has not. */
class NobodyHasIt extends StoreError {
  constructor(digest: string) {
    super('missing', `Blob ${digest} is on no server that can be asked.`);
  }
}

function toldOf(digest: string, errors: readonly unknown[]): StoreError {
  const isMissing = (error: unknown) => error instanceof StoreError && error.code === 'missing';
  if (errors.every(isMissing)) return new NobodyHasIt(digest);
  const [cause] = errors.filter((error) => !isMissing(error));
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('missing', `Blob ${digest} cannot be had now: ${why}`, { cause });
}
