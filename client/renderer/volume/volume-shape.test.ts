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
    format: { samples: 1, bits: 12, signed: false },
    presentation: {
      imagePosition: position,
      imageOrientation: [1, 0, 0, 0, 1, 0],
      palette: null,
      rescale: null,
    },
  }) as unknown as Slice;
const at = (...heights: number[]) => heights.map((z) => slice([0, 0, z]));
const room = { bytes: 2 ** 28, longest: 2048, fewest: 4 };
const shapeOf = (slices: Slice[], bytes = room.bytes) => {
  const shape = volumeShape(slices, { ...room, bytes });
  if ('problem' in shape) throw new Error(shape.problem);
  return shape;
};
const problem = (slices: Slice[]) => {
  const shape = volumeShape(slices, room);
  return 'problem' in shape ? shape.problem : null;
};
const whole = (index: number, ...shift: [number, number]) => [{ index, weight: 1, shift }];

describe('the volume of a series', () => {
  it('has its slices in the direction of their normal, whatever their order', () => {
    expect(volumeShape(at(9, 6, 3, 0), room)).toEqual({
      dimensions: [4, 3, 4],
      spacing: [0.25, 0.5, 3],
      origin: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      layers: [3, 2, 1, 0].map((index) => whole(index, 0, 0)),
      step: 1,
      notes: [],
    });
  });

  it('is refused with the reason where the images make none', () => {
    expect(problem(at(0, 1, 2))).toBe('few');
    expect(problem(at(0, 0, 0, 0))).toBe('repeated');
    expect(problem(at(0, 1, 1, 2))).toBe('repeated');
    expect(problem([...at(0, 1, 2), slice([0, 0, 3], { columns: 8 })])).toBe('differ');
    const large = Array.from({ length: 9 }, (_, z) => slice([0, 0, z], { columns: 40_000, rows: 40_000 }));
    expect(problem(large)).toBe('large');
  });

  it('of a tilted gantry is wider, and has every image where it lies in the patient', () => {
    // Each image lies 0.5 mm, a row, further back than the one below; the whole is one and a half millimetres deeper.
    const shape = shapeOf([0, 1, 2, 3].map((z) => slice([0, -z * 0.5, z])));
    expect(shape.dimensions).toEqual([4, 6, 4]);
    expect(shape.origin).toEqual([0, -1.5, 0]);
    expect(shape.layers).toEqual([0, 1, 2, 3].map((index) => whole(index, 0, 3 - index)));
    expect(shape.notes).toEqual([{ kind: 'tilted', degrees: expect.closeTo(26.565, 3) }]);
  });

  it('of uneven steps has layers between the images, and says so', () => {
    const shape = shapeOf(at(0, 1, 2, 4));
    expect(shape.spacing[2]).toBe(1);
    expect(shape.layers[2]).toEqual(whole(2, 0, 0));
    expect(shape.layers[3]).toEqual([
      { index: 2, weight: 0.5, shift: [0, 0] },
      { index: 3, weight: 0.5, shift: [0, 0] },
    ]);
    expect(shape.notes).toEqual([{ kind: 'uneven', least: 1, most: 2 }]);
  });

  it('takes fewer pixels of each image where there is no room for all, and says so', () => {
    const images = Array.from({ length: 10 }, (_, z) => slice([0, 0, z], { columns: 64, rows: 32 }));
    const shape = shapeOf(images, 32 * 16 * 10 * 2);
    expect(shape).toMatchObject({ dimensions: [32, 16, 10], spacing: [0.5, 1, 1], step: 2 });
    expect(shape.notes).toEqual([{ kind: 'reduced', step: 2 }]);
  });
});
