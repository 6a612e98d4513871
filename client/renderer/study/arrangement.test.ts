import { expect, it } from 'vitest';
import { readArrangement } from './arrangement.ts';

const tones = { window: { centre: 40, width: 400 }, lut: null, inverted: false };
const shown = {
  study: '1.2',
  series: '1.2.3',
  left: { index: 7, tones, turn: { rotation: 90, mirrored: true } },
};
const kept = { rows: 1, columns: 2, active: 1, viewports: [shown, null] };

it('what a page showed comes back as it was', () => {
  expect(readArrangement(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});

it('what makes no sense is as nothing, a viewport at a time where it can be', () => {
  for (const garbage of [null, 7, 'x', {}, { ...kept, rows: 9 }, { ...kept, viewports: 'many' }]) {
    expect(readArrangement(garbage)).toBeNull();
  }
  const wrong = [
    { ...shown, series: 7 },
    { ...shown, left: null },
    { ...shown, left: { ...shown.left, index: 1.5 } },
    { ...shown, left: { ...shown.left, tones: { ...tones, window: { centre: 'x', width: 1 } } } },
    { ...shown, left: { ...shown.left, turn: { rotation: null, mirrored: true } } },
  ];
  for (const one of wrong) {
    expect(readArrangement({ ...kept, viewports: [one, shown] })?.viewports).toEqual([null, shown]);
  }
});
