import { expect, it } from 'vitest';
import { wayToEdge } from './image-edge.ts';
import type { ImagePlace } from './stack-camera.ts';

/** 100 x 200 pixels in the middle of 400 x 400 CSS pixels, twice as large. */
const size = [100, 200] as const;
const viewport = [400, 400] as const;
const upright: ImagePlace = [2, 0, 0, 2, 100, 0];
const mirrored: ImagePlace = [-2, 0, 0, 2, 300, 0];
const turnedRight: ImagePlace = [0, 1, -1, 0, 300, 150];

it('an image is moved until its edge is at that of the viewport, however it is turned', () => {
  expect(wayToEdge('left', upright, size, viewport)).toEqual([-100, 0]);
  expect(wayToEdge('right', upright, size, viewport)).toEqual([100, 0]);
  expect(wayToEdge('left', mirrored, size, viewport)).toEqual([100, 0]);
  // What was left is up.
  expect(wayToEdge('left', turnedRight, size, viewport)).toEqual([0, -150]);
});
