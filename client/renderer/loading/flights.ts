// From wishes to requests: which wishes travel together, which are under way already, how much may be under way at all.

import type { Wish } from './fetch-plan.ts';
import { coarseLevel } from './needed-level.ts';
import type { SliceState } from './slice-state.ts';

/** A request: the levels from..to of some slices. */
export interface Flight {
  readonly indices: readonly number[];
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
export function flightsFor(wishes: readonly Wish[], states: readonly SliceState[]): Flight[] {
  const flights: Flight[] = [];
  const open = new Map<string, Flight & { indices: number[] }>();
  const taken = new Set<number>();
  for (const { index, to, priority, decode } of wishes) {
    const state = states[index];
    // A slice is refined when its coarse levels are there.
    if (!state || taken.has(index)) continue;
    taken.add(index);
    const from = (decode ? state.decoding : state.received) + 1;
    const bytes = state.lengths.slice(from, to + 1).reduce((sum, length) => sum + length, 0);
    const together = to <= coarseLevel(state.levels) && !state.alone;
    const group = `${from} ${to} ${priority} ${decode}`;
    const found = together ? open.get(group) : undefined;
    if (found && found.indices.length < mostTogether) {
      found.indices.push(index);
      (found as { bytes: number }).bytes += bytes;
      continue;
    }
    const flight = { indices: [index], from, to, decode, priority, bytes };
    flights.push(flight);
    if (together) open.set(group, flight);
  }
  return flights;
}

/** Whether a request under way that names the wish's slice brings all that it wishes. */
export function covers(underWay: Flight, wish: Wish): boolean {
  return underWay.to >= wish.to && (underWay.decode || !wish.decode);
}
