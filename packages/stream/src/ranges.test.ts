import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupMissing } from './ranges.ts';

const blob = 'b';

test('frames that miss the same levels are asked for together, a gap makes two requests', () => {
  const missing = [0, 1].flatMap((frame) => [0, 1, 2].map((level) => ({ blob, frame, level })));
  expect(groupMissing(missing, 10)).toEqual([
    { from: 0, to: 2, items: [missing.slice(0, 3), missing.slice(3)] },
  ]);
  const gap = [0, 2, 3].map((level) => ({ blob, frame: 5, level }));
  expect(groupMissing(gap, 10).map(({ from, to }) => [from, to])).toEqual([
    [0, 0],
    [2, 3],
  ]);
});

test('whatever is missing, the requests ask for exactly that, each of at most so many frames', () => {
  const level = fc.record({ blob: fc.constantFrom('a', 'b'), frame: fc.nat(9), level: fc.nat(7) });
  const key = (each: { blob: string; frame: number; level: number }) =>
    `${each.blob}/${each.frame}/${each.level}`;
  fc.assert(
    fc.property(fc.uniqueArray(level, { selector: key }), fc.integer({ min: 1, max: 5 }), (missing, most) => {
      const asked: string[] = [];
      for (const { from, to, items } of groupMissing(missing, most)) {
        expect(items.length).toBeLessThanOrEqual(most);
        for (const levels of items) {
          for (let at = from; at <= to; at++)
            asked.push(key({ ...(levels[0] as (typeof missing)[number]), level: at }));
        }
      }
      expect(asked.toSorted()).toEqual(missing.map(key).toSorted());
    }),
  );
});
