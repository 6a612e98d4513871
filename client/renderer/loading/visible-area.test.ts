import { expect, it } from 'vitest';
import { visibleArea } from './visible-area.ts';

const image = { width: 1000, height: 800 };
const viewport = [400, 300] as const;

it('of an image that fits all is visible, of an enlarged one what lies in the viewport', () => {
  expect(visibleArea([0.3, 0, 0, 0.3, 50, 30], viewport, image)).toEqual({ x: 0, y: 0, ...image });
  expect(visibleArea([2, 0, 0, 2, -200, -100], viewport, image)).toEqual({
    ...{ x: 100, y: 50, width: 200, height: 150 },
  });
});

it('a turned and a mirrored image show what lies there then', () => {
  // A quarter clockwise: columns run down, rows to the left.
  expect(visibleArea([0, 2, -2, 0, 600, -200], viewport, image)).toEqual({
    ...{ x: 100, y: 100, width: 150, height: 200 },
  });
  expect(visibleArea([-2, 0, 0, 2, 600, 0], viewport, image)).toEqual({
    ...{ x: 100, y: 0, width: 200, height: 150 },
  });
});

it('nothing is visible of an image that was moved away, or that has no size', () => {
  expect(visibleArea([1, 0, 0, 1, 500, 0], viewport, image)).toBeNull();
  expect(visibleArea([0, 0, 0, 0, 0, 0], viewport, image)).toBeNull();
});
