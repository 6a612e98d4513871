// Places in an image: columns and rows of pixels, and how places in the patient become them.
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

/** Column and row; whole numbers are the middles of pixels, 0, 0 that of the first. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The place in an image of a place in the patient, in millimetres; what lies beside the plane falls straight onto it. */
export function pointInImage(slice: SliceGeometry, [x, y, z]: readonly [number, number, number]): Point {
  const { position, rowCosines, columnCosines, spacing } = slice;
  const from = [x - position[0], y - position[1], z - position[2]] as const;
  const along = (direction: readonly [number, number, number]) =>
    from[0] * direction[0] + from[1] * direction[1] + from[2] * direction[2];
  return { x: along(rowCosines) / spacing[1], y: along(columnCosines) / spacing[0] };
}
