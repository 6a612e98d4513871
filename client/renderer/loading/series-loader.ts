// Loads one series: asks for levels as the plan says, feeds the decoder, and changes its mind as the user scrolls.
import { StreamError } from '@strata/stream/errors';
import type { Getting, LevelsRequest, OnSegment, Segment } from '@strata/stream/types';
import { DecodeError } from '../decoding/decode-pool.ts';
import { fetchPlan, Priority, type SliceProgress, type Wish } from './fetch-plan.ts';
import { covers, type Flight, flightsFor, mostBytes, mostFlights } from './flights.ts';
import { type LoadableSlice, SliceState } from './slice-state.ts';

/** Where levels come from: a StrataClient. */
export interface LevelSource {
  get(request: LevelsRequest, onSegment: OnSegment, options: { signal: AbortSignal }): Getting;
}

/** Where levels go: a DecodePool. */
interface LevelDecoder {
  add(frame: string, level: number, bytes: Uint8Array<ArrayBuffer>, priority: number): Promise<void>;
}

export interface SeriesLoaderOptions {
  readonly slices: readonly LoadableSlice[];
  readonly source: LevelSource;
  readonly decoder: LevelDecoder;
  /** Something of the slice changed: a level was received or decoded, or it failed. */
  readonly onChange: (index: number) => void;
  /** Slices whose decoded levels may be kept at hand. */
  readonly kept: number;
}

/** Coded bytes of refined slices that are worth fetching ahead: the client's cache holds more. */
const aheadBudget = 192 * 2 ** 20;

interface UnderWay extends Flight {
  readonly stop: AbortController;
  readonly getting: Getting;
  /** Its priority now. */
  readonly rank: { now: number };
}

export class SeriesLoader {
  readonly states: readonly SliceState[];
  readonly #options: SeriesLoaderOptions;
  readonly #underWay = new Set<UnderWay>();
  #target = 0;
  #direction: 1 | -1 = 1;
  #needed: (slice: SliceProgress) => number = () => 0;
  #scheduled = false;
  #closed = false;

  constructor(options: SeriesLoaderOptions) {
    this.#options = options;
    this.states = options.slices.map((slice) => new SliceState(slice));
  }

  /** Says which slice is wanted and which level the screen needs of a slice. Takes effect at once. */
  want(target: number, needed: (slice: SliceProgress) => number): void {
    if (target !== this.#target) this.#direction = target > this.#target ? 1 : -1;
    this.#target = target;
    this.#needed = needed;
    this.#reconcile();
  }

  /** Tries failed slices again: all that failed for want of a server, and the one given whatever its reason. */
  retry(index?: number): void {
    for (const [at, state] of this.states.entries()) {
      if (!state.failure?.passing && at !== index) continue;
      state.failure = null;
      this.#options.onChange(at);
    }
    this.#schedule();
  }

  /** The decoder dropped the frame's state. */
  forgotten(key: string): void {
    for (const state of this.states) if (state.slice.key === key) state.forget();
    this.#schedule();
  }

  /** Ends every request. */
  close(): void {
    this.#closed = true;
    for (const flight of this.#underWay) flight.stop.abort();
    this.#underWay.clear();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#reconcile();
    });
  }

  /** Brings the requests under way in line with what is wanted now. */
  #reconcile(): void {
    if (this.#closed) return;
    const wishes = fetchPlan({
      slices: this.states,
      target: this.#target,
      direction: this.#direction,
      needed: this.#needed,
      budget: aheadBudget,
      kept: this.#options.kept,
    });
    const open = this.#adjust(wishes);
    let bytes = 0;
    for (const flight of this.#underWay) bytes += flight.bytes;
    for (const flight of flightsFor(open, this.states)) {
      const urgent = flight.priority === Priority.visible;
      if (!urgent && (bytes > mostBytes || this.#underWay.size >= mostFlights)) break;
      bytes += flight.bytes;
      this.#start(flight);
    }
  }

  /** Re-prioritises and stops what is under way. @returns the wishes that need a request of their own now */
  #adjust(wishes: readonly Wish[]): Wish[] {
    const best = new Map<UnderWay, number>();
    const most = new Map<number, number>();
    for (const { index, to } of wishes) most.set(index, Math.max(most.get(index) ?? 0, to));
    const open = wishes.filter((wish) => {
      let waits = false;
      for (const flight of this.#underWay) {
        if (!flight.indices.includes(wish.index) || flight.to > (most.get(wish.index) ?? 0)) continue;
        if (covers(flight, wish)) {
          best.set(flight, Math.min(best.get(flight) ?? wish.priority, wish.priority));
          return false;
        }
        waits = true;
      }
      // The visible slice waits for nothing; any other is refined when its coarse levels are there.
      return wish.priority === Priority.visible || !waits;
    });
    for (const flight of this.#underWay) {
      const priority = best.get(flight);
      if (priority === undefined) this.#stop(flight);
      else if (priority !== flight.rank.now) {
        flight.rank.now = priority;
        flight.getting.prioritise(priority);
      }
    }
    return open;
  }

  #stop(flight: UnderWay): void {
    this.#underWay.delete(flight);
    flight.stop.abort();
  }

  #start(flight: Flight): void {
    // Two slices may be the same frame: equal images are stored once.
    const slicesOf = Map.groupBy(flight.indices, (index) => this.states[index]?.slice.key);
    const frames = flight.indices.flatMap((index) => this.states[index]?.slice.ref ?? []);
    const stop = new AbortController();
    const rank = { now: flight.priority };
    const getting = this.#options.source.get(
      { target: { frames }, from: flight.from, to: flight.to, priority: flight.priority },
      (segment) => {
        for (const index of slicesOf.get(`${segment.blob}/${segment.frame}`) ?? []) {
          this.#receive(index, segment, flight.decode, rank.now);
        }
      },
      { signal: stop.signal },
    );
    const underWay: UnderWay = { ...flight, stop, getting, rank };
    this.#underWay.add(underWay);
    getting
      .then(
        () => this.#checkComplete(underWay),
        (error: unknown) => {
          if (!stop.signal.aborted) this.#failed(underWay, error);
        },
      )
      .finally(() => {
        this.#underWay.delete(underWay);
        this.#schedule();
      });
  }

  #receive(index: number, segment: Segment, decode: boolean, priority: number): void {
    const state = this.states[index];
    if (!state || this.#closed) return;
    const { level } = segment;
    if (level === state.received + 1) state.received = level;
    // Two requests may bring the same level: the coarse one for all and the one for the visible slice.
    if (decode && level === state.decoding + 1) {
      state.decoding = level;
      void this.#decode(index, state, segment, priority);
    }
    this.#options.onChange(index);
  }

  async #decode(index: number, state: SliceState, segment: Segment, priority: number): Promise<void> {
    try {
      // The segment's bytes belong to the cache too, so the decoder gets a copy to take over.
      await this.#options.decoder.add(state.slice.key, segment.level, segment.bytes.slice(), priority);
      state.decoded = Math.max(state.decoded, segment.level);
    } catch (error) {
      if (error instanceof DecodeError && error.code === 'no-state') state.forget();
      else state.failure = { message: messageOf(error), passing: false };
      this.#schedule();
    }
    if (!this.#closed) this.#options.onChange(index);
  }

  /** A slice without all its levels is never taken for loaded. */
  #checkComplete(flight: UnderWay): void {
    for (const index of flight.indices) {
      const state = this.states[index];
      if (!state || state.failed || Math.max(state.received, state.decoding) >= flight.to) continue;
      state.failure = {
        message: 'the server sent fewer levels than the study says there are',
        passing: false,
      };
      this.#options.onChange(index);
    }
  }

  #failed(flight: UnderWay, error: unknown): void {
    const passing =
      error instanceof StreamError && (error.code === 'unreachable' || error.code === 'stalled');
    for (const index of flight.indices) {
      const state = this.states[index];
      if (!state || state.received >= flight.to) continue;
      if (flight.indices.length > 1) state.alone = true;
      else state.failure = { message: messageOf(error), passing };
      this.#options.onChange(index);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
