// Values of a volume where the pixels of a picture lie in the patient: by place, whatever the directions of either.
import type { Place } from '../space/planes.ts';
import type { Voxels } from '../volume/layer-fill.ts';
import type { VolumeShape } from '../volume/volume-shape.ts';

/** A picture in the patient; millimetres, patient coordinates. */
export interface PicturePlane {
  readonly width: number;
  readonly height: number;
  /** The middle of the first pixel. */
  readonly origin: Place;
  /** From a pixel to the one right of it, and to the one below. */
  readonly right: Place;
  readonly down: Place;
}

/** How much of the volume before and behind a plane counts, and how. */
export interface Slab {
  readonly millimetres: number;
  readonly kind: 'maximum' | 'minimum' | 'mean';
}

export type PlacedVolume = Pick<VolumeShape, 'dimensions' | 'spacing' | 'origin' | 'direction'> & {
  readonly voxels: Voxels;
};

/**
 * The volume's values at the pixels of a plane, between the eight voxels around each; NaN outside the volume.
 * @param into as many as the plane has pixels
 */
export function resample(volume: PlacedVolume, plane: PicturePlane, into: Float32Array): void {
  const { voxels, dimensions } = volume;
  const [columns, rows, layers] = dimensions;
  const start = indexOf(volume, plane.origin);
  const right = stepOf(volume, plane.right);
  const down = stepOf(volume, plane.down);
  const layer = columns * rows;
  for (let y = 0; y < plane.height; y++) {
    let [i, j, k] = [start[0] + y * down[0], start[1] + y * down[1], start[2] + y * down[2]];
    for (let x = 0; x < plane.width; x++, i += right[0], j += right[1], k += right[2]) {
      const at = y * plane.width + x;
      const isOutside =
        i < -0.5 || j < -0.5 || k < -0.5 || i > columns - 0.5 || j > rows - 0.5 || k > layers - 0.5;
      if (isOutside) {
        into[at] = Number.NaN;
        continue;
      }
      const [ci, cj, ck] = [within(i, columns), within(j, rows), within(k, layers)];
      const [fi, fj, fk] = [Math.floor(ci), Math.floor(cj), Math.floor(ck)];
      const [di, dj, dk] = [ci - fi, cj - fj, ck - fk];
      const from = fk * layer + fj * columns + fi;
      const [sx, sy, sz] = [di > 0 ? 1 : 0, dj > 0 ? columns : 0, dk > 0 ? layer : 0];
      const line = (first: number) =>
        (voxels[first] as number) * (1 - di) + (voxels[first + sx] as number) * di;
      const face = (first: number) => line(first) * (1 - dj) + line(first + sy) * dj;
      into[at] = dk === 0 ? face(from) : face(from) * (1 - dk) + face(from + sz) * dk;
    }
  }
}

/** Of a slab: a thick one through fine voxels is not looked at in every one of them. */
const mostSheets = 24;

/** Planes in which a slab is looked at: as far apart as its voxels are at the least, unless these are too many. */
export function sheetsOf(volume: PlacedVolume, slab: Slab | null, most = mostSheets): number {
  if (!slab) return 1;
  return Math.min(most, Math.max(1, Math.round(slab.millimetres / Math.min(...volume.spacing)) + 1));
}

/**
 * The same of a slab around the plane; null for the plane alone.
 * @param sheets planes in which the slab is looked at
 */
export function resampleSlab(
  volume: PlacedVolume,
  plane: PicturePlane,
  slab: Slab | null,
  sheets = sheetsOf(volume, slab),
): Float32Array {
  const result = new Float32Array(plane.width * plane.height);
  if (!slab) {
    resample(volume, plane, result);
    return result;
  }
  const normal = normalOf(plane);
  const sheet = new Float32Array(result.length);
  const counts = new Uint16Array(result.length);
  result.fill(Number.NaN);
  for (let n = 0; n < sheets; n++) {
    const off = sheets === 1 ? 0 : slab.millimetres * (n / (sheets - 1) - 0.5);
    const [x, y, z] = plane.origin;
    const origin: Place = [x + normal[0] * off, y + normal[1] * off, z + normal[2] * off];
    resample(volume, { ...plane, origin }, sheet);
    for (let at = 0; at < sheet.length; at++) {
      const value = sheet[at] as number;
      if (Number.isNaN(value)) continue;
      const before = result[at] as number;
      counts[at] = (counts[at] as number) + 1;
      if (Number.isNaN(before)) result[at] = value;
      else if (slab.kind === 'mean') result[at] = before + (value - before) / (counts[at] as number);
      else result[at] = slab.kind === 'maximum' ? Math.max(before, value) : Math.min(before, value);
    }
  }
  return result;
}

function normalOf({ right: r, down: d }: PicturePlane): Place {
  const normal: Place = [r[1] * d[2] - r[2] * d[1], r[2] * d[0] - r[0] * d[2], r[0] * d[1] - r[1] * d[0]];
  const length = Math.hypot(...normal) || 1;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

const within = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));

function indexOf(volume: PlacedVolume, [x, y, z]: Place): Place {
  const { origin } = volume;
  return stepOf(volume, [x - origin[0], y - origin[1], z - origin[2]]);
}

/** Voxels along columns, rows and layers of a way in the patient. */
function stepOf({ direction, spacing }: PlacedVolume, way: Place): Place {
  const along = (axis: 0 | 1 | 2) => {
    const [a = 0, b = 0, c = 0] = direction.slice(axis * 3, axis * 3 + 3);
    return (a * way[0] + b * way[1] + c * way[2]) / spacing[axis];
  };
  return [along(0), along(1), along(2)];
}
