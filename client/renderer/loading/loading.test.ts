import { describe, expect, it } from 'vitest';
import { byDistance, fetchPlan, lookAhead, lookBehind, Priority, type SliceProgress } from './fetch-plan.ts';
import { coarseLevel, neededLevel } from './needed-level.ts';

const slice = (received = -1, failed = false): SliceProgress => ({
  levels: 5,
  received,
  decoding: received,
  lengths: [100, 200, 400, 1000, 4000, 16000],
  failed,
});
const plan = (slices: SliceProgress[], target: number, direction: 1 | -1 = 1, budget = 1e9) =>
  fetchPlan({ slices, target, direction, needed: () => 5, budget, kept: 64 });

describe('the level that the screen needs', () => {
  it('is the full one at one image pixel per device pixel and above', () => {
    expect([1, 1.5, 4].map((scale) => neededLevel(5, scale))).toEqual([5, 5, 5]);
    expect(neededLevel(5, 0.51)).toBe(5);
  });

  it('falls by one with every halving, and never under level 0', () => {
    expect([0.5, 0.26, 0.25, 0.1, 0.001, 0].map((scale) => neededLevel(5, scale))).toEqual([
      4, 4, 3, 2, 0, 0,
    ]);
    expect(coarseLevel(1)).toBe(1);
  });
});

describe('what is fetched next', () => {
  it('starts with the visible slice, then a coarse version of every other, then refines', () => {
    const wishes = plan(
      Array.from({ length: 59 }, () => slice()),
      20,
    );
    expect(wishes[0]).toEqual({ index: 20, to: 5, priority: Priority.visible, decode: true });
    const coarse = wishes.slice(1, 59);
    expect(coarse.every(({ to }) => to === 2)).toBe(true);
    expect(new Set(coarse.map(({ index }) => index)).size).toBe(58);
    expect(wishes.slice(59).every(({ to }) => to === 5)).toBe(true);
  });

  it('refines in the direction of scrolling before it refines backwards', () => {
    const slices = Array.from({ length: 60 }, () => slice(2));
    const forwards = plan(slices, 30).map(({ index }) => index);
    expect(forwards.slice(1, 1 + lookAhead)).toEqual(Array.from({ length: lookAhead }, (_, i) => 31 + i));
    expect(forwards.slice(1 + lookAhead, 1 + lookAhead + lookBehind)).toEqual([29, 28, 27, 26]);
    expect(plan(slices, 30, -1)[1]?.index).toBe(29);
  });

  it('asks for nothing that is there, and not again for what failed', () => {
    expect(plan([slice(5), slice(5), slice(-1, true)], 0)).toEqual([]);
  });

  it('keeps the refined slices within the budget, nearest first', () => {
    const wishes = plan(
      Array.from({ length: 100 }, () => slice(2)),
      50,
      1,
      10 * 21_700,
    );
    const refined = wishes.map(({ index }) => index).sort((a, b) => a - b);
    expect(refined).toEqual([46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
  });

  it('decodes what was only received when it comes near, and asks no more of what is far', () => {
    const received = { ...slice(5), decoding: 2 };
    const wishes = plan(
      Array.from({ length: 100 }, () => received),
      50,
    );
    expect(wishes).toHaveLength(1 + lookAhead + lookBehind);
    expect(wishes.every(({ decode, to }) => decode && to === 5)).toBe(true);
  });

  it('keeps no more decoded slices at hand than there is memory for', () => {
    const slices = Array.from({ length: 20 }, () => slice());
    const wishes = fetchPlan({ slices, target: 0, direction: 1, needed: () => 5, budget: 1e9, kept: 3 });
    const decoded = new Set(wishes.filter(({ decode }) => decode).map(({ index }) => index));
    expect([...decoded].sort()).toEqual([0, 1, 2]);
  });

  it('looks at every slice once, nearest first', () => {
    expect(byDistance(5, 1, 1).map(({ index }) => index)).toEqual([1, 2, 0, 3, 4]);
    expect(byDistance(0, 0, 1)).toEqual([]);
  });
});
