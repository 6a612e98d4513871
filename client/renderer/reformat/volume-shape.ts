// Whether the images of a series make a volume of equal steps, and how they lie in it.
import { normalOf, type Place } from '../space/planes.ts';
import { isColour } from '../study/slice-window.ts';
import type { Slice } from '../study/stack.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

export interface VolumeShape {
  /** Columns, rows, slices. */
  readonly dimensions: Place;
  /** Millimetres between columns, rows, slices. */
  readonly spacing: Place;
  /** The middle of the first voxel; patient coordinates. */
  readonly origin: Place;
  /** Directions of columns, rows and slices, one after the other. */
  readonly direction: readonly number[];
  /** Index in the stack of each slice of the volume. */
  readonly order: readonly number[];
}

/** Why there is no volume, for people. */
export interface NoVolume {
  readonly problem: string;
}

/** Voxels that fit into the graphics memory of an ordinary machine. */
const mostVoxels = 192 * 2 ** 20;
const fewest = 4;

const minus = (a: Place, b: Place): Place => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Place, b: Place): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The volume that the slices make. Steps may differ by a fiftieth; a tilted gantry makes none. */
export function volumeShape(slices: readonly Slice[]): VolumeShape | NoVolume {
  const [one] = slices;
  if (!one || slices.length < fewest) return { problem: `A volume needs at least ${fewest} images.` };
  if (slices.some(isColour)) return { problem: 'Colour images make no volume here.' };
  if (slices.some(({ presentation }) => !presentation.imagePosition || !presentation.imageOrientation)) {
    return { problem: 'The images do not say where they lie.' };
  }
  const { geometry } = one;
  if (slices.some((slice) => !alike(slice.geometry, geometry))) {
    return { problem: 'The images differ in size or direction.' };
  }
  const { columns, rows } = geometry;
  if (columns * rows * slices.length > mostVoxels) {
    return { problem: `The volume is too large: more than ${mostVoxels / 2 ** 20} million voxels.` };
  }
  const normal = normalOf(geometry);
  const height = (slice: Slice) => dot(slice.geometry.position, normal);
  const order = slices
    .map((_, at) => at)
    .sort((a, b) => height(slices[a] as Slice) - height(slices[b] as Slice));
  return shaped(
    order.map((at) => (slices[at] as Slice).geometry),
    order,
    normal,
  );
}

function shaped(
  sorted: readonly SliceGeometry[],
  order: readonly number[],
  normal: Place,
): VolumeShape | NoVolume {
  const first = sorted[0] as SliceGeometry;
  const last = sorted.at(-1) as SliceGeometry;
  const way = minus(last.position, first.position);
  const step = dot(way, normal) / (sorted.length - 1);
  const uneven = sorted.some((slice, at) => {
    const along = dot(minus(slice.position, first.position), normal);
    return Math.abs(along - step * at) > Math.max(0.05, step / 50);
  });
  if (!(step > 0) || uneven) return { problem: 'The images do not lie at equal steps.' };
  const length = step * (sorted.length - 1);
  const [x, y, z] = normal;
  const aside = Math.hypot(...minus(way, [x * length, y * length, z * length]));
  if (aside > first.spacing[1]) {
    return { problem: 'The images are shifted against each other (a tilted gantry).' };
  }
  return {
    dimensions: [first.columns, first.rows, sorted.length],
    spacing: [first.spacing[1], first.spacing[0], step],
    origin: first.position,
    direction: [...first.rowCosines, ...first.columnCosines, ...normal],
    order,
  };
}

function alike(a: SliceGeometry, b: SliceGeometry): boolean {
  const near = (one: readonly number[], other: readonly number[], by: number) =>
    one.every((value, at) => Math.abs(value - (other[at] ?? 0)) <= by);
  return (
    a.columns === b.columns &&
    a.rows === b.rows &&
    near(a.spacing, b.spacing, 1e-3) &&
    near(a.rowCosines, b.rowCosines, 1e-3) &&
    near(a.columnCosines, b.columnCosines, 1e-3)
  );
}
