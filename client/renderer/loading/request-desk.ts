// The requests under way: started, re-prioritised and called off so that they bring what is wanted now and nothing else.

import { StreamError } from '@strata/stream/errors';
import type { Getting, LevelsRequest, OnSegment, Segment } from '@strata/stream/types';
import { failureOf, fewerLevelsFailure } from '../words/errors.ts';
import { covers, type Flight, type FrameWish, flightsFor, mostBytes, mostFlights } from './flights.ts';
import { coarseLevel } from './needed-level.ts';
import type { SliceState } from './slice-state.ts';

/** Where levels come from: a StrataClient. */
export interface LevelSource {
  get(request: LevelsRequest, onSegment: OnSegment, options: { signal: AbortSignal }): Getting;
}

export interface DeskEvents {
  /** A level came for a frame. @param priority of its request now */
  readonly onSegment: (state: SliceState, segment: Segment, flight: Flight, priority: number) => void;
  /** The frame's failure changed. */
  readonly onFailure: (state: SliceState) => void;
  /** A request has ended: there is room for others. */
  readonly onRoom: () => void;
}

/** Up to this priority a slice is on a screen: it waits behind nothing. */
export const mostUrgent = 1;

interface UnderWay extends Flight {
  readonly stop: AbortController;
  readonly getting: Getting;
  /** Its priority now. */
  readonly rank: { now: number };
}

export class RequestDesk {
  readonly #source: LevelSource;
  readonly #events: DeskEvents;
  readonly #stateBytes: number;
  readonly #underWay = new Set<UnderWay>();

  /** @param stateBytes that decoders have for frames that are half decoded */
  constructor(source: LevelSource, stateBytes: number, events: DeskEvents) {
    this.#source = source;
    this.#stateBytes = stateBytes;
    this.#events = events;
  }

  /** Whether a request as urgent as the wish brings all of it. */
  isUnderWay(wish: FrameWish): boolean {
    for (const flight of this.#underWay) {
      if (flight.rank.now <= wish.priority && flight.states.includes(wish.state) && covers(flight, wish))
        return true;
    }
    return false;
  }

  /** Calls off what brings nothing for any of these. */
  retain(seen: ReadonlySet<SliceState>): void {
    for (const flight of this.#underWay) {
      if (flight.states.some((state) => seen.has(state))) continue;
      this.#underWay.delete(flight);
      flight.stop.abort();
    }
  }

  /**
   * Re-prioritises what is under way, and calls off what nobody wishes any more.
   * @param wishes all that there are, the most wanted first
   * @returns those that need a request of their own now
   */
  adjust(wishes: readonly FrameWish[]): FrameWish[] {
    const flights = this.#flightsByState();
    const most = new Map<SliceState, number>();
    for (const { state, to } of wishes) {
      if (flights.has(state)) most.set(state, Math.max(most.get(state) ?? 0, to));
    }
    const best = new Map<UnderWay, number>();
    const open = wishes.filter((wish) => {
      let waits = false;
      for (const flight of flights.get(wish.state) ?? []) {
        if (flight.to > (most.get(wish.state) ?? 0)) continue;
        if (covers(flight, wish)) {
          best.set(flight, Math.min(best.get(flight) ?? wish.priority, wish.priority));
          return false;
        }
        waits = true;
      }
      // A slice on a screen waits for nothing; any other is refined when its coarse levels are there.
      return wish.priority <= mostUrgent || !waits;
    });
    for (const flight of this.#underWay) {
      const priority = best.get(flight);
      if (priority === undefined) {
        this.#underWay.delete(flight);
        flight.stop.abort();
      } else if (priority !== flight.rank.now) {
        flight.rank.now = priority;
        flight.getting.prioritise(priority);
      }
    }
    return open;
  }

  /** Starts requests for the wishes, the most wanted first, as far as there is room. */
  start(wishes: readonly FrameWish[]): void {
    let bytes = 0;
    let refining = 0;
    for (const flight of this.#underWay) {
      bytes += flight.bytes;
      if (isRefining(flight)) refining++;
    }
    for (const flight of flightsFor(wishes)) {
      const urgent = flight.priority <= mostUrgent;
      if (!urgent && (bytes > mostBytes || this.#underWay.size >= mostFlights)) break;
      if (isRefining(flight)) {
        if (!urgent && refining >= this.#mostRefining(flight)) continue;
        refining++;
      }
      bytes += flight.bytes;
      this.#send(flight);
    }
  }

  /** Ends every request. */
  close(): void {
    for (const flight of this.#underWay) flight.stop.abort();
    this.#underWay.clear();
  }

  #flightsByState(): Map<SliceState, UnderWay[]> {
    const found = new Map<SliceState, UnderWay[]>();
    for (const flight of this.#underWay) {
      for (const state of flight.states) {
        const own = found.get(state);
        if (own) own.push(flight);
        else found.set(state, [flight]);
      }
    }
    return found;
  }

  /** Frames that can be half decoded at a time without pushing each other out of the decoders. */
  #mostRefining({ states }: Flight): number {
    const { width = 1, height = 1, samples = 1 } = states[0]?.slice.format ?? {};
    return Math.max(2, Math.floor(this.#stateBytes / (width * height * samples * 4)));
  }

  #send(flight: Flight): void {
    const states = new Map(flight.states.map((state) => [state.slice.key, state]));
    const stop = new AbortController();
    const rank = { now: flight.priority };
    const frames = flight.states.map(({ slice }) => slice.ref);
    const getting = this.#source.get(
      { target: { frames }, from: flight.from, to: flight.to, priority: flight.priority },
      (segment) => {
        const state = states.get(`${segment.blob}/${segment.frame}`);
        if (state) this.#events.onSegment(state, segment, flight, rank.now);
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
        this.#events.onRoom();
      });
  }

  /** A slice without all its levels is never taken for loaded. */
  #checkComplete(flight: UnderWay): void {
    for (const state of flight.states) {
      if (state.failed || Math.max(state.received, state.decoding) >= flight.to) continue;
      state.failure = fewerLevelsFailure();
      this.#events.onFailure(state);
    }
  }

  #failed(flight: UnderWay, error: unknown): void {
    const passing =
      error instanceof StreamError && (error.code === 'unreachable' || error.code === 'stalled');
    for (const state of flight.states) {
      if (state.received >= flight.to) continue;
      if (flight.states.length > 1) state.alone = true;
      else state.failure = failureOf(error, passing);
      this.#events.onFailure(state);
    }
  }
}

function isRefining({ decode, to, states }: Flight): boolean {
  return decode && to > coarseLevel(states[0]?.levels ?? 0);
}
