// A volume as rays go through it: 16-bit values, and which blocks of it hold what.
import type { Place } from '../space/planes.ts';

/** Voxels of a block in each direction. */
const blockSize = 8;

export interface RayVolume {
  /** Columns, rows, layers. */
  readonly dimensions: Place;
  /** Millimetres. */
  readonly spacing: Place;
  readonly origin: Place;
  /** Directions of columns, rows and layers in the patient. */
  readonly direction: readonly number[];
  /** 0 for `low` to 65535 for `high`. */
  readonly values: Uint16Array;
  readonly low: number;
  readonly high: number;
}

export interface Blocks {
  readonly size: Place;
  /** Of each block, with the voxels next to it. */
  readonly least: Uint16Array;
  readonly most: Uint16Array;
}

/** The smallest and the greatest value of every block. */
export function blocksOf({ dimensions, values }: Pick<RayVolume, 'dimensions' | 'values'>): Blocks {
  const [columns, rows, layers] = dimensions;
  const size: Place = [
    Math.ceil(columns / blockSize),
    Math.ceil(rows / blockSize),
    Math.ceil(layers / blockSize),
  ];
  const count = size[0] * size[1] * size[2];
  const least = new Uint16Array(count).fill(65_535);
  const most = new Uint16Array(count);
  const note = (a: number, b: number, c: number, value: number) => {
    const block = (c * size[1] + b) * size[0] + a;
    if (value < (least[block] as number)) least[block] = value;
    if (value > (most[block] as number)) most[block] = value;
  };
  for (let k = 0; k < layers; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const value = values[(k * rows + j) * columns + i] as number;
        const [a, b, c] = [Math.floor(i / blockSize), Math.floor(j / blockSize), Math.floor(k / blockSize)];
        note(a, b, c, value);
        // The first voxel of a block also shows in the one that ends just before it.
        const [x, y, z] = [
          i % blockSize === 0 && i > 0,
          j % blockSize === 0 && j > 0,
          k % blockSize === 0 && k > 0,
        ];
        if (!x && !y && !z) continue;
        for (let n = 1; n < 8; n++) {
          const [left, up, before] = [n & 1, (n >> 1) & 1, n >> 2];
          if ((left && !x) || (up && !y) || (before && !z)) continue;
          note(a - left, b - up, c - before, value);
        }
      }
    }
  }
  return { size, least, most };
}

/** Values as 16-bit numbers over their own range. */
export function quantised(values: ArrayLike<number>): Pick<RayVolume, 'values' | 'low' | 'high'> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) high = low + 1;
  const factor = 65_535 / (high - low);
  const words = new Uint16Array(values.length);
  for (let at = 0; at < words.length; at++) words[at] = ((values[at] as number) - low) * factor + 0.5;
  return { values: words, low, high };
}
