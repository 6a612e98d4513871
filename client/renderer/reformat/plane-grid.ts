// The grid on which a plane through a volume is looked at to measure in it: fine enough for the voxels, and on them where it can be.
import { type PlacedVolume, resampleSlab, type Slab, sheetsOf } from '../fusion/resample.ts';
import { type Point, pointInImage } from '../measuring/points.ts';
import type { Place } from '../space/planes.ts';
import type { PlaneFrame } from '../viewport/plane-annotations.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';

/** A part of a plane, as an image. */
export interface PlaneGrid {
  readonly geometry: SliceGeometry;
  /** Planes in which the slab is looked at. */
  readonly sheets: number;
  /** Values that it takes to fill it. */
  readonly samples: number;
  /** Its steps are this many times as long as they should be, for want of time. */
  readonly coarseness: number;
}

/** Values that are looked at for one region at most: a second or so. */
const mostSamples = 24e6;
const mostSheets = 512;

const dot = (a: Place, b: Place): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const along = (from: Place, way: Place, by: number): Place => [
  from[0] + way[0] * by,
  from[1] + way[1] * by,
  from[2] + way[2] * by,
];
const normalOf = ({ right: r, down: d }: PlaneFrame): Place => [
  r[1] * d[2] - r[2] * d[1],
  r[2] * d[0] - r[0] * d[2],
  r[0] * d[1] - r[1] * d[0],
];

/**
 * The grid of the part of a plane that holds some places, as far as it lies in the volume.
 * Along the voxels it has their middles, so that figures are those of the image, and where these are far apart points evenly
 * between them. A step is never longer than the shortest side of a voxel.
 */
export function planeGrid(
  frame: PlaneFrame,
  places: readonly Place[],
  volume: PlacedVolume,
  slab: Slab | null,
): PlaneGrid {
  const sheets = sheetsOf(volume, slab, mostSheets);
  const steps = { column: stepAlong(volume, frame.right), row: stepAlong(volume, frame.down) };
  const fine = gridOf(frame, places, volume, steps);
  const samples = fine.columns * fine.rows * sheets;
  const coarseness = Math.max(1, Math.ceil(Math.sqrt(samples / mostSamples)));
  if (coarseness === 1) return { geometry: fine, sheets, samples, coarseness };
  const longer = { column: steps.column * coarseness, row: steps.row * coarseness };
  const geometry = gridOf(frame, places, volume, longer);
  return { geometry, sheets, samples: geometry.columns * geometry.rows * sheets, coarseness };
}

/** The values of the volume on the grid, row by row; NaN outside of the volume. */
export function valuesOn(
  { geometry, sheets }: PlaneGrid,
  volume: PlacedVolume,
  slab: Slab | null,
): Float32Array {
  const { columns, rows, position, rowCosines, columnCosines, spacing } = geometry;
  const origin: Place = [0, 0, 0];
  const plane = {
    width: columns,
    height: rows,
    origin: position,
    right: along(origin, rowCosines, spacing[1]),
    down: along(origin, columnCosines, spacing[0]),
  };
  return resampleSlab(volume, plane, slab, sheets);
}

/** The grid of a single place. */
export function gridAt(frame: PlaneFrame, place: Place, volume: PlacedVolume, slab: Slab | null): PlaneGrid {
  const sheets = sheetsOf(volume, slab, mostSheets);
  const geometry = { ...geometryOf(frame, { column: 1, row: 1 }), position: place, columns: 1, rows: 1 };
  return { geometry, sheets, samples: sheets, coarseness: 1 };
}

/** The first and the last layer of the volume that the values on a grid come from; null where it lies outside. */
export function layersUnder(
  { geometry }: PlaneGrid,
  frame: PlaneFrame,
  volume: PlacedVolume,
  slab: Slab | null,
): readonly [number, number] | null {
  const { columns, rows, position, rowCosines, columnCosines, spacing } = geometry;
  const [, , layers] = volume.dimensions;
  const normal = normalOf(frame);
  const depth = (slab?.millimetres ?? 0) / 2;
  const heights = [0, columns - 1].flatMap((x) =>
    [0, rows - 1].flatMap((y) => {
      const place = along(along(position, rowCosines, x * spacing[1]), columnCosines, y * spacing[0]);
      return [depth, -depth].map((by) => indexOf(volume, along(place, normal, by))[2]);
    }),
  );
  const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
  if (!(highest >= -0.5 && lowest <= layers - 0.5)) return null;
  const within = (layer: number) => Math.min(layers - 1, Math.max(0, layer));
  // What lies on a layer, but for rounding, does not come from the next.
  return [within(Math.floor(lowest + 1e-4)), within(Math.ceil(highest - 1e-4))];
}

interface Steps {
  readonly column: number;
  readonly row: number;
}

function gridOf(
  frame: PlaneFrame,
  places: readonly Place[],
  volume: PlacedVolume,
  steps: Steps,
): SliceGeometry {
  const whole = { ...geometryOf(frame, steps), position: onPlane(frame, volume.origin) };
  const wanted = boundsOf(places.map((place) => pointInImage(whole, place)));
  const had = boundsOf(cornersOf(volume).map((corner) => pointInImage(whole, corner)));
  const from = { x: Math.max(wanted.left, had.left), y: Math.max(wanted.top, had.top) };
  const to = { x: Math.min(wanted.right, had.right), y: Math.min(wanted.bottom, had.bottom) };
  const across = along(whole.position, frame.right, from.x * steps.column);
  return {
    ...whole,
    position: along(across, frame.down, from.y * steps.row),
    columns: Math.max(1, to.x - from.x + 1),
    rows: Math.max(1, to.y - from.y + 1),
  };
}

const geometryOf = (frame: PlaneFrame, steps: Steps): SliceGeometry => ({
  columns: 1,
  rows: 1,
  spacing: [steps.row, steps.column],
  calibrated: true,
  position: frame.point,
  rowCosines: frame.right,
  columnCosines: frame.down,
});

function boundsOf(points: readonly Point[]) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return {
    left: Math.floor(Math.min(...xs)),
    right: Math.ceil(Math.max(...xs)),
    top: Math.floor(Math.min(...ys)),
    bottom: Math.ceil(Math.max(...ys)),
  };
}

function onPlane(frame: PlaneFrame, place: Place): Place {
  const normal = normalOf(frame);
  return along(place, normal, dot(normal, along(frame.point, place, -1)));
}

/**
 * The step from voxel to voxel in a direction along them, parted evenly until it is no longer than the shortest side of a voxel;
 * in other directions half of that side.
 */
function stepAlong({ direction, spacing }: PlacedVolume, way: Place): number {
  const shortest = Math.min(...spacing);
  const axis = spacing.findIndex((_, at) => {
    const [a = 0, b = 0, c = 0] = direction.slice(at * 3, at * 3 + 3);
    return Math.abs(a * way[0] + b * way[1] + c * way[2]) > 1 - 1e-6;
  });
  const own = spacing[axis] ?? 0;
  return axis < 0 ? shortest / 2 : own / Math.ceil(own / shortest - 1e-6);
}

function cornersOf(volume: PlacedVolume): Place[] {
  const [columns, rows, layers] = volume.dimensions;
  const ends = (size: number) => [-0.5, size - 0.5];
  return ends(columns).flatMap((i) =>
    ends(rows).flatMap((j) => ends(layers).map((k) => placeOf(volume, [i, j, k]))),
  );
}

function placeOf({ origin, direction, spacing }: PlacedVolume, index: Place): Place {
  const at = (axis: number) =>
    (origin[axis] ?? 0) +
    index.reduce((sum, value, of) => sum + value * (spacing[of] ?? 0) * (direction[of * 3 + axis] ?? 0), 0);
  return [at(0), at(1), at(2)];
}

function indexOf({ origin, direction, spacing }: PlacedVolume, place: Place): Place {
  const from = along(place, origin, -1);
  const at = (axis: 0 | 1 | 2) => {
    const [a = 0, b = 0, c = 0] = direction.slice(axis * 3, axis * 3 + 3);
    return dot(from, [a, b, c]) / spacing[axis];
  };
  return [at(0), at(1), at(2)];
}
