import { expect, it } from 'vitest';
import { barOf } from './scale-bar.ts';

it('the bar is the longest round length that leaves the image in sight', () => {
  expect(barOf(1.5)).toEqual({ pixels: 150, steps: 10, text: '10 cm' });
  expect(barOf(1.6)).toEqual({ pixels: 80, steps: 5, text: '5 cm' });
  expect(barOf(20)).toEqual({ pixels: 100, steps: 5, text: '5 mm' });
});

it('there is none where no round length can be drawn', () => {
  expect(barOf(0)).toBeNull();
  expect(barOf(200)).toBeNull();
  expect(barOf(0.01)).toBeNull();
});
