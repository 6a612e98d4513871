// The changes of the metadata, for those who want to know of them.
import type pg from 'pg';
import { MetadataError } from '../errors.ts';
import type { News } from './change.ts';
import { type FollowOptions, follow } from './follow.ts';

export class Changes {
  readonly #open: () => Promise<pg.Client>;
  readonly #closed = new AbortController();

  /** @param open a new connection to the primary */
  constructor(open: () => Promise<pg.Client>) {
    this.#open = open;
  }

  /**
   * Tells of changes until the signal ends it; see `follow`. While no primary can be reached it goes on trying, and tells
   * afterwards. Throws MetadataError `unavailable` when the metadata are closed.
   */
  async follow(onNews: (news: News) => void, options: FollowOptions): Promise<void> {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    await follow(this.#open, onNews, { ...options, signal });
    if (!options.signal.aborted) throw new MetadataError('unavailable', 'The metadata were closed.');
  }

  /** Ends all who follow. */
  close(): void {
    this.#closed.abort();
  }
}
