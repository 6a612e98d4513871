// Tells what a token opens. The clock of the database decides; without it, who was let in stays until the share's end.
import { MetadataError } from '@strata/metadata/errors';
import type { Share, ShareState } from '@strata/metadata/shares/share';
import type { Shares } from '@strata/metadata/shares/shares';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../config/log.ts';
import { hashOfToken } from './share-token.ts';

/** What a token opens: a study; or why it opens none any more. */
export type Access =
  | { readonly state: 'open'; readonly share: Share }
  | { readonly state: Exclude<ShareState, 'open'> | 'unknown' };

const endedBy = (share: Share | null) =>
  share === null ? 'unknown' : share.state === 'ended' ? 'ended' : 'revoked';

/** Shares that are remembered while the database is away, and for how long at most. */
const REMEMBERED = 10_000;
const REMEMBERED_MS = 30 * 60_000;
/** A use is told the database this often at most. */
const USE_EVERY_MS = 60_000;

interface Known {
  readonly share: Share;
  /** By the clock of this process, which nobody sets. */
  readonly until: number;
}

export class SharedAccess {
  readonly #shares: Pick<Shares, 'find' | 'noteUse'>;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #known = new LRUCache<string, Known>({ max: REMEMBERED });
  readonly #noted = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(shares: Pick<Shares, 'find' | 'noteUse'>, log: Pick<Logger, 'warn'>) {
    this.#shares = shares;
    this.#log = log;
  }

  /** What the token opens now. @throws MetadataError `unavailable` when that cannot be known */
  async of(token: string): Promise<Access> {
    const hash = hashOfToken(token);
    if (!hash) return { state: 'unknown' };
    const name = hash.toString('hex');
    try {
      const found = await this.#shares.find(hash);
      if (found === null || found.state !== 'open') {
        this.#known.delete(name);
        return { state: endedBy(found) };
      }
      const { leftMs, ...share } = found;
      const until = performance.now() + Math.min(leftMs, REMEMBERED_MS);
      this.#known.set(name, { share, until });
      this.#noteUse(share.id);
      return { state: 'open', share };
    } catch (error) {
      const known = this.#known.get(name);
      const isAway = error instanceof MetadataError && error.code === 'unavailable';
      if (isAway && known && performance.now() < known.until) return { state: 'open', share: known.share };
      throw error;
    }
  }

  /** Nobody waits for it, and a database that is away need not know. */
  #noteUse(id: string): void {
    const now = performance.now();
    if (now - (this.#noted.get(id) ?? Number.NEGATIVE_INFINITY) < USE_EVERY_MS) return;
    this.#noted.set(id, now);
    this.#shares.noteUse(id).catch((error) => {
      this.#log.warn({ err: error, share: id }, 'the use of a link was not written down');
    });
  }
}
