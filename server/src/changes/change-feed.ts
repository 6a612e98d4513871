// Follows the changes of the metadata for as long as this server runs, wherever their database is at the time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { News } from '@strata/metadata/changes/change';
import { FollowedTo } from '@strata/metadata/changes/follow';
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';

/** Before it is tried again with metadata that were closed: they are being opened again. */
const PAUSE_MS = 250;

export class ChangeFeed {
  readonly #stopped = new AbortController();
  readonly #following: Promise<void>;

  private constructor(metadata: Pick<Metadata, 'changes'>, onNews: (news: News) => void, log: Logger) {
    this.#following = this.#follow(metadata, onNews, log);
  }

  /** @param onNews as `follow` of the metadata's changes calls it; what it throws is logged */
  static start(metadata: Pick<Metadata, 'changes'>, onNews: (news: News) => void, log: Logger): ChangeFeed {
    return new ChangeFeed(metadata, onNews, log);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
  }

  async #follow(
    { changes }: Pick<Metadata, 'changes'>,
    onNews: (news: News) => void,
    log: Logger,
  ): Promise<void> {
    const { signal } = this.#stopped;
    const from = new FollowedTo();
    const tell = (news: News) => {
      try {
        onNews(news);
      } catch (error) {
        log.error({ err: error }, 'what has changed was not told everywhere');
      }
    };
    const onTrouble = (error: unknown) => log.debug({ err: error }, 'the changes are followed anew');
    while (!signal.aborted) {
      await changes.follow(tell, { signal, from, onTrouble }).catch(onTrouble);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined); // stopped
    }
  }
}
