import { expect, it } from 'vitest';
import type { Slice } from '../study/stack.ts';
import { imagesOf, isMarked, isRejection, namesOf, toggled } from './key-marks.ts';

const slice = (instanceUid: string, frames = 1, frameNumber = 1) =>
  ({ instanceUid, frames, frameNumber }) as Slice;

it('an image is marked as a whole, of several frames the one in view; the same key takes the mark away', () => {
  const none = new Set<string>();
  const one = toggled(none, slice('1.1'));
  const two = toggled(toggled(one, slice('1.2', 9, 7)), slice('1.2', 9, 3));
  expect(imagesOf(two)).toEqual([
    { sopInstanceUid: '1.1', frames: [] },
    { sopInstanceUid: '1.2', frames: [3, 7] },
  ]);
  expect([3, 4].map((frame) => isMarked(two, slice('1.2', 9, frame)))).toEqual([true, false]);
  expect(imagesOf(toggled(toggled(two, slice('1.2', 9, 3)), slice('1.1')))).toEqual([
    { sopInstanceUid: '1.2', frames: [7] },
  ]);
  expect(new Set(namesOf(imagesOf(two)))).toEqual(two);
});

it('of an image that others marked as a whole every frame is marked', () => {
  const marks = new Set(namesOf([{ sopInstanceUid: '1.2', frames: [] }]));
  expect(isMarked(marks, slice('1.2', 9, 5))).toBe(true);
  expect(toggled(marks, slice('1.2', 9, 5)).size).toBe(0);
});

it('what was rejected is no key image', () => {
  expect(isRejection({ value: '113001', scheme: 'DCM', meaning: '' })).toBe(true);
  expect(isRejection({ value: '113000', scheme: 'DCM', meaning: '' })).toBe(false);
});
