// Where the pixels of a viewport lie in the patient, from where the image lies in the viewport.
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import type { PicturePlane } from './resample.ts';

/**
 * The plane of a picture that covers a viewport.
 * @param place of the image: a matrix from its pixels to CSS pixels
 * @param size of the viewport in CSS pixels
 * @param step CSS pixels per pixel of the picture, in both directions
 */
export function picturePlane(
  slice: SliceGeometry,
  [a, b, c, d, e, f]: ImagePlace,
  size: { readonly width: number; readonly height: number },
  step: number,
): PicturePlane | null {
  const determinant = a * d - b * c;
  if (Math.abs(determinant) < 1e-12) return null;
  // Columns and rows per CSS pixel right and down; the image's edge is half a pixel before the first one's middle.
  const right = [d / determinant, -b / determinant] as const;
  const down = [-c / determinant, a / determinant] as const;
  const middle = step / 2;
  const [x, y] = [middle - e, middle - f];
  const column = right[0] * x + down[0] * y - 0.5;
  const row = right[1] * x + down[1] * y - 0.5;
  const { position, rowCosines, columnCosines, spacing } = slice;
  const way = (columns: number, rows: number) => {
    const [along, across] = [columns * spacing[1], rows * spacing[0]];
    return [
      rowCosines[0] * along + columnCosines[0] * across,
      rowCosines[1] * along + columnCosines[1] * across,
      rowCosines[2] * along + columnCosines[2] * across,
    ] as const;
  };
  const first = way(column, row);
  return {
    width: Math.ceil(size.width / step),
    height: Math.ceil(size.height / step),
    origin: [position[0] + first[0], position[1] + first[1], position[2] + first[2]],
    right: way(right[0] * step, right[1] * step),
    down: way(down[0] * step, down[1] * step),
  };
}
