import { expect, it } from 'vitest';
import { earlyPlace, fittedLevel } from './early-picture.ts';
import type { Slice } from './stack.ts';

const screen = { width: 800, height: 600, density: 2 };
const geometry = {
  ...{ columns: 512, rows: 256, spacing: [1, 1], calibrated: true, position: [0, 0, 0] },
  ...{ rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
} as const;
const slice = { levels: 3, geometry } as unknown as Slice;
const pixelsOf = (step: number) => ({
  ...({ values: new Int16Array(0), components: 1, range: [0, 1], robust: [0, 1] } as const),
  ...{ width: 512 / step, height: 256 / step },
});
const at = (step: number, x: number, y: number) => {
  const { a, d, e, f } = earlyPlace({ slice, pixels: pixelsOf(step) }, screen);
  return [a * x + e, d * y + f];
};

it('an image fills the screen, in its middle', () => {
  expect(at(1, 0, 0)).toEqual([0, 200]);
  expect(at(1, 512, 256)).toEqual([1600, 1000]);
});

it('the samples of a level lie where the pixels of the frame lie that they stand for', () => {
  // The middle of sample 100, and that of pixel 400.
  expect(at(4, 100.5, 10.5)).toEqual(at(1, 400.5, 40.5));
});

it('needs the level whose pixels are not larger than those of the screen', () => {
  expect(fittedLevel(slice, screen)).toBe(3);
  expect(fittedLevel(slice, { width: 200, height: 200, density: 1 })).toBe(2);
});
