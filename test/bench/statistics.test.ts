import { expect, it } from 'vitest';
import { geometricMean, spread } from './statistics.ts';

it('the spread of values is their median and quartiles', () => {
  expect(spread([5, 1, 3, 2, 4])).toEqual({ least: 1, median: 3, low: 2, high: 4 });
  expect(spread([1, 2])).toEqual({ least: 1, median: 1.5, low: 1.25, high: 1.75 });
  expect(() => spread([])).toThrow(RangeError);
});

it('twice as fast and half as fast make no difference in the geometric mean', () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1);
});
