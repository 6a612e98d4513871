import type { SavedMeasurement } from '@strata/protocol/saved-measurements';
import { describe, expect, it } from 'vitest';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { changesOf, merge } from './merge.ts';
import { pointInImage, pointInPatient } from './points.ts';
import { rememberedFigures } from './remembered.ts';
import { trackingUidOf } from './saved-form.ts';

const line = (uid: string, end: number): SavedMeasurement => ({
  ...{
    uid,
    kind: 'length',
    sopInstanceUid: '1.2',
    frame: 1,
    points: [
      [0, 0],
      [end, 0],
    ],
  },
  ...{ closed: false, text: '', figures: [], columnMm: null, note: '' },
});
const by = (...all: SavedMeasurement[]) => new Map(all.map((one) => [one.uid, one]));

it('places of saved points are the same to the last bit, however the image lies in the patient', () => {
  const slice: SliceGeometry = {
    ...{ columns: 512, rows: 512, spacing: [0.40625, 0.40625], calibrated: true },
    ...{ position: [-104, 6.62545582653073, 657.989685881986], rowCosines: [1, 0, 0] },
    columnCosines: [0, 0.9588197, 0.2840153],
  };
  for (let at = 0; at < 500; at++) {
    const drawn = pointInImage(slice, [-104 + at * 0.317, 6.6 + at * 0.119, 658 + at * 0.0353]);
    const saved = { x: Math.fround(drawn.x + 0.5) - 0.5, y: Math.fround(drawn.y + 0.5) - 0.5 };
    expect(pointInImage(slice, pointInPatient(slice, saved))).toEqual(drawn);
  }
});

it('what is drawn gets a UID of its own, and keeps it', () => {
  const uid = trackingUidOf('f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
  expect(uid).toBe('2.25.329800735698586629295641978511506172918');
  expect(trackingUidOf(uid)).toBe(uid);
});

describe('what others saved meanwhile', () => {
  const [a, b, c] = [line('1', 5), line('2', 6), line('3', 7)];

  it('is drawn, taken away or drawn otherwise, where nothing was changed here', () => {
    const known = { before: by(a, b), asDrawn: by(a, b), here: by(a, b) };
    expect(merge(known, by(a, line('2', 9), c))).toEqual({ erase: ['2'], draw: [line('2', 9), c] });
    expect(merge(known, by(b))).toEqual({ erase: ['1'], draw: [] });
    expect(merge(known, by(a, b))).toEqual({ erase: [], draw: [] });
  });

  it('leaves alone what was changed, removed or drawn here', () => {
    const here = by(line('1', 55), line('9', 1));
    const known = { before: by(a, b), asDrawn: by(a, b), here };
    expect(merge(known, by(line('1', 4), line('2', 4), c))).toEqual({ erase: [], draw: [c] });
    expect(changesOf(by(a, b), here)).toEqual({ changed: [line('1', 55), line('9', 1)], removed: ['2'] });
  });
});

describe('figures that were saved', () => {
  const area = { name: 'Area', value: 100, unit: 'mm²' };
  const mean = { name: 'Mean', value: 40, unit: 'HU' };
  const saved: SavedMeasurement = { ...line('1', 5), kind: 'ellipse', figures: [area, mean] };
  const fresh = {
    points: [
      { x: 0, y: 0 },
      { x: 5, y: 0 },
    ],
    ...{ figures: [area], note: '', provisional: { level: -1, levels: 5 } },
  };

  it('stand for those whose image has not arrived, as long as the drawing is the same', () => {
    expect(rememberedFigures(fresh, { saved, by: 'us' })).toMatchObject({
      ...{ figures: [area, mean], provisional: null },
    });
    const moved = { ...fresh, points: [{ x: 1, y: 0 }, ...fresh.points.slice(1)] };
    expect(rememberedFigures(moved, { saved, by: 'us' })).toBe(moved);
  });

  it('by others are told beside ours where they differ', () => {
    const theirs = {
      ...saved,
      figures: [
        { ...area, value: 100.4 },
        { ...mean, value: 42 },
      ],
    };
    const final = { ...fresh, figures: [area, mean], provisional: null };
    expect(rememberedFigures(final, { saved: theirs, by: 'others' })).toMatchObject({
      ...{ figures: [area, mean], note: 'stated: Mean 42 HU' },
    });
  });
});
