import { expect, it } from 'vitest';
import { fromDisplay, fromPixels, pathOf } from './drawing-shapes.ts';

const place = [2, 0, 0, 2, 10, 20] as const;
const pixels = fromPixels(place);

it('lines go through their points wherever the image lies', () => {
  expect(pathOf({ kind: 'POLYLINE', points: [0, 0, 5, 10] }, pixels)).toBe('M10.00 20.00L20.00 40.00');
  expect(pathOf({ kind: 'POINT', points: [1, 1] }, pixels)).toBe('M7 22H17M12 17V27');
});

it('an arrow has its head where it points', () => {
  const path = pathOf({ kind: 'ARROW', points: [0, 0, 20, 0] }, pixels);
  expect(path).toBe('M50.00 20.00L10.00 20.00M20.04 15.51L10.00 20.00L20.04 24.49');
});

it('parts of the displayed area are counted on the screen, also of a turned image', () => {
  const area = { left: 0, top: 0, right: 100, bottom: 50, magnification: null };
  expect(fromDisplay(place, area)([0.5, 1])).toEqual([110, 120]);
  // Turned by 180 degrees.
  expect(fromDisplay([-2, 0, 0, -2, 210, 120], area)([0, 0])).toEqual([10, 20]);
});

it('circles and ellipses are round lines around their middle', () => {
  const places = (path: string) =>
    path
      .slice(1)
      .split('L')
      .map((one) => one.split(' ').map(Number));
  for (const [x = 0, y = 0] of places(pathOf({ kind: 'CIRCLE', points: [50, 50, 60, 50] }, pixels))) {
    expect(Math.hypot(x - 110, y - 120)).toBeCloseTo(20, 1);
  }
  const ellipse = places(pathOf({ kind: 'ELLIPSE', points: [40, 50, 60, 50, 50, 45, 50, 55] }, pixels));
  for (const [x = 0, y = 0] of ellipse)
    expect(((x - 110) / 20) ** 2 + ((y - 120) / 10) ** 2).toBeCloseTo(1, 2);
});

it('an interpolated line is a curve through its points, closed where it ends as it began', () => {
  const open = pathOf({ kind: 'INTERPOLATED', points: [0, 0, 5, 5, 10, 0] }, pixels);
  expect(open).toMatch(/^M10.00 20.00C.* 20.00 30.00C.* 30.00 20.00$/);
  const closed = pathOf({ kind: 'INTERPOLATED', points: [0, 0, 10, 0, 10, 10, 0, 0] }, pixels);
  expect(closed.endsWith('10.00 20.00')).toBe(true);
});
