// Follows the changes of the metadata for as long as this server runs, wherever their database is at the time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { News } from '@strata/metadata/changes/change';
import { FollowedTo } from '@strata/metadata/changes/follow';
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';

/** Before it is tried again with metadata that were closed: they are being opened again. */
const PAUSE_MS = 250;
/** A primary that answers is heard every two seconds; one that changes over is back within ten or so. */
const BLIND_MS = 6_000;

export interface ChangeFeedParts {
  readonly metadata: Pick<Metadata, 'changes'>;
  /** As `follow` of the metadata's changes calls it; what it throws is logged. */
  readonly onNews: (news: News) => void;
  /** Called again and again while nothing can be heard of changes: what people see may be old, and should say so. */
  readonly onBlind: () => void;
  readonly log: Logger;
  readonly blindMs?: number;
}

export class ChangeFeed {
  readonly #from = new FollowedTo();
  readonly #stopped = new AbortController();
  readonly #following: Promise<void>;
  readonly #watch: NodeJS.Timeout;

  private constructor(parts: ChangeFeedParts) {
    this.#following = this.#follow(parts);
    this.#watch = this.#watchFor(parts);
  }

  static start(parts: ChangeFeedParts): ChangeFeed {
    return new ChangeFeed(parts);
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    this.#stopped.abort();
    await this.#following;
  }

  async #follow({ metadata: { changes }, onNews, log }: ChangeFeedParts): Promise<void> {
    const { signal } = this.#stopped;
    const tell = (news: News) => {
      try {
        onNews(news);
      } catch (error) {
        log.error({ err: error }, 'what has changed was not told everywhere');
      }
    };
    const onTrouble = (error: unknown) => log.debug({ err: error }, 'the changes are followed anew');
    while (!signal.aborted) {
      await changes.follow(tell, { signal, from: this.#from, onTrouble }).catch(onTrouble);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined); // stopped
    }
  }

  /** Whoever follows gets further with every read, also where nothing is new. */
  #watchFor({ onBlind, blindMs = BLIND_MS }: ChangeFeedParts): NodeJS.Timeout {
    let before = this.#from.at;
    const watch = setInterval(() => {
      if (this.#from.at === before) onBlind();
      before = this.#from.at;
    }, blindMs);
    return watch.unref();
  }
}
