import { expect, it } from 'vitest';
import { shutterColour, shutterPaths } from './shutter-paths.ts';

const image = { columns: 100, rows: 80, spacing: [1, 1] } as const;
/** The path behind the rectangle that is around all. */
const shapesOf = (...given: Parameters<typeof shutterPaths>) =>
  shutterPaths(...given).map((path) => path.slice(path.indexOf('Z') + 1));

it('a rectangle leaves the pixels of its edges to be seen', () => {
  expect(shapesOf({ rectangle: [10, 90, 5, 60] }, image)).toEqual(['M9 4H90V60H9Z']);
});

it('a circle lies around the middle of its pixel, round where pixels are not square', () => {
  const [path] = shapesOf({ circle: [40, 30, 20] }, { ...image, spacing: [2, 1] });
  expect(path).toBe('M19.5 29.5A20 10 0 0 0 59.5 29.5A20 10 0 0 0 19.5 29.5Z');
});

it('a polygon goes through the middles of its corners', () => {
  expect(shapesOf({ polygon: [2, 1, 40, 3, 60, 50] }, image)).toEqual(['M1.5 0.5L39.5 2.5L59.5 49.5Z']);
});

it('several shapes are several paths: what any of them hides is hidden', () => {
  expect(shutterPaths({ rectangle: [1, 2, 3, 4], circle: [5, 6, 7] }, image)).toHaveLength(2);
  expect(shutterPaths({ overlay: '6000' }, image)).toEqual([]);
});

it('what is hidden is black, the grey of the file or its colour', () => {
  expect(shutterColour({})).toEqual([0, 0, 0]);
  expect(shutterColour({ grey: 65_535 })).toEqual([255, 255, 255]);
  expect(shutterColour({ grey: 32_768 })).toEqual([128, 128, 128]);
  const neutral = 32_896;
  expect(shutterColour({ grey: 1, colour: [0, neutral, neutral] })).toEqual([0, 0, 0]);
  expect(shutterColour({ colour: [65_535, neutral, neutral] })).toEqual([255, 255, 255]);
  // sRGB red is L* 54.29, a* 80.80, b* 69.89 under D50.
  const lab = [54.29 / 100, (80.8 + 128) / 255, (69.89 + 128) / 255].map((part) => Math.round(part * 65_535));
  const red = shutterColour({ colour: lab as [number, number, number] });
  for (const [at, value] of [255, 0, 0].entries()) expect(Math.abs((red[at] ?? 99) - value)).toBeLessThan(3);
});
