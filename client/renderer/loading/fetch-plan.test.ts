import { neededLevel } from '@strata/codec/levels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byDistance, fetchPlan, lookAhead, lookBehind, Priority, type SliceProgress } from './fetch-plan.ts';
import { coarseLevel, expectedScale } from './needed-level.ts';

const slice = (held = -1, more: Partial<SliceProgress> = {}): SliceProgress => ({
  levels: 5,
  received: held,
  held,
  lengths: [100, 200, 400, 1000, 4000, 16000],
  pixelBytes: 500_000,
  failed: false,
  ...more,
});
const plenty = { pixels: 1e12, coded: 1e12 };
const plan = (slices: SliceProgress[], target: number, direction: 1 | -1 = 1, room = plenty) =>
  fetchPlan({ slices, target, direction, needed: () => 5, room, rank: 0 });

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

describe('the scale that a viewport will have', () => {
  it('is that of an image fitted into most of the window', () => {
    const window = { innerWidth: 1280, innerHeight: 800, devicePixelRatio: 2 };
    expect(expectedScale({ width: 512, height: 512 }, window)).toBeCloseTo(2.66, 2);
    expect(expectedScale({ width: 3000, height: 500 }, window)).toBeCloseTo(0.64, 2);
  });

  it('is not known where there is no window', () => {
    const nowhere = { innerWidth: undefined, innerHeight: undefined, devicePixelRatio: undefined };
    expect(expectedScale({ width: 512, height: 512 }, nowhere as never)).toBeNull();
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
    expect(plan([slice(5), slice(5), slice(-1, { failed: true })], 0)).toEqual([]);
  });

  it('makes sharp pixels only of as many slices as there is memory for, and fetches the others without', () => {
    const slices = Array.from({ length: 100 }, () => slice(2));
    const wishes = plan(slices, 50, 1, { pixels: 10 * 500_000, coded: 20 * 21_700 });
    const indices = (decode: boolean) =>
      wishes
        .filter((wish) => wish.decode === decode)
        .map(({ index }) => index)
        .sort((a, b) => a - b);
    expect(indices(true)).toEqual([46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
    expect(indices(false)).toEqual([41, 42, 43, 44, 45, 56, 57, 58, 59, 60]);
  });

  it('makes the pixels of what was only received when it comes near', () => {
    const slices = Array.from({ length: 100 }, () => slice(2, { received: 5 }));
    const wishes = plan(slices, 50, 1, { pixels: 10 * 500_000, coded: 1e12 });
    expect(wishes).toHaveLength(10);
    expect(wishes.every(({ decode, to }) => decode && to === 5)).toBe(true);
  });

  it('looks at every slice once, nearest first', () => {
    expect(byDistance(5, 1, 1).map(({ index }) => index)).toEqual([1, 2, 0, 3, 4]);
    expect(byDistance(0, 0, 1)).toEqual([]);
  });
});

const progress: fc.Arbitrary<SliceProgress> = fc
  .record({
    levels: fc.integer({ min: 0, max: 7 }),
    received: fc.integer({ min: -1, max: 7 }),
    held: fc.integer({ min: -1, max: 7 }),
    failed: fc.boolean(),
    pixelBytes: fc.integer({ min: 1, max: 2 ** 26 }),
  })
  .map((one) => ({
    ...one,
    received: Math.min(one.received, one.levels),
    held: Math.min(one.held, one.levels),
    lengths: Array.from({ length: one.levels + 1 }, (_, level) => 10 * 4 ** level),
  }));

const input = fc
  .record({
    slices: fc.array(progress, { minLength: 1, maxLength: 120 }),
    at: fc.nat(),
    direction: fc.constantFrom(1 as const, -1 as const),
    scale: fc.double({ min: 0.01, max: 4, noNaN: true }),
    room: fc.record({ pixels: fc.nat(2 ** 28), coded: fc.nat(2 ** 22) }),
    rank: fc.constantFrom(0 as const, 1 as const),
  })
  .map(({ at, scale, ...rest }) => ({
    ...rest,
    target: at % rest.slices.length,
    needed: (index: number) => neededLevel(rest.slices[index]?.levels ?? 0, scale),
  }));

describe('whatever the state of a series', () => {
  it('the visible slice comes first as soon as it lacks anything, and nothing failed or complete is asked for', () => {
    fc.assert(
      fc.property(input, (given) => {
        const wishes = fetchPlan(given);
        const visible = given.slices[given.target] as SliceProgress;
        const lacks = !visible.failed && visible.held < given.needed(given.target);
        expect(wishes[0]?.priority === Priority.visible + given.rank).toBe(lacks);
        for (const { index, to, decode } of wishes) {
          const slice = given.slices[index] as SliceProgress;
          expect(slice.failed).toBe(false);
          expect(decode ? slice.held : slice.received).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(slice.levels);
        }
      }),
    );
  });

  it('a coarse version of every slice is asked for before anything but what is visible is refined', () => {
    fc.assert(
      fc.property(input, (given) => {
        const wishes = fetchPlan(given);
        const lacking = given.slices.flatMap((slice, index) =>
          !slice.failed && slice.held < coarseLevel(slice.levels) && index !== given.target ? [index] : [],
        );
        const coarse = wishes.filter(({ priority }) => priority < Priority.ahead && priority >= 2);
        expect(coarse.map(({ index }) => index).sort((a, b) => a - b)).toEqual(lacking);
      }),
    );
  });

  it('sharp pixels that it asks for fit into their memory beside those nearer, and so do coded bytes', () => {
    fc.assert(
      fc.property(input, (given) => {
        const wishes = fetchPlan(given);
        const order = byDistance(given.slices.length, given.target, given.direction);
        let pixels = 0;
        for (const [rank, { index }] of order.entries()) {
          const slice = given.slices[index] as SliceProgress;
          pixels += slice.pixelBytes;
          const isRefined = wishes.some(
            (wish) => wish.index === index && wish.decode && wish.priority >= Priority.ahead,
          );
          if (rank > 0 && isRefined) expect(pixels).toBeLessThanOrEqual(given.room.pixels);
        }
      }),
    );
  });
});
