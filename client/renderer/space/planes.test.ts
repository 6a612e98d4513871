import { describe, expect, it } from 'vitest';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { areParallel, cutOf, distanceTo, middleOf, nearestTo, pixelAt } from './planes.ts';

const base = { columns: 100, rows: 100, spacing: [1, 1], calibrated: true } as const;
const transverse = (z: number): SliceGeometry => ({
  ...base,
  ...{ position: [-50, -50, z], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
});
/** Through x = 10, from head (z 60) to feet. */
const sagittal: SliceGeometry = {
  ...base,
  ...{ position: [10, -50, 60], rowCosines: [0, 1, 0], columnCosines: [0, 0, -1] },
};

describe('planes in the patient', () => {
  it('cut each other where both reach', () => {
    expect(cutOf(transverse(0), sagittal)).toEqual([
      [60, 99.5],
      [60, -0.5],
    ]);
    expect(cutOf(sagittal, transverse(20))).toEqual([
      [-0.5, 40],
      [99.5, 40],
    ]);
    expect(cutOf(transverse(80), sagittal)).toBeNull();
    expect(cutOf(transverse(0), transverse(5))).toBeNull();
  });

  it('are parallel up to a small tilt', () => {
    const tilted = { ...transverse(0), columnCosines: [0, Math.cos(0.1), Math.sin(0.1)] } as SliceGeometry;
    expect(areParallel(transverse(0), tilted)).toBe(true);
    expect(areParallel(transverse(0), sagittal)).toBe(false);
  });

  it('know how far a place is, which of them is nearest to it, and where in it', () => {
    const stack = [0, 5, 10, 15].map((z) => ({ geometry: transverse(z) }));
    expect(distanceTo(transverse(5), [0, 0, 7])).toBe(2);
    expect(nearestTo(stack, [33, 0, 8])).toBe(2);
    expect(nearestTo([], [0, 0, 0])).toBe(-1);
    expect(pixelAt(sagittal, [99, 0, 10])).toEqual([50, 50]);
    expect(pixelAt(transverse(0), middleOf(transverse(0)))).toEqual([49.5, 49.5]);
  });
});
