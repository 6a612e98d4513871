import { expect, it } from 'vitest';
import { fillLayer } from './layer-fill.ts';

const image = { values: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110], width: 4, height: 3 };
const filled = (...how: Parameters<typeof fillLayer> extends [unknown, ...infer Rest] ? Rest : never) => {
  const layer = new Float32Array(how[0].columns * how[0].rows);
  fillLayer(layer, ...how);
  return [...layer];
};

it('a layer of one image is that image', () => {
  const layer = filled(
    { columns: 4, rows: 3, step: 1 },
    [{ index: 0, weight: 1, shift: [0, 0] }],
    [image],
    -1,
  );
  expect(layer).toEqual(image.values);
});

it('an image of a tilted gantry is moved to where it lies; beside it is air', () => {
  const layer = filled(
    { columns: 4, rows: 4, step: 1 },
    [{ index: 0, weight: 1, shift: [0, 0.5] }],
    [image],
    -1,
  );
  // Half a row further down: the first row is its edge, each other one lies between two.
  expect(layer).toEqual([0, 10, 20, 30, 20, 30, 40, 50, 60, 70, 80, 90, 80, 90, 100, 110]);
  const far = filled({ columns: 4, rows: 4, step: 1 }, [{ index: 0, weight: 1, shift: [0, 1] }], [image], -1);
  expect(far.slice(0, 8)).toEqual([-1, -1, -1, -1, 0, 10, 20, 30]);
});

it('a layer between two images is made of both, and a reduced one of every other pixel', () => {
  const other = { ...image, values: image.values.map((value) => value + 100) };
  const parts = [
    { index: 0, weight: 0.25, shift: [0, 0] as const },
    { index: 1, weight: 0.75, shift: [0, 0] as const },
  ];
  expect(filled({ columns: 2, rows: 2, step: 2 }, parts, [image, other], 0)).toEqual([75, 95, 155, 175]);
});
