// What a viewport wants next: its visible slice, a coarse version of all, neighbours in the direction of scrolling, the rest.
import { coarseLevel } from './needed-level.ts';

/** What is known of one slice. */
export interface SliceProgress {
  /** L, its full-size level. */
  readonly levels: number;
  /** Highest level received with all below it; -1 for none. */
  readonly received: number;
  /** Level of the best pixels at hand; -1 for none. */
  readonly held: number;
  /** Bytes of each level, 0 first. */
  readonly lengths: readonly number[];
  /** Bytes of its pixels at the frame's full size. */
  readonly pixelBytes: number;
  /** A slice that failed is left alone until it is asked for anew. */
  readonly failed: boolean;
}

export interface PlanInput {
  readonly slices: readonly SliceProgress[];
  /** Index of the slice on the screen. */
  readonly target: number;
  /** Direction of the last scroll. */
  readonly direction: 1 | -1;
  /** The level that is needed of the slice at an index. */
  readonly needed: (index: number) => number;
  /** Bytes that pixels around the target, and coded levels beyond them, may take. */
  readonly room: { readonly pixels: number; readonly coded: number };
  /** 0 for the viewport that is being used, 1 for the others. */
  readonly rank: 0 | 1;
}

/** Fetch levels up to `to` of a slice; smaller priorities first. `decode`: make its pixels, too. */
export interface Wish {
  readonly index: number;
  readonly to: number;
  readonly priority: number;
  readonly decode: boolean;
}

/**
 * The priorities of a `get`, 0 first; the odd ones between are those of viewports beside the one that is being used.
 * Thumbnails come last but one so that they never hold up a picture.
 */
export const Priority = {
  visible: 0,
  coarseNear: 2,
  coarse: 4,
  ahead: 6,
  behind: 8,
  thumbnail: 10,
  rest: 11,
  spare: 13,
} as const;

/** Slices that are refined before all others. */
export const lookAhead = 10;
export const lookBehind = 4;
const near = 12;

/** Everything still to fetch or to decode, most wanted first. Slices are named at most twice: coarse, then refined. */
export function fetchPlan(input: PlanInput): Wish[] {
  const { slices, target, rank: viewport, room } = input;
  const wishes: Wish[] = [];
  const wish = (index: number, to: number, priority: number, decode: boolean) => {
    const slice = slices[index];
    if (!slice || slice.failed) return;
    if ((decode ? slice.held : slice.received) < to)
      wishes.push({ index, to, priority: priority + viewport, decode });
  };
  let pixels = 0;
  let coded = 0;
  for (const [rank, place] of byDistance(slices.length, target, input.direction).entries()) {
    const slice = slices[place.index];
    if (!slice) continue;
    const far = Math.max(place.ahead, place.behind) > near;
    if (rank > 0)
      wish(place.index, coarseLevel(slice.levels), far ? Priority.coarse : Priority.coarseNear, true);
    const to = input.needed(place.index);
    pixels += slice.pixelBytes;
    coded += bytesUpTo(slice, to);
    const sharp = rank === 0 || pixels <= room.pixels;
    if (rank > 0 && coded > room.coded) continue;
    wish(place.index, to, refinePriority(rank, place, sharp), sharp);
  }
  return wishes.sort((a, b) => a.priority - b.priority);
}

function refinePriority(rank: number, { ahead, behind }: Place, sharp: boolean): number {
  if (rank === 0) return Priority.visible;
  if (!sharp) return Priority.spare;
  if (ahead > 0 && ahead <= lookAhead) return Priority.ahead;
  return behind > 0 && behind <= lookBehind ? Priority.behind : Priority.rest;
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
  let bytes = 0;
  for (let at = 0; at <= level; at++) bytes += slice.lengths[at] ?? 0;
  return bytes;
}
