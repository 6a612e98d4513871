// Images as planes in the patient: where they lie to each other, and which of a stack is nearest to a place.
import type { Slice } from '../study/stack.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

/** Millimetres, patient coordinates (LPS). */
export type Place = readonly [number, number, number];

const dot = (a: Place, b: Place): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Place, b: Place): Place => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const plus = (a: Place, b: Place, by: number): Place => [
  a[0] + b[0] * by,
  a[1] + b[1] * by,
  a[2] + b[2] * by,
];

/** The direction at right angles to rows and columns, of length 1. */
export function normalOf({ rowCosines: r, columnCosines: c }: SliceGeometry): Place {
  return [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
}

/** The space that a slice says it lies in, with where; null when it does not. */
export function spaceOf({ presentation }: Slice): string | null {
  const { frameOfReference, imagePosition, imageOrientation } = presentation;
  return frameOfReference && imagePosition && imageOrientation ? frameOfReference : null;
}

/** Whether both lie in one space, so that a place in one is a place in the other. */
export function inOneSpace(a: Slice, b: Slice): boolean {
  const space = spaceOf(a);
  return space !== null && space === spaceOf(b);
}

/** Planes that are less than this many degrees apart count as parallel. */
const parallelDegrees = 10;

export function areParallel(a: SliceGeometry, b: SliceGeometry): boolean {
  return Math.abs(dot(normalOf(a), normalOf(b))) > Math.cos((parallelDegrees * Math.PI) / 180);
}

/** How far a place lies from the plane of a slice, signed, in millimetres. */
export function distanceTo(slice: SliceGeometry, place: Place): number {
  return dot(minus(place, slice.position), normalOf(slice));
}

/** The middle of a slice. */
export function middleOf(slice: SliceGeometry): Place {
  const { position, rowCosines, columnCosines, spacing, columns, rows } = slice;
  const across = plus(position, rowCosines, ((columns - 1) / 2) * spacing[1]);
  return plus(across, columnCosines, ((rows - 1) / 2) * spacing[0]);
}

/** Index of the slice whose plane is nearest to a place; -1 of none. */
export function nearestTo(slices: readonly { readonly geometry: SliceGeometry }[], place: Place): number {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, { geometry }] of slices.entries()) {
    const distance = Math.abs(distanceTo(geometry, place));
    if (distance < least) [least, nearest] = [distance, at];
  }
  return nearest;
}

/** Column and row of a place in a slice, 0, 0 being the middle of the first pixel; it falls straight onto the plane. */
export function pixelAt(slice: SliceGeometry, place: Place): readonly [number, number] {
  const from = minus(place, slice.position);
  return [dot(from, slice.rowCosines) / slice.spacing[1], dot(from, slice.columnCosines) / slice.spacing[0]];
}

/**
 * The line along which another image cuts a slice, as far as the other reaches: two points in columns and rows of the
 * slice. Null when they are parallel or the other ends before the plane.
 */
export function cutOf(
  slice: SliceGeometry,
  other: SliceGeometry,
): readonly [readonly [number, number], readonly [number, number]] | null {
  if (areParallel(slice, other)) return null;
  const { position, rowCosines, columnCosines, spacing, columns, rows } = other;
  const corner = (column: number, row: number) =>
    plus(plus(position, rowCosines, column * spacing[1]), columnCosines, row * spacing[0]);
  const [right, bottom] = [columns - 0.5, rows - 0.5];
  const corners = [corner(-0.5, -0.5), corner(right, -0.5), corner(right, bottom), corner(-0.5, bottom)];
  const cuts: Place[] = [];
  for (const [at, from] of corners.entries()) {
    const to = corners[(at + 1) % 4] as Place;
    const [before, after] = [distanceTo(slice, from), distanceTo(slice, to)];
    if (before >= 0 === after >= 0) continue;
    cuts.push(plus(from, minus(to, from), before / (before - after)));
  }
  const [start, end] = cuts;
  return start && end ? [pixelAt(slice, start), pixelAt(slice, end)] : null;
}
