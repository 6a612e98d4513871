// Fetches the tiles under the part of an image that each viewport shows, and has them decoded; one part for each at a time.

import { crc32c } from '@strata/codec/crc32c';
import { crc32cCombine } from '@strata/codec/crc32c-combine';
import type { Header } from '@strata/codec/header';
import type { RegionPart } from '@strata/codec/regions';
import type { GettingParts, OnPart, PartsRequest, WantedPart } from '@strata/stream/types';
import { DecodeError, type DecodePool } from '../decoding/decode-pool.ts';
import type { CodedPart } from '../decoding/messages.ts';
import type { LoadingView, Rendering, ViewWish } from './loading-view.ts';
import type { Patch } from './patches.ts';
import { covers } from './region-wishes.ts';
import type { SliceState } from './slice-state.ts';

/** Where parts of levels come from, a StrataClient, and what decodes them. */
export interface RegionOptions {
  readonly source: {
    parts(request: PartsRequest, onPart: OnPart, options: { signal: AbortSignal }): GettingParts;
  };
  readonly decoder: Pick<DecodePool, 'region'>;
}

export interface RegionEvents {
  /** Pixels of a part are there. */
  readonly onPatch: (state: SliceState, rendering: Rendering, patch: Patch) => void;
  /** The decoder does not know the frame any more. */
  readonly onForgotten: (state: SliceState) => void;
  /** No parts of the frame can be had: all of it is wanted. */
  readonly onFailure: (state: SliceState) => void;
}

interface Running {
  readonly wish: ViewWish;
  readonly stop: AbortController;
  readonly getting: readonly GettingParts[];
  readonly coded: CodedPart[];
  readonly rank: { now: number };
  phase: 'fetching' | 'fetched' | 'decoding';
}

export class RegionLoader {
  readonly #options: RegionOptions;
  readonly #events: RegionEvents;
  readonly #running = new Map<LoadingView, Running>();

  constructor(options: RegionOptions, events: RegionEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Brings what is under way for a viewport in line with what it wants of its image now: null for nothing. */
  follow(view: LoadingView, wish: ViewWish | null): void {
    const running = this.#running.get(view);
    if (running && !(wish && serves(running.wish, wish))) this.leave(view);
    if (!wish) return;
    const now = this.#running.get(view) ?? this.#start(view, wish);
    if (now.rank.now !== wish.priority) {
      now.rank.now = wish.priority;
      for (const each of now.getting) each.prioritise(wish.priority);
    }
    if (now.phase === 'fetched' && wish.state.decoded >= now.wish.base) void this.#decode(view, now);
  }

  /** Calls off what is under way for a viewport. */
  leave(view: LoadingView): void {
    this.#running.get(view)?.stop.abort();
    this.#running.delete(view);
  }

  /** Ends everything. */
  close(): void {
    for (const view of [...this.#running.keys()]) this.leave(view);
  }

  #start(view: LoadingView, wish: ViewWish): Running {
    const stop = new AbortController();
    const coded: CodedPart[] = [];
    const { state, header, parts, priority } = wish;
    for (const part of parts) state.askedParts.set(part.offset, part);
    const levels = [...new Set(parts.map(({ level }) => level))];
    const getting = levels.map((level) => {
      const own = parts.filter((part) => part.level === level);
      const wanted = own.map((part) => wantedPart(header, part));
      return this.#options.source.parts(
        { frame: state.slice.ref, level, parts: wanted, priority },
        // The bytes belong to the client's cache too, so the decoder gets a copy to take over.
        (index, bytes) => coded.push({ ...(own[index] as RegionPart), bytes: bytes.slice() }),
        { signal: stop.signal },
      );
    });
    const running: Running = { wish, stop, getting, coded, rank: { now: priority }, phase: 'fetching' };
    this.#running.set(view, running);
    Promise.all(getting).then(
      () => {
        running.phase = 'fetched';
        if (this.#running.get(view) === running && state.decoded >= wish.base)
          void this.#decode(view, running);
      },
      () => this.#failed(view, running),
    );
    return running;
  }

  async #decode(view: LoadingView, running: Running): Promise<void> {
    running.phase = 'decoding';
    const { state, level, region, area, rendering } = running.wish;
    try {
      const { recipe } = rendering;
      const { key } = state.slice;
      const wish = { level, region, recipe, parts: running.coded };
      const { pixels } = await this.#options.decoder.region(key, wish, running.rank.now);
      if (running.stop.signal.aborted) return;
      this.#running.delete(view);
      this.#events.onPatch(state, rendering, { level, area, pixels });
    } catch (error) {
      if (!(error instanceof DecodeError && error.code === 'no-state')) return this.#failed(view, running);
      if (this.#running.get(view) === running) this.#running.delete(view);
      this.#events.onForgotten(state);
    }
  }

  #failed(view: LoadingView, running: Running): void {
    if (running.stop.signal.aborted) return;
    running.stop.abort();
    this.#running.delete(view);
    running.wish.state.isWholeOnly = true;
    this.#events.onFailure(running.wish.state);
  }
}

/** Whether what is under way for one wish brings what another one needs. */
function serves(underWay: ViewWish, wish: ViewWish): boolean {
  return (
    underWay.state === wish.state &&
    underWay.rendering.key === wish.rendering.key &&
    underWay.level === wish.level &&
    underWay.base <= wish.base &&
    covers(underWay.area, wish.visible)
  );
}

/** How a part's bytes are told right: tiles have a checksum of their own, tables that of their level without the tiles'. */
function wantedPart(header: Header, { level, kind, tile, offset, length }: RegionPart): WantedPart {
  const segment = header.segments[level];
  const tiles = header.tiles[level] ?? [];
  const isRight = (bytes: Uint8Array): boolean => {
    if (kind === 'tile') return crc32c(bytes) === tiles[tile as number]?.crc32c;
    if (kind === 'level') return crc32c(bytes) === segment?.crc32c;
    const all = tiles.reduce((crc, each) => crc32cCombine(crc, each.crc32c, each.length), crc32c(bytes));
    return all === segment?.crc32c;
  };
  return { offset: offset - (segment?.offset ?? 0), length, isRight };
}
