import { expect, it } from 'vitest';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { isSharpAt, patched, withPart } from './patches.ts';

const filled = (width: number, height: number, value: number): DisplayPixels => ({
  ...{ values: new Int16Array(width * height).fill(value), components: 1, width, height },
  ...{ range: [value, value], robust: [value, value] },
});
const area = { x: 1, y: 1, width: 2, height: 1 };

it('a patch lies over its area and nowhere else, and the image before stays as it was', () => {
  const image = filled(4, 3, 5);
  const made = patched(image, { level: 3, area, pixels: filled(2, 1, 9) });
  expect([...(made?.values ?? [])]).toEqual([5, 5, 5, 5, 5, 9, 9, 5, 5, 5, 5, 5]);
  expect(made).toMatchObject({ range: [5, 9], robust: [5, 5] });
  expect(new Set(image.values)).toEqual(new Set([5]));
});

it('a patch that does not fit is refused', () => {
  const image = filled(4, 3, 5);
  expect(patched(image, { level: 3, area, pixels: filled(1, 1, 9) })).toBeNull();
  expect(patched(image, { level: 3, area: { ...area, x: 3 }, pixels: filled(2, 1, 9) })).toBeNull();
  const floats = { ...filled(2, 1, 9), values: new Float32Array(2) };
  expect(patched(image, { level: 3, area, pixels: floats })).toBeNull();
});

it('parts are remembered until they are covered by sharper ones, or spoiled by coarser ones', () => {
  const left = { level: 4, area: { x: 0, y: 0, width: 10, height: 10 } };
  const right = { level: 5, area: { x: 20, y: 0, width: 10, height: 10 } };
  const parts = withPart(withPart([], left), right);
  expect(isSharpAt(parts, { x: 22, y: 2, width: 3, height: 3 }, 5)).toBe(true);
  expect(isSharpAt(parts, { x: 2, y: 2, width: 3, height: 3 }, 5)).toBe(false);
  expect(isSharpAt(parts, { x: 8, y: 0, width: 14, height: 3 }, 4)).toBe(false);
  const all = { level: 4, area: { x: 0, y: 0, width: 25, height: 10 } };
  expect(withPart(parts, all)).toEqual([all]);
  const sharper = { ...left, level: 5 };
  expect(withPart(parts, sharper)).toEqual([right, sharper]);
});
