// Casts a ray for every pixel of some rows through a volume: the greatest value, or what colours and opacities add up to.
import type { Place } from '../space/planes.ts';
import type { Camera } from './camera.ts';
import type { Blocks, RayVolume } from './ray-volume.ts';
import { type TransferTable, tableEntries } from './transfer.ts';

/** How a picture is made. */
export interface Look {
  /** Null for the greatest value along each ray. */
  readonly table: TransferTable | null;
  /** Of the greatest value: what is black and what is white. */
  readonly range: { readonly lower: number; readonly upper: number };
  /** Millimetres from one point of a ray to the next. */
  readonly step: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Millimetres per pixel. */
  readonly pixel: number;
  /** Red, green, blue, alpha. */
  readonly data: Uint8ClampedArray;
}

/** Opacity beyond which nothing more is seen. */
const opaque = 0.97;

export class RayCaster {
  readonly #volume: RayVolume;
  readonly #blocks: Blocks;
  #visible: Uint8Array | null = null;
  #table: TransferTable | null = null;

  constructor(volume: RayVolume, blocks: Blocks) {
    [this.#volume, this.#blocks] = [volume, blocks];
  }

  /** Draws rows from `first` up to, not including, `end`. */
  cast(camera: Camera, look: Look, picture: Picture, first: number, end: number): void {
    if (look.table !== this.#table) this.#see(look.table);
    const { dimensions } = this.#volume;
    const forward = this.#steps(camera.forward, look.step);
    const right = this.#steps(camera.right, picture.pixel);
    const down = this.#steps(camera.down, picture.pixel);
    const middle = this.#index(camera.centre);
    for (let y = first; y < end; y++) {
      const dy = y + 0.5 - picture.height / 2;
      for (let x = 0; x < picture.width; x++) {
        const dx = x + 0.5 - picture.width / 2;
        const at = (y * picture.width + x) * 4;
        const start: Place = [
          middle[0] + right[0] * dx + down[0] * dy,
          middle[1] + right[1] * dx + down[1] * dy,
          middle[2] + right[2] * dx + down[2] * dy,
        ];
        const [from, to] = crossing(start, forward, dimensions);
        if (from > to) {
          picture.data.fill(0, at, at + 3);
          picture.data[at + 3] = 255;
        } else if (look.table)
          this.#composite(start, forward, from, to, look.table, look.step, picture.data, at);
        else this.#greatest(start, forward, from, to, look.range, picture.data, at);
      }
    }
  }

  #greatest(
    start: Place,
    forward: Place,
    from: number,
    to: number,
    { lower, upper }: Look['range'],
    data: Uint8ClampedArray,
    at: number,
  ): void {
    const { most, size } = this.#blocks;
    let best = -1;
    for (let n = Math.ceil(from); n <= to; n++) {
      const i = start[0] + forward[0] * n;
      const j = start[1] + forward[1] * n;
      const k = start[2] + forward[2] * n;
      const block = ((k >> 3) * size[1] + (j >> 3)) * size[0] + (i >> 3);
      if ((most[block] as number) <= best) continue;
      const value = this.#sample(i, j, k);
      if (value > best) best = value;
    }
    const { low, high } = this.#volume;
    const value = low + (Math.max(0, best) / 65_535) * (high - low);
    const grey = best < 0 ? 0 : (255 * (value - lower)) / Math.max(upper - lower, 1e-6);
    data[at] = grey;
    data[at + 1] = grey;
    data[at + 2] = grey;
    data[at + 3] = 255;
  }

  #composite(
    start: Place,
    forward: Place,
    from: number,
    to: number,
    table: TransferTable,
    step: number,
    data: Uint8ClampedArray,
    at: number,
  ): void {
    const { size } = this.#blocks;
    const visible = this.#visible as Uint8Array;
    const scale = (tableEntries - 1) / 65_535;
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let n = Math.ceil(from); n <= to && alpha < opaque; n++) {
      const i = start[0] + forward[0] * n;
      const j = start[1] + forward[1] * n;
      const k = start[2] + forward[2] * n;
      if (visible[((k >> 3) * size[1] + (j >> 3)) * size[0] + (i >> 3)] === 0) continue;
      const entry = ((this.#sample(i, j, k) * scale) | 0) * 4;
      const dense = table[entry + 3] as number;
      if (dense <= 0) continue;
      // Opacities are those of a millimetre.
      const part = (1 - (1 - dense) ** step) * (1 - alpha);
      const light = this.#light(i, j, k, forward) * part;
      red += (table[entry] as number) * light;
      green += (table[entry + 1] as number) * light;
      blue += (table[entry + 2] as number) * light;
      alpha += part;
    }
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
    data[at + 3] = 255;
  }

  /** How bright a point is with the light at the eye: 0.25 where the surface is seen from its side, 1 from its front. */
  #light(i: number, j: number, k: number, forward: Place): number {
    const { dimensions, spacing } = this.#volume;
    const x = this.#slope(i, j, k, 1, 0, 0, dimensions) / spacing[0];
    const y = this.#slope(i, j, k, 0, 1, 0, dimensions) / spacing[1];
    const z = this.#slope(i, j, k, 0, 0, 1, dimensions) / spacing[2];
    const length = Math.hypot(x, y, z);
    if (length === 0) return 0.6;
    const [a, b, c] = [forward[0] * spacing[0], forward[1] * spacing[1], forward[2] * spacing[2]];
    const cosine = Math.abs(x * a + y * b + z * c) / (length * Math.hypot(a, b, c));
    return 0.25 + 0.75 * cosine;
  }

  #slope(
    i: number,
    j: number,
    k: number,
    a: number,
    b: number,
    c: number,
    [columns, rows, layers]: Place,
  ): number {
    const up = this.#sample(
      Math.min(columns - 1, i + a),
      Math.min(rows - 1, j + b),
      Math.min(layers - 1, k + c),
    );
    return up - this.#sample(Math.max(0, i - a), Math.max(0, j - b), Math.max(0, k - c));
  }

  /** Between the eight voxels around; the place must lie in the volume. */
  #sample(i: number, j: number, k: number): number {
    const { values, dimensions } = this.#volume;
    const [columns, rows, layers] = dimensions;
    const [a, b, c] = [i | 0, j | 0, k | 0];
    const [x, y, z] = [i - a, j - b, k - c];
    const at = (c * rows + b) * columns + a;
    const right = a + 1 < columns ? 1 : 0;
    const below = b + 1 < rows ? columns : 0;
    const next = c + 1 < layers ? columns * rows : 0;
    const v000 = values[at] as number;
    const v100 = values[at + right] as number;
    const v010 = values[at + below] as number;
    const v110 = values[at + below + right] as number;
    const v001 = values[at + next] as number;
    const v101 = values[at + next + right] as number;
    const v011 = values[at + next + below] as number;
    const v111 = values[at + next + below + right] as number;
    const near = (v000 + (v100 - v000) * x) * (1 - y) + (v010 + (v110 - v010) * x) * y;
    const far = (v001 + (v101 - v001) * x) * (1 - y) + (v011 + (v111 - v011) * x) * y;
    return near + (far - near) * z;
  }

  /** Which blocks hold anything that the table shows. */
  #see(table: TransferTable | null): void {
    this.#table = table;
    if (!table) return;
    const { least, most } = this.#blocks;
    const scale = (tableEntries - 1) / 65_535;
    const visible = new Uint8Array(least.length);
    // Entries up to each that show anything, so that a range is looked up at its ends.
    const shown = new Uint16Array(tableEntries + 1);
    for (let entry = 0; entry < tableEntries; entry++) {
      shown[entry + 1] = (shown[entry] as number) + ((table[entry * 4 + 3] as number) > 0 ? 1 : 0);
    }
    for (const block of least.keys()) {
      const from = Math.floor((least[block] as number) * scale);
      const to = Math.min(tableEntries, Math.floor((most[block] as number) * scale) + 1);
      visible[block] = (shown[to] as number) > (shown[from] as number) ? 1 : 0;
    }
    this.#visible = visible;
  }

  #index([x, y, z]: Place): Place {
    const { origin } = this.#volume;
    return this.#steps([x - origin[0], y - origin[1], z - origin[2]], 1);
  }

  /** A way in the patient as voxels along columns, rows and layers. */
  #steps(way: Place, length: number): Place {
    const { direction, spacing } = this.#volume;
    const along = (axis: 0 | 1 | 2) => {
      const [a = 0, b = 0, c = 0] = direction.slice(axis * 3, axis * 3 + 3);
      return ((a * way[0] + b * way[1] + c * way[2]) * length) / spacing[axis];
    };
    return [along(0), along(1), along(2)];
  }
}

/** Between which steps a ray is inside the middles of the outermost voxels; the first above the last where it misses. */
function crossing(start: Place, forward: Place, dimensions: Place): readonly [number, number] {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const axis of [0, 1, 2] as const) {
    const last = dimensions[axis] - 1;
    if (Math.abs(forward[axis]) < 1e-9) {
      if (start[axis] < 0 || start[axis] > last) return [1, 0];
      continue;
    }
    const [a, b] = [-start[axis] / forward[axis], (last - start[axis]) / forward[axis]];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  // Rounding must not lead outside.
  return [from + 1e-6, to - 1e-6];
}
