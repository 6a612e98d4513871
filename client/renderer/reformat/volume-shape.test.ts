import { describe, expect, it } from 'vitest';
import type { Slice } from '../study/stack.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { volumeShape } from './volume-shape.ts';

const geometry: SliceGeometry = {
  ...{ columns: 4, rows: 3, calibrated: true },
  ...{ spacing: [0.5, 0.25], position: [0, 0, 0], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
};
const slice = (position: readonly [number, number, number], more: Partial<SliceGeometry> = {}): Slice =>
  ({
    geometry: { ...geometry, position, ...more },
    format: { samples: 1 },
    presentation: { imagePosition: position, imageOrientation: [1, 0, 0, 0, 1, 0], palette: null },
  }) as unknown as Slice;
const at = (...heights: number[]) => heights.map((z) => slice([0, 0, z]));
const problem = (slices: Slice[]) => {
  const shape = volumeShape(slices);
  return 'problem' in shape ? shape.problem : null;
};

describe('the volume of a series', () => {
  it('has its slices in the direction of their normal, whatever their order', () => {
    expect(volumeShape(at(9, 6, 3, 0))).toEqual({
      dimensions: [4, 3, 4],
      spacing: [0.25, 0.5, 3],
      origin: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      order: [3, 2, 1, 0],
    });
  });

  it('is refused with the reason where the images make none', () => {
    expect(problem(at(0, 1, 2))).toContain('at least 4');
    expect(problem(at(0, 1, 2, 4))).toContain('equal steps');
    expect(problem(at(0, 0, 0, 0))).toContain('equal steps');
    expect(problem([...at(0, 1, 2), slice([0, 0, 3], { columns: 8 })])).toContain('differ');
    expect(problem([0, 1, 2, 3].map((z) => slice([0, z * 0.3, z])))).toContain('tilted gantry');
    const large = Array.from({ length: 1000 }, (_, z) => slice([0, 0, z], { columns: 1000, rows: 1000 }));
    expect(problem(large)).toContain('too large');
  });
});
