// Writes a layer of a volume from the images that make it: thinned, moved aside, mixed.
import type { LayerPart } from './volume-shape.ts';

/** Arrays of voxels. */
export type Voxels = Int16Array | Uint16Array | Float32Array;

/** An image at its full size. */
export interface LayerImage {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** A layer's size, and pixels of an image per voxel. */
export interface LayerSize {
  readonly columns: number;
  readonly rows: number;
  readonly step: number;
}

/**
 * Fills a layer.
 * @param layer its voxels, row by row
 * @param images in the order of the parts
 * @param outside the value beside the images
 */
export function fillLayer(
  layer: Voxels,
  { columns, rows, step }: LayerSize,
  parts: readonly LayerPart[],
  images: readonly LayerImage[],
  outside: number,
): void {
  const [part] = parts;
  const [image] = images;
  if (!part || !image) return;
  const isPlain = parts.length === 1 && step === 1 && part.shift[0] === 0 && part.shift[1] === 0;
  if (isPlain && image.width === columns && image.height === rows) {
    layer.set(image.values);
    return;
  }
  const rounded = layer instanceof Float32Array ? (value: number) => value : Math.round;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let at = 0; at < parts.length; at++) {
        const { weight, shift } = parts[at] as LayerPart;
        const value = valueAt(images[at] as LayerImage, (x - shift[0]) * step, (y - shift[1]) * step);
        sum += weight * (value ?? outside);
      }
      layer[y * columns + x] = rounded(sum);
    }
  }
}

/** Between the four pixels around; null outside. */
function valueAt({ values, width, height }: LayerImage, x: number, y: number): number | null {
  // Images reach half a pixel beyond the middles of their outermost pixels.
  if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) return null;
  const column = Math.min(width - 1, Math.max(0, x));
  const row = Math.min(height - 1, Math.max(0, y));
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [fx, fy] = [column - left, row - top];
  const at = top * width + left;
  if (fx === 0 && fy === 0) return values[at] as number;
  const right = left + 1 < width ? 1 : 0;
  const below = top + 1 < height ? width : 0;
  const upper = (values[at] as number) * (1 - fx) + (values[at + right] as number) * fx;
  const lower = (values[at + below] as number) * (1 - fx) + (values[at + below + right] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}
