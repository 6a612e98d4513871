import { describe, expect, it } from 'vitest';
import type { Slab } from '../fusion/resample.ts';
import type { Place } from '../space/planes.ts';
import type { PlaneFrame } from '../viewport/plane-annotations.ts';
import {
  gridOfShape,
  layersOfShape,
  type MeasuredVolume,
  type PlaneShape,
  planeFigures,
} from './plane-figures.ts';

/** Directions at right angles to each other, turned about all axes. */
const turned: readonly [Place, Place, Place] = (() => {
  const [a, b, c] = [0.3, -0.4, 0.2];
  const about = (axis: 0 | 1 | 2, angle: number, way: Place): Place => {
    const [one, other] = [(axis + 1) % 3, (axis + 2) % 3] as [0 | 1 | 2, 0 | 1 | 2];
    const result: [number, number, number] = [...way];
    result[one] = way[one] * Math.cos(angle) - way[other] * Math.sin(angle);
    result[other] = way[one] * Math.sin(angle) + way[other] * Math.cos(angle);
    return result;
  };
  const turn = (way: Place) => about(2, c, about(1, b, about(0, a, way)));
  return [turn([1, 0, 0]), turn([0, 1, 0]), turn([0, 0, 1])];
})();

const voxelAt = (i: number, j: number, k: number): number =>
  Math.round(
    120 + 70 * Math.sin(i / 4) + 50 * Math.cos(j / 5) * Math.sin(k / 2) + ((i * 7 + j * 3 + k) % 11),
  );

function volumeOf(directions: readonly Place[], spacing: Place, dimensions: Place): MeasuredVolume {
  const [columns, rows, layers] = dimensions;
  const voxels = new Int16Array(columns * rows * layers);
  for (const at of voxels.keys()) {
    const layer = columns * rows;
    voxels[at] = voxelAt(at % columns, Math.floor(at / columns) % rows, Math.floor(at / layer));
  }
  return {
    ...{ dimensions, spacing, voxels, origin: [-31, 17, 250], direction: directions.flat() },
    meaning: { unit: 'HU' },
  };
}

const oblique = volumeOf(turned, [0.7, 0.9, 2.5], [60, 48, 24]);
const upright = volumeOf(
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [0.5, 0.5, 3],
  [40, 40, 10],
);

const plus = (a: Place, b: Place, by = 1): Place => [a[0] + b[0] * by, a[1] + b[1] * by, a[2] + b[2] * by];
const dot = (a: Place, b: Place) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Place, b: Place): Place => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The value between the eight voxels around a place, weighed by how near they are; null outside. */
function between({ origin, direction, spacing, dimensions }: MeasuredVolume, place: Place): number | null {
  const index = [0, 1, 2].map((axis) => {
    const along = direction.slice(axis * 3, axis * 3 + 3) as unknown as Place;
    return dot(plus(place, origin, -1), along) / (spacing[axis] ?? 1);
  });
  if (index.some((value, axis) => value < -0.5 || value > (dimensions[axis] ?? 0) - 0.5)) return null;
  const inside = index.map((value, axis) => Math.min((dimensions[axis] ?? 1) - 1, Math.max(0, value)));
  let sum = 0;
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const ends = inside.map((value, axis) => Math.floor(value) + ((corner >> axis) & 1));
    const weight = inside.reduce((all, value, axis) => all * (1 - Math.abs(value - (ends[axis] ?? 0))), 1);
    const [i = 0, j = 0, k = 0] = ends;
    if (weight > 0) sum += weight * voxelAt(i, j, k);
  }
  return sum;
}

/** The same through a slab, looked at every 20th of a millimetre. */
function through(
  volume: MeasuredVolume,
  { right, down }: PlaneFrame,
  place: Place,
  slab: Slab,
): number | null {
  const normal = cross(right, down);
  const count = Math.round(slab.millimetres * 20);
  const found = Array.from({ length: count + 1 }, (_, at) =>
    between(volume, plus(place, normal, slab.millimetres * (at / count - 0.5))),
  ).filter((value) => value !== null);
  if (slab.kind === 'mean') return found.reduce((sum, value) => sum + value, 0) / found.length;
  return slab.kind === 'maximum' ? Math.max(...found) : Math.min(...found);
}

/** Statistics of what lies inside of a region around the middle, looked at in small steps. */
function statistics(
  frame: PlaneFrame,
  half: readonly [number, number],
  isInside: (x: number, y: number) => boolean,
  valueIn: (place: Place) => number | null,
  step = 0.1,
) {
  const values: number[] = [];
  for (let x = -half[0] + step / 2; x < half[0]; x += step) {
    for (let y = -half[1] + step / 2; y < half[1]; y += step) {
      if (!isInside(x, y)) continue;
      const value = valueIn(plus(plus(frame.point, frame.right, x), frame.down, y));
      if (value !== null) values.push(value);
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(squares), min: Math.min(...values), max: Math.max(...values) };
}

function figuresOf(shape: PlaneShape, volume: MeasuredVolume, slab: Slab | null = null) {
  const figures = planeFigures(shape, volume, slab, gridOfShape(shape, volume, slab));
  return (name: string) => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
}

/** Within half a percent. */
const near = (value: number, expected: number) =>
  expect(Math.abs(value / expected - 1), `${value} for ${expected}`).toBeLessThan(0.005);

/** A plane that lies along no side of the volume, through its middle. */
const frame: PlaneFrame = (() => {
  const middle = plus(plus(plus(oblique.origin, turned[0], 20.5), turned[1], 21), turned[2], 29);
  return { point: middle, right: [0.8, 0.6, 0], down: [0, 0, -1] };
})();
const inPlane = (x: number, y: number, { point, right, down } = frame) =>
  plus(plus(point, right, x), down, y);

const ellipse: PlaneShape = {
  ...{ tool: 'ellipse', frame },
  points: [inPlane(0, -14), inPlane(0, 14), inPlane(-11, 0), inPlane(11, 0)],
};
const inEllipse = (x: number, y: number) => (x / 11) ** 2 + (y / 14) ** 2 < 1;

describe('figures of an oblique plane', () => {
  it('of lines and angles are those of the places in the patient', () => {
    const line = [inPlane(-12, 3), inPlane(9, -7)];
    near(figuresOf({ tool: 'length', frame, points: line }, oblique)('Length'), Math.hypot(21, 10));
    const axes = [...line, inPlane(0, 0), inPlane(3, 4)];
    const two = figuresOf({ tool: 'bidirectional', frame, points: axes }, oblique);
    near(two('Long'), Math.hypot(21, 10));
    near(two('Short'), 5);
    const angle = [inPlane(10, 0), inPlane(0, 0), inPlane(0, 7)];
    near(figuresOf({ tool: 'angle', frame, points: angle }, oblique)('Angle'), 90);
  });

  it('of an ellipse agree with the volume looked at in small steps', () => {
    const expected = statistics(frame, [11, 14], inEllipse, (place) => between(oblique, place));
    const found = figuresOf(ellipse, oblique);
    near(found('Area'), Math.PI * 11 * 14);
    near(found('Mean'), expected.mean);
    near(found('SD'), expected.deviation);
    // The least of what was interpolated may be near nothing: half a percent of what there is between it and the greatest.
    const span = expected.max - expected.min;
    near(found('Min') + span, expected.min + span);
    near(found('Max'), expected.max);
  });

  it('of a slab are of its greatest, least or mean values', () => {
    for (const kind of ['maximum', 'minimum', 'mean'] as const) {
      const slab = { millimetres: 6, kind };
      const valueIn = (place: Place) => through(oblique, frame, place, slab);
      const expected = statistics(frame, [11, 14], inEllipse, valueIn, 0.5);
      near(figuresOf(ellipse, oblique, slab)('Mean'), expected.mean);
      const probe = { tool: 'probe', frame, points: [inPlane(4, 5)] } as const;
      near(figuresOf(probe, oblique, slab)('Value'), valueIn(inPlane(4, 5)) ?? 0);
    }
  });

  it('at a point are what lies between the voxels around it', () => {
    const place = inPlane(4.3, -6.1);
    near(
      figuresOf({ tool: 'probe', frame, points: [place] }, oblique)('Value'),
      between(oblique, place) ?? 0,
    );
  });

  it('come from what lies in the volume; beside it there are none but the area', () => {
    const away = plus(frame.point, frame.right, 18);
    const at = { ...frame, point: away };
    const corners = [inPlane(-14, -12, at), inPlane(14, -12, at), inPlane(-14, 12, at), inPlane(14, 12, at)];
    const found = figuresOf({ tool: 'rectangle', frame: at, points: corners }, oblique);
    const inside = statistics(
      at,
      [14, 12],
      () => true,
      (place) => between(oblique, place),
    );
    near(found('Area'), 28 * 24);
    near(found('Mean'), inside.mean);
    const far = corners.map((corner) => plus(corner, frame.right, 300));
    const shape = { tool: 'rectangle', frame: at, points: far } as const;
    const figures = planeFigures(shape, oblique, null, gridOfShape(shape, oblique, null));
    expect(figures.map(({ name }) => name)).toEqual(['Area']);
  });
});

describe('figures of a plane along the voxels', () => {
  const axial: PlaneFrame = { point: plus(upright.origin, [0, 0, 12]), right: [1, 0, 0], down: [0, 1, 0] };

  it('are those of the voxels, as on the image', () => {
    const place = (i: number, j: number): Place => plus(upright.origin, [i * 0.5, j * 0.5, 12]);
    const points = [place(9.6, 7.6), place(20.4, 7.6), place(9.6, 30.4), place(20.4, 30.4)];
    const voxels: number[] = [];
    for (let i = 10; i <= 20; i++) for (let j = 8; j <= 30; j++) voxels.push(voxelAt(i, j, 4));
    const found = figuresOf({ tool: 'rectangle', frame: axial, points }, upright);
    expect(found('Mean')).toBeCloseTo(voxels.reduce((sum, value) => sum + value, 0) / voxels.length, 3);
    expect([found('Min'), found('Max')]).toEqual([Math.min(...voxels), Math.max(...voxels)]);
  });

  it('need the layers that they lie in or between, of a slab all that it goes through', () => {
    const layers = (z: number, slab: Slab | null = null) => {
      const point = plus(upright.origin, [10, 10, z]);
      const shape = { tool: 'probe', frame: { ...axial, point }, points: [point] } as const;
      return layersOfShape(shape, upright, slab, gridOfShape(shape, upright, slab));
    };
    expect(layers(12)).toEqual([4, 4]);
    expect(layers(13)).toEqual([4, 5]);
    expect(layers(12, { millimetres: 10, kind: 'mean' })).toEqual([2, 6]);
    expect(layers(60)).toBeNull();
  });

  it('of a region that is too large to be looked at everywhere come from fewer points', () => {
    const points = [[-5, -5] as const, [25, -5] as const, [-5, 25] as const, [25, 25] as const];
    const shape: PlaneShape = {
      ...{ tool: 'rectangle', frame: axial },
      points: points.map(([x, y]) => plus(axial.point, [x, y, 0])),
    };
    const fine: MeasuredVolume = { ...upright, spacing: [0.5, 0.5, 0.01] };
    const slab = { millimetres: 60, kind: 'mean' } as const;
    const grid = gridOfShape(shape, fine, slab);
    expect(grid?.coarseness).toBeGreaterThan(1);
    expect(grid?.samples).toBeLessThan(30e6);
  });
});
