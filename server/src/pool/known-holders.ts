// Who holds a blob: as the metadata say, kept for a moment; as placement would have it while they cannot be asked.
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { Pool } from '@strata/metadata/pool/pool';
import { orderPlaces } from '@strata/store/placement';
import { LRUCache } from 'lru-cache';
import type { Peers } from './peers.ts';

const KEPT_MS = 3_000;
const KEPT = 50_000;
/** Reads do not wait longer for the metadata; nor so long for those that were just found away. */
const ASK_MS = 1_000;
const AWAY_ASK_MS = 50;
const AWAY_MS = 2_000;
/** So many of the likely ones are asked when nobody knows. */
const LIKELY = 4;

export class KnownHolders {
  readonly #pool: Pick<Pool, 'holders'>;
  readonly #peers: Peers;
  readonly #kept = new LRUCache<string, Promise<readonly string[] | null>>({ max: KEPT, ttl: KEPT_MS });
  /** What was learnt last, for when nothing can be learnt. */
  readonly #last = new LRUCache<string, readonly string[]>({ max: KEPT });
  /** When the metadata did not answer, by the clock of this process. */
  #awayAt = Number.NEGATIVE_INFINITY;

  constructor(pool: Pick<Pool, 'holders'>, peers: Peers) {
    this.#pool = pool;
    this.#peers = peers;
  }

  /**
   * Ids of the servers that are said to hold the blob, or were while that could be asked; null when it was never known. Never
   * rejects.
   */
  of(digest: string): Promise<readonly string[] | null> {
    let asked = this.#kept.get(digest);
    if (!asked) {
      asked = this.#ask(digest);
      this.#kept.set(digest, asked);
      void asked.then((holders) => {
        // What could not be learnt is asked again at once.
        if (holders === null && this.#kept.peek(digest) === asked) this.#kept.delete(digest);
      });
    }
    return asked;
  }

  /**
   * The other servers that may have the blob, those that are said to first. Never rejects.
   * @param reach `said`: only those, where there are any; `likely`: those where placement would have it too
   */
  async others(digest: string, reach: 'said' | 'likely' = 'said'): Promise<ServerRecord[]> {
    const holders = await this.of(digest);
    const servers = this.#peers.others();
    const said = servers.filter(({ id }) => holders?.includes(id));
    if (said.length > 0 && reach === 'said') return said;
    // Not committed yet, its row just lost, or the metadata away: where it was put when the servers were as now.
    const kinds = (['online', 'archive'] as const).flatMap((kind) => orderPlaces(digest, servers, { kind }));
    const ids = [...new Set(kinds.map(({ server }) => server))].slice(0, LIKELY);
    const likely = ids.flatMap((id) =>
      servers.filter((server) => server.id === id && !said.includes(server)),
    );
    return [...said, ...likely];
  }

  /** What is kept of a blob turned out wrong. */
  forget(digest: string): void {
    this.#kept.delete(digest);
    this.#last.delete(digest);
  }

  forgetAll(): void {
    this.#kept.clear();
  }

  async #ask(digest: string): Promise<readonly string[] | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const isAway = performance.now() - this.#awayAt < AWAY_MS;
    const timer = setTimeout(() => resolve(null), isAway ? AWAY_ASK_MS : ASK_MS);
    const asked = this.#pool.holders([digest]).then(
      (holders) => (holders.get(digest) ?? []).map(({ server }) => server),
      () => null, // the metadata are away: reads go on without them
    );
    const holders = await Promise.race([asked, late]);
    clearTimeout(timer);
    if (holders !== null) {
      this.#last.set(digest, holders);
      return holders;
    }
    if (!isAway) this.#awayAt = performance.now();
    return this.#last.get(digest) ?? null;
  }
}
