// From wishes to requests: which wishes travel together, which are under way already, how much may be under way at all.

import type { Wish } from './fetch-plan.ts';
import { coarseLevel } from './needed-level.ts';
import type { SliceState } from './slice-state.ts';

/** A wish of one viewport or several, for a frame. */
export interface FrameWish extends Omit<Wish, 'index'> {
  readonly state: SliceState;
}

/** A request: the levels from..to of some frames. */
export interface Flight {
  readonly states: readonly SliceState[];
  readonly from: number;
  readonly to: number;
  readonly decode: boolean;
  readonly priority: number;
  /** Bytes it will bring at most. */
  readonly bytes: number;
}

/** Bytes and requests that may be under way: enough to fill a fast link, few enough to change one's mind. */
export const mostBytes = 4_000_000;
export const mostFlights = 40;
const mostTogether = 128;

/** Groups wishes into requests, most wanted first. Coarse levels of many slices travel together, refinements alone. */
export function flightsFor(wishes: Iterable<FrameWish>): Flight[] {
  const flights: Flight[] = [];
  const open = new Map<string, Flight & { states: SliceState[] }>();
  const taken = new Set<SliceState>();
  for (const { state, to, priority, decode } of wishes) {
    // A slice is refined when its coarse levels are there.
    if (taken.has(state)) continue;
    taken.add(state);
    const from = (decode ? state.decoding : state.received) + 1;
    let bytes = 0;
    for (let level = from; level <= to; level++) bytes += state.lengths[level] ?? 0;
    const together = to <= coarseLevel(state.levels) && !state.alone;
    const group = `${from} ${to} ${priority} ${decode}`;
    const found = together ? open.get(group) : undefined;
    if (found && found.states.length < mostTogether) {
      found.states.push(state);
      (found as { bytes: number }).bytes += bytes;
      continue;
    }
    const flight = { states: [state], from, to, decode, priority, bytes };
    flights.push(flight);
    if (together) open.set(group, flight);
  }
  return flights;
}

/** Whether a request under way that names the wish's frame brings all that it wishes. */
export function covers(underWay: Flight, wish: FrameWish): boolean {
  return underWay.to >= wish.to && (underWay.decode || !wish.decode);
}

/** The wishes of several viewports as one list, most wanted first; equal ones in the order of the viewports. */
export function mergedWishes(lists: readonly (readonly FrameWish[])[]): FrameWish[] {
  if (lists.length === 1) return [...(lists[0] ?? [])];
  return lists.flat().sort((a, b) => a.priority - b.priority);
}
