// What to fetch next: the visible slice, a coarse version of all, neighbours in the direction of scrolling, then the rest.
import { coarseLevel } from './needed-level.ts';

/** What is known of one slice. */
export interface SliceProgress {
  /** L, its full-size level. */
  readonly levels: number;
  /** Highest level received with all below it, since the series was opened; -1 for none. */
  readonly received: number;
  /** Highest level given to the decoder and still known there; -1 for none. */
  readonly decoding: number;
  /** Bytes of each level, 0 first. */
  readonly lengths: readonly number[];
  /** A slice that failed is left alone until it is asked for anew. */
  readonly failed: boolean;
}

export interface PlanInput {
  readonly slices: readonly SliceProgress[];
  /** Index of the slice on the screen. */
  readonly target: number;
  /** Direction of the last scroll. */
  readonly direction: 1 | -1;
  /** The level that the screen needs of a slice. */
  readonly needed: (slice: SliceProgress) => number;
  /** Coded bytes that refined slices around the target may take in all. */
  readonly budget: number;
  /** Slices whose decoded levels are kept at hand: at most so many, the visible one and its neighbours. */
  readonly kept: number;
}

/** Fetch levels up to `to` of a slice; smaller priorities first. `decode`: it will be looked at soon, so decode it too. */
export interface Wish {
  readonly index: number;
  readonly to: number;
  readonly priority: number;
  readonly decode: boolean;
}

/** The priorities of a `get`, 0 first. Thumbnails come last but one so that they never hold up a picture. */
export const Priority = {
  visible: 0,
  coarseNear: 1,
  coarse: 3,
  ahead: 4,
  behind: 6,
  thumbnail: 8,
  rest: 10,
} as const;

/** Slices that are refined and decoded before they are scrolled to. */
export const lookAhead = 10;
export const lookBehind = 4;
const near = 12;

/** Everything still to fetch, most wanted first. Slices are named at most twice: coarse, then refined. */
export function fetchPlan(input: PlanInput): Wish[] {
  const { slices, target, needed, kept } = input;
  const wishes: Wish[] = [];
  const wish = (index: number, to: number, priority: number, decode: boolean) => {
    const slice = slices[index];
    if (!slice || slice.failed) return;
    if ((decode ? slice.decoding : slice.received) < to) wishes.push({ index, to, priority, decode });
  };
  const order = byDistance(slices.length, target, input.direction);
  let bytes = 0;
  for (const [rank, { index, ahead, behind }] of order.entries()) {
    const slice = slices[index];
    if (!slice) continue;
    const atHand = rank < kept && Math.max(ahead, behind) <= near;
    if (rank > 0)
      wish(index, coarseLevel(slice.levels), atHand ? Priority.coarseNear : Priority.coarse, atHand);
    bytes += bytesUpTo(slice, needed(slice));
    if (rank > 0 && bytes > input.budget) continue;
    const soon = atHand && (ahead > 0 ? ahead <= lookAhead : behind <= lookBehind);
    wish(index, needed(slice), refinePriority(rank, ahead, soon), soon);
  }
  return wishes.sort((a, b) => a.priority - b.priority);
}

function refinePriority(rank: number, ahead: number, soon: boolean): number {
  if (rank === 0) return Priority.visible;
  if (!soon) return Priority.rest;
  return ahead > 0 ? Priority.ahead : Priority.behind;
}

interface Place {
  readonly index: number;
  /** Slices before it in the direction of scrolling, 0 when it lies behind; and the other way round. */
  readonly ahead: number;
  readonly behind: number;
}

/** All slices, nearest first; of two equally near the one in the direction of scrolling. */
export function byDistance(count: number, target: number, direction: 1 | -1): Place[] {
  const places: Place[] = [];
  for (let distance = 0; distance < count; distance++) {
    const ahead = target + direction * distance;
    const behind = target - direction * distance;
    if (ahead >= 0 && ahead < count) places.push({ index: ahead, ahead: distance, behind: 0 });
    if (distance > 0 && behind >= 0 && behind < count) {
      places.push({ index: behind, ahead: 0, behind: distance });
    }
  }
  return places;
}

/** Coded bytes of a slice's levels up to one. */
function bytesUpTo(slice: SliceProgress, level: number): number {
  return slice.lengths.slice(0, level + 1).reduce((sum, length) => sum + length, 0);
}
