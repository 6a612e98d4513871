import { expect, it } from 'vitest';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { after, back, scaledBy, wholeImage } from './places.ts';

const place: ImagePlace = [1.5, 0, 0, 1.5, 100, 20];

it('the way there and back is no way', () => {
  const turned: ImagePlace = [0, 2, -3, 0, 7, 9];
  for (const [at, value] of after(turned, back(turned)).entries())
    expect(value).toBeCloseTo([1, 0, 0, 1, 0, 0][at] ?? 0);
  expect(after(place, scaledBy(2))).toEqual([3, 0, 0, 3, 200, 40]);
});

it('a picture at full resolution has every pixel of the image at its place', () => {
  expect(wholeImage({ columns: 512, rows: 400, aspect: 1, place }, 'full')).toEqual({
    size: { width: 512, height: 400 },
    place: [1, 0, 0, 1, 0, 0],
  });
});

it('an image turned by a quarter makes a picture that is turned', () => {
  const turned: ImagePlace = [0, 1.5, -1.5, 0, 700, 0];
  const { size, place: laid } = wholeImage({ columns: 512, rows: 400, aspect: 1, place: turned }, 'full');
  expect(size).toEqual({ width: 400, height: 512 });
  // The first pixel is at the upper right then.
  expect([laid[4], laid[5]]).toEqual([400, 0]);
});

it('pixels that are higher than wide keep their shape; films have even sides', () => {
  const tall = wholeImage({ columns: 100, rows: 50, aspect: 2, place }, 'full');
  expect(tall).toEqual({ size: { width: 100, height: 100 }, place: [1, 0, 0, 2, 0, 0] });
  const film = wholeImage({ columns: 101, rows: 77, aspect: 1, place }, 51, 'even');
  expect([film.size.width % 2, film.size.height % 2]).toEqual([0, 0]);
});
