import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay } from './backoff.ts';

test('delays double from round to round up to the most, and never leave the upper half', () => {
  expect([0, 1, 2, 3, 4].map((round) => backoffDelay(round, 100, 1000, 0))).toEqual([50, 100, 200, 400, 500]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (round, random) => {
      const delay = backoffDelay(round, 100, 5000, random);
      expect(delay).toBeGreaterThanOrEqual(50);
      expect(delay).toBeLessThan(5000);
    }),
  );
});
