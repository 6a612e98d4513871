// Places in an image: columns and rows of pixels, and how places in the patient become them.
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

/** Column and row; whole numbers are the middles of pixels, 0, 0 that of the first. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Parts of a pixel that places are told by: fine for every figure, and kept exactly by the 32 bits of saved points. */
const STEPS = 1024;

/** The place in an image of a place in the patient, in millimetres; what lies beside the plane falls straight onto it. */
export function pointInImage(slice: SliceGeometry, [x, y, z]: readonly [number, number, number]): Point {
  const { position, rowCosines, columnCosines, spacing } = slice;
  const from = [x - position[0], y - position[1], z - position[2]] as const;
  const along = (direction: readonly [number, number, number]) =>
    from[0] * direction[0] + from[1] * direction[1] + from[2] * direction[2];
  const stepped = (value: number) => Math.round(value * STEPS) / STEPS;
  return { x: stepped(along(rowCosines) / spacing[1]), y: stepped(along(columnCosines) / spacing[0]) };
}

/** The place in the patient of a place in an image. */
export function pointInPatient(slice: SliceGeometry, { x, y }: Point): readonly [number, number, number] {
  const { position, rowCosines, columnCosines, spacing } = slice;
  const at = (axis: 0 | 1 | 2) =>
    position[axis] + x * spacing[1] * rowCosines[axis] + y * spacing[0] * columnCosines[axis];
  return [at(0), at(1), at(2)];
}
