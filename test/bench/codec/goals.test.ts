import { describe, expect, it } from 'vitest';
import { spread } from '../statistics.ts';
import { goals } from './goals.ts';
import { levelCosts } from './levels.ts';
import type { Measured } from './measure.ts';
import { answer, QUESTIONS, type Row } from './report.ts';

const measured = (bytes: number, encode: number, decode: number, levelTimes: number[]): Measured => ({
  bytes,
  encode: spread([encode]),
  decode: spread([decode]),
  levels: spread([levelTimes.reduce((sum, time) => sum + time, 0)]),
  levelTimes,
  levelBytes: levelTimes.map((_, level) => (bytes * (level + 1)) / levelTimes.length),
});

const row = (name: string, bytes: number, decode: number): Row => ({
  image: {
    ...{ name, set: '.', modality: 'CT', colour: 'other', categorical: false },
    format: { width: 2, height: 1, samples: 1, bits: 8, signed: false },
    pixels: new Uint8Array(2),
  },
  rounds: 1,
  results: new Map<string, Measured | Error>([
    ['Strata', measured(bytes, 10, decode, [1, 4])],
    ['HTJ2K', measured(100, 10, 10, [5, 10])],
    ['JPEG 2000', measured(100, 10, 10, [5, 10])],
    ['JPEG-LS', new Error('cannot take it')],
  ]),
});

describe('what the measurements say', () => {
  const rows = [row('small', 80, 5), row('large', 125, 2)];

  it('ratios are means and medians of images, of those that both codecs could take', () => {
    expect(answer(rows, QUESTIONS.jpeg2000Bytes)?.geometricMean).toBeCloseTo(1);
    expect(answer(rows, QUESTIONS.decode)).toMatchObject({ median: 3.5, range: [2, 5], images: 2 });
    expect(answer(rows, QUESTIONS.levels)?.median).toBe(3);
    expect(answer(rows, QUESTIONS.jpegLsBytes)).toBeNull();
  });

  it('goals are met or not, and images that stand in the way are named', () => {
    const met = new Map(goals(rows).map(({ goal, met: is, note }) => [goal, { is, note }]));
    expect(met.get("bytes of JPEG 2000's, largest image <= 1")).toEqual({ is: false, note: 'large 1.250' });
    expect(met.get("decode times HTJ2K's speed, median >= 2.2")?.is).toBe(true);
    expect(met.get("encode times HTJ2K's speed, median >= 1")?.is).toBe(true);
  });

  it('levels cost a share of all bytes and of a whole decode', () => {
    expect(levelCosts([rows[0] as Row], 1)).toMatchObject([
      { level: 0, strataBytes: 0.5, strataTime: 0.2, htj2kTime: 0.5, faster: 5 },
      { level: 1, strataBytes: 1, strataTime: 0.8, htj2kTime: 1, faster: 2.5 },
    ]);
  });
});
