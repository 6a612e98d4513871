import { expect, it } from 'vitest';
import { mirrored, turnedBy, upright } from './turn.ts';

it('a quarter to the right and three more come back; mirrored twice comes back', () => {
  expect([90, 90, 90, 90].reduce(turnedBy, upright)).toEqual(upright);
  expect(turnedBy(upright, -90)).toEqual({ rotation: 270, mirrored: false });
  const turned = turnedBy(upright, 90);
  expect(mirrored(mirrored(turned))).toEqual(turned);
});

it('what was turned right is turned left when it is mirrored', () => {
  expect(mirrored(turnedBy(upright, 90))).toEqual({ rotation: 270, mirrored: true });
});
