// Reads every copy of every blob in the pool again, each on the server that has it, and counts what is below its wanted number.
import type { Metadata } from '@strata/metadata/metadata';
import type { PlacedBlob, ServerRecord } from '@strata/metadata/pool/model';
import type { BlobCheck } from '@strata/store/blob-store';
import { planSettling } from '../pool/upkeep/plan-settling.ts';
import type { UpkeepRules } from '../pool/upkeep/pool-view.ts';
import { rankPlaces } from '../pool/upkeep/rank-places.ts';

/** Blobs between two looks at how far it is. */
const PAGE = 64;
/** Copies that one server reads at once. */
const AT_ONCE = 2;

export interface PoolVerifyParts {
  readonly metadata: Metadata;
  /** All servers as they were known last. */
  readonly servers: () => readonly ServerRecord[];
  readonly rules: UpkeepRules;
  /** Has a server read its copy again; null when it cannot be reached. What is bad is mended meanwhile. */
  readonly prove: (server: ServerRecord, digest: string) => Promise<BlobCheck | null>;
}

/** What is known of the pool's copies when all of them were read. */
export interface PoolCounts {
  readonly servers: number;
  readonly copies: number;
  readonly damaged: number;
  readonly missing: number;
  /** Copies of servers that could not be reached. */
  readonly unread: number;
  /** Blobs with fewer good copies than wanted. */
  readonly below: number;
}

/** What was found of the blobs of a page: bytes that were read, and what is wrong. */
export interface PoolPage {
  readonly blobs: number;
  readonly bytes: number;
  readonly problems: readonly { readonly digest: string; readonly reason: string }[];
}

export class PoolVerify {
  readonly #parts: PoolVerifyParts;
  readonly #unread = new Map<string, number>();
  #counts = { copies: 0, damaged: 0, missing: 0, unread: 0, below: 0 };

  constructor(parts: PoolVerifyParts) {
    this.#parts = parts;
  }

  /** Page by page, all blobs. Throws MetadataError. */
  async *pages(signal: AbortSignal): AsyncGenerator<PoolPage> {
    const { metadata } = this.#parts;
    for (let after = ''; !signal.aborted; ) {
      const blobs = await metadata.pool.placedBlobs(after, PAGE);
      if (blobs.length > 0) yield await this.#verify(blobs, await metadata.pool.clock());
      if (blobs.length < PAGE) return;
      after = blobs.at(-1)?.digest ?? '';
    }
  }

  /** What was counted so far. */
  counts(): PoolCounts {
    return { servers: this.#parts.servers().filter(({ state }) => state !== 'out').length, ...this.#counts };
  }

  /** Servers that could not be reached, with how many of their copies were not read. */
  unread(): { name: string; copies: number }[] {
    return [...this.#unread].map(([name, copies]) => ({ name, copies }));
  }

  async #verify(blobs: readonly PlacedBlob[], now: number): Promise<PoolPage> {
    const servers = this.#parts.servers();
    const good = new Map<string, Set<string>>(blobs.map(({ digest }) => [digest, new Set()]));
    const problems: { digest: string; reason: string }[] = [];
    let bytes = 0;
    await Promise.all(
      servers.map(async (server) => {
        const waiting = blobs.filter(({ holders }) => holders.some((holder) => holder.server === server.id));
        const work = async (): Promise<void> => {
          for (let blob = waiting.shift(); blob; blob = waiting.shift()) {
            const reason = await this.#readCopy(server, blob);
            if (reason === 'good') {
              bytes += blob.length;
              good.get(blob.digest)?.add(server.id);
            } else if (reason !== 'unread') problems.push({ digest: blob.digest, reason });
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
      }),
    );
    for (const blob of blobs) {
      const holders = blob.holders.filter(({ server }) => good.get(blob.digest)?.has(server));
      const { wanted, have } = planSettling(blob, holders, servers, this.#parts.rules, {
        now,
        rank: rankPlaces,
      });
      if (have < wanted) this.#counts.below += 1;
      if (holders.length === 0) {
        problems.push({ digest: blob.digest, reason: 'No server that answers has a good copy of it.' });
      }
    }
    return { blobs: blobs.length, bytes, problems };
  }

  /** @returns 'good', 'unread', or what is wrong */
  async #readCopy(server: ServerRecord, { digest, length }: PlacedBlob): Promise<string> {
    const check = server.isAlive ? await this.#parts.prove(server, digest) : null;
    if (check === null) {
      this.#counts.unread += 1;
      this.#unread.set(server.name, (this.#unread.get(server.name) ?? 0) + 1);
      return 'unread';
    }
    this.#counts.copies += 1;
    if (check.state === 'good' && check.length === length) return 'good';
    if (check.state === 'missing') this.#counts.missing += 1;
    else this.#counts.damaged += 1;
    const what = check.state === 'good' ? `It has ${check.length} bytes instead of ${length}.` : check.reason;
    return `On ${server.name}: ${what}`;
  }
}
