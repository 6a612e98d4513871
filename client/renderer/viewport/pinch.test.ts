import { expect, it } from 'vitest';
import { panOf, pinchOf } from './pinch.ts';

it('enlarges by as much as the fingers spread, and keeps what is between them', () => {
  const pinch = pinchOf(
    [
      [100, 100],
      [200, 100],
    ],
    [
      [75, 100],
      [225, 100],
    ],
  );
  expect(pinch).toEqual({ factor: 1.5, from: [150, 100], to: [150, 100] });
  // 50 left of the centre becomes 75 left of it: 25 back to the right.
  expect(panOf(pinch, [400, 200])).toEqual([25, 0]);
});

it('pans by as much as two fingers move', () => {
  const pinch = pinchOf(
    [
      [100, 100],
      [200, 100],
    ],
    [
      [110, 130],
      [210, 130],
    ],
  );
  expect(pinch.factor).toBe(1);
  expect(panOf(pinch, [400, 200])).toEqual([10, 30]);
});

it('does not enlarge by fingers that lie on each other', () => {
  const fingers = [
    [100, 100],
    [104, 100],
  ] as const;
  expect(
    pinchOf(fingers, [
      [0, 100],
      [300, 100],
    ]).factor,
  ).toBe(1);
});
