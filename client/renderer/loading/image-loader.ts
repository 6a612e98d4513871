// Loads images for all viewports of a page: asks for levels as their plans say, has them decoded and rendered, keeps the
// pixels within the memory for them, and changes its mind as people scroll.

import type { Segment } from '@strata/stream/types';
import { DecodeError, type DecodePool } from '../decoding/decode-pool.ts';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { failureOf } from '../words/errors.ts';
import { type Flight, mergedWishes } from './flights.ts';
import { type Due, LoadingView, type Rendering, type ViewEvents, type ViewOwner } from './loading-view.ts';
import type { MemoryShares } from './memory-shares.ts';
import { coarseLevel } from './needed-level.ts';
import type { Patch } from './patches.ts';
import { PixelStore, type RenderedSlice } from './pixel-store.ts';
import { RegionLoader, type RegionOptions } from './region-loader.ts';
import { type LevelSource, mostUrgent, RequestDesk } from './request-desk.ts';
import { type LoadableSlice, SliceState } from './slice-state.ts';

export interface ImageLoaderOptions {
  readonly source: LevelSource;
  readonly decoder: Pick<DecodePool, 'add' | 'show'>;
  readonly memory: MemoryShares;
  /** What fetches parts of large images; without it they come whole. */
  readonly regions?: RegionOptions;
}

/**
 * Milliseconds until plans are made anew when a request has ended, or a frame is decoded: a plan of thousands of slices for
 * each of thousands of frames would take all the page's time.
 */
const soon = 10;
const later = 60;

/**
 * Milliseconds that the first level of a visible slice waits for those that follow at once: decoding and drawing twice
 * would take longer, the more so the larger it is.
 */
function together({ slice: { format } }: SliceState): number {
  return Math.min(150, Math.max(25, (25 * format.width * format.height) / 2 ** 20));
}

export class ImageLoader {
  readonly #decoder: ImageLoaderOptions['decoder'];
  readonly #memory: MemoryShares;
  readonly #store: PixelStore;
  readonly #desk: RequestDesk;
  readonly #regions: RegionLoader | null;
  readonly #views = new Set<LoadingView>();
  readonly #states = new Map<string, SliceState>();
  /** Bytes of pixels' memory that volumes have. */
  #reserved = 0;
  /** When plans are made next, and what does it. */
  #due = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor({ source, decoder, memory, regions }: ImageLoaderOptions) {
    this.#decoder = decoder;
    this.#memory = memory;
    this.#store = new PixelStore(memory.pixels);
    this.#desk = new RequestDesk(source, memory.states, {
      onSegment: (state, segment, flight, priority) => this.#receive(state, segment, flight, priority),
      onFailure: (state) => this.#tell(state),
      onRoom: () => this.#schedule(soon),
    });
    const events = {
      onPatch: (state: SliceState, rendering: Rendering, patch: Patch) =>
        this.#patch(state, rendering, patch),
      onForgotten: ({ slice }: SliceState) => this.forgotten(slice.key),
      onFailure: () => this.#schedule(),
    };
    this.#regions = regions ? new RegionLoader(regions, events) : null;
  }

  /** Bytes of pixels that are kept ready. */
  get pixelBytes(): number {
    return this.#store.bytes;
  }

  /** Bytes that volumes may still take. */
  get volumeRoom(): number {
    return Math.max(0, this.#memory.volumes - this.#reserved);
  }

  /** Gives some of the pixels' memory to a volume. @returns the function that takes it back */
  reserve(bytes: number): () => void {
    let held = bytes;
    const change = (by: number) => {
      this.#reserved += by;
      this.#store.setMost(Math.max(0, this.#memory.pixels - this.#reserved));
      if (this.#store.isFull) this.#trim();
    };
    change(held);
    return () => {
      change(-held);
      held = 0;
    };
  }

  /** For one more viewport. */
  view(events: ViewEvents): LoadingView {
    const view = new LoadingView(this.#owner, events);
    this.#views.add(view);
    return view;
  }

  /** The decoder dropped the frame's state. */
  forgotten(key: string): void {
    const state = this.#states.get(key);
    if (!state) return;
    state.forget();
    this.#schedule();
  }

  /** Ends everything. */
  close(): void {
    this.#closed = true;
    this.#desk.close();
    this.#regions?.close();
    this.#views.clear();
    this.#states.clear();
    this.#store.retain(new Set());
  }

  readonly #owner: ViewOwner = ((loader: ImageLoader): ViewOwner => ({
    get store() {
      return loader.#store;
    },
    get room() {
      return loader.#room;
    },
    get hasParts() {
      return loader.#regions !== null;
    },
    stateOf: (slice) => loader.#stateOf(slice),
    reopened: (view) => {
      loader.#forgetUnseen();
      loader.#looked(view);
    },
    modalityPixels: (state, rendering) => loader.#modalityPixels(state, rendering),
    looked: (view) => loader.#looked(view),
    retried: () => loader.#schedule(),
    closed: (view) => {
      loader.#views.delete(view);
      loader.#regions?.leave(view);
      loader.#forgetUnseen();
    },
  }))(this);

  /** What each view may fill. What is fetched ahead must not push what is near out of the client's cache. */
  get #room(): ViewOwner['room'] {
    const views = Math.max(1, this.#views.size);
    const pixels = Math.max(0, this.#memory.pixels - this.#reserved);
    return { coded: (this.#memory.coded * 0.75) / views, pixels: (pixels * 0.9) / views };
  }

  #stateOf(slice: LoadableSlice): SliceState {
    const known = this.#states.get(slice.key);
    if (known) return known;
    const state = new SliceState(slice);
    this.#states.set(slice.key, state);
    return state;
  }

  async #modalityPixels({ slice }: SliceState, { recipe }: Rendering): Promise<RenderedSlice | null> {
    if (recipe.kind !== 'grey') return null;
    try {
      const plain = { recipe: { ...recipe, voi: null }, size: 'full' } as const;
      return await this.#decoder.show(slice.key, plain, mostUrgent);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (error.code === 'no-state') this.forgotten(slice.key);
      return null;
    }
  }

  /** Frames that no view shows any more keep nothing; their coded levels stay in the client's cache. */
  #forgetUnseen(): void {
    const seen = new Set([...this.#views].flatMap(({ states }) => states));
    for (const [key, state] of this.#states) if (!seen.has(state)) this.#states.delete(key);
    this.#desk.retain(seen);
    this.#store.retain(new Set([...this.#views].flatMap(({ keys }) => keys)));
    this.#schedule();
  }

  #looked(view: LoadingView): void {
    const wish = view.urgent();
    if (wish && !this.#desk.isUnderWay(wish)) this.#start([wish]);
    this.#regions?.follow(view, view.partWish());
    this.#schedule();
  }

  /** Makes plans anew within so many milliseconds. */
  #schedule(within = 0): void {
    const due = performance.now() + within;
    if (due >= this.#due || this.#closed) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#reconcile();
    }, within);
  }

  /** Brings the requests under way in line with what is wanted now. */
  #reconcile(): void {
    if (this.#closed) return;
    const wishes = mergedWishes([...this.#views].map((view) => view.wishes()));
    this.#start(this.#desk.adjust(wishes));
    for (const view of this.#views) this.#regions?.follow(view, view.partWish());
  }

  /** What the decoder has all levels for needs no request: its pixels are on the way, or are made now. */
  #start(wishes: ReturnType<LoadingView['wishes']>): void {
    const missing = wishes.filter(({ state, to, decode, priority }) => {
      if (!decode || state.decoding < to) return true;
      if (!state.busy) void this.#feed(state, priority);
      return false;
    });
    this.#desk.start(missing);
  }

  #receive(state: SliceState, { level, bytes }: Segment, { decode, to }: Flight, priority: number): void {
    if (this.#closed) return;
    if (level === 0) state.readHeader(bytes);
    if (level === state.received + 1) state.received = level;
    // Two requests may bring the same level: the coarse one for all and the one for the visible slice.
    if (decode && level === state.decoding + 1) {
      state.decoding = level;
      // The bytes belong to the client's cache too, so the decoder gets a copy to take over.
      state.queue.push({ level, bytes: bytes.slice() });
      const isLast = level >= Math.min(to, state.levels);
      if (state.busy && isLast) state.endPause();
      if (!state.busy && (isLast || priority <= mostUrgent)) void this.#feed(state, priority, isLast);
    }
    this.#tell(state);
  }

  /** Gives the decoder what waits for it and takes the pixels, one message at a time for each frame. */
  async #feed(state: SliceState, priority: number, isWhole = false): Promise<void> {
    state.busy = true;
    try {
      // Levels that come in one go are decoded in one, and drawn once.
      if (priority <= mostUrgent && !isWhole) await state.pause(together(state));
      while (!this.#closed) {
        const levels = state.queue.splice(0);
        const due = this.#dueOf(state, levels.at(-1)?.level ?? state.decoded);
        if (levels.length === 0 && !due) break;
        await this.#decode(state, levels, due, priority);
        this.#tell(state);
      }
    } catch (error) {
      if (error instanceof DecodeError && error.code === 'no-state') state.forget();
      else state.failure = failureOf(error, false);
      this.#tell(state);
    } finally {
      state.busy = false;
      this.#schedule(later);
    }
  }

  async #decode(
    state: SliceState,
    levels: SliceState['queue'],
    due: Due | null,
    priority: number,
  ): Promise<void> {
    const wish = due && { recipe: due.rendering.recipe, size: due.size };
    const { key } = state.slice;
    if (levels.length > 0) {
      const { level, pixels } = await this.#decoder.add(key, levels, wish, priority);
      state.decoded = Math.max(state.decoded, level);
      if (due && pixels) this.#keep(state, due, level, pixels);
    } else if (due && wish) {
      const { level, pixels } = await this.#decoder.show(key, wish, priority);
      this.#keep(state, due, level, pixels);
    }
  }

  #dueOf(state: SliceState, level: number): Due | null {
    for (const view of this.#views) {
      const due = view.due(state, level);
      if (due) return due;
    }
    return null;
  }

  #patch(state: SliceState, { key }: Rendering, patch: Patch): void {
    if (this.#closed || this.#states.get(state.slice.key) !== state) return;
    if (!this.#store.patch(key, patch)) state.isWholeOnly = true;
    if (this.#store.isFull) this.#trim();
    this.#tell(state);
    this.#schedule(later);
  }

  #keep({ slice, levels }: SliceState, { rendering, size }: Due, level: number, pixels: DisplayPixels): void {
    if (this.#states.get(slice.key) === undefined) return;
    if (size === 'full') this.#store.putSharp(rendering.key, { level, pixels });
    else {
      const { width, height } = slice.format;
      this.#store.putCoarse(rendering.key, { level, pixels, step: 2 ** (levels - level), width, height });
    }
    if (this.#store.isFull) this.#trim();
  }

  /** The slices on screens keep their pixels, then those nearest to them. */
  #trim(): void {
    const lists = [...this.#views].map((view) => view.keysByDistance()).filter(({ length }) => length > 0);
    const longest = Math.max(0, ...lists.map(({ length }) => length));
    const order: string[] = [];
    for (let rank = 0; rank < longest; rank++) {
      for (const { [rank]: key } of lists) if (key !== undefined) order.push(key);
    }
    const levelsOf = new Map<string, number>();
    for (const { keys, states } of this.#views) {
      for (const [index, key] of keys.entries()) levelsOf.set(key, states[index]?.levels ?? 0);
    }
    this.#store.trim(order, lists.length, (key) => {
      const levels = levelsOf.get(key);
      return levels === undefined ? null : { level: coarseLevel(levels), levels };
    });
  }

  #tell(state: SliceState): void {
    if (this.#closed) return;
    for (const view of this.#views) view.tell(state);
  }
}
