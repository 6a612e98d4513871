import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PixelStore } from './pixel-store.ts';

const statistics = { range: [0, 9], robust: [0, 9] } as const;
const side = 16;
const levels = 3;

/** Pixels of a frame of 16 x 16: each is its own place. */
const sharp = (level = levels) => ({
  level,
  pixels: {
    values: Int16Array.from({ length: side * side }, (_, at) => at),
    components: 1 as const,
    width: side,
    height: side,
    ...statistics,
  },
});
const coarse = (level: number, value: number) => {
  const own = side >> (levels - level);
  const pixels = {
    values: new Int16Array(own * own).fill(value),
    components: 1 as const,
    width: own,
    height: own,
    ...statistics,
  };
  return { level, pixels, step: 2 ** (levels - level), width: side, height: side };
};
const bytes = side * side * 2;
const place = () => ({ level: 1, levels });

describe('pixels ready for the viewport', () => {
  it('are the sharp ones where there are any, else the coarse ones at full size', () => {
    const store = new PixelStore(1e6);
    expect([store.get('a'), store.level('a')]).toEqual([null, -1]);
    store.putCoarse('a', coarse(1, 7));
    const enlarged = store.get('a');
    expect(enlarged).toMatchObject({ level: 1, pixels: { width: side, height: side } });
    expect(new Set(enlarged?.pixels.values)).toEqual(new Set([7]));
    store.putSharp('a', sharp());
    store.putSharp('a', sharp(2));
    expect([store.get('a')?.level, store.level('a')]).toEqual([levels, levels]);
  });

  it('give way where they are wanted least, and leave a coarse version behind', () => {
    const store = new PixelStore(2 * bytes + 100);
    for (const key of ['a', 'b', 'c']) store.putSharp(key, sharp());
    store.trim(['b', 'a', 'c'], 1, place);
    expect(['a', 'b', 'c'].map((key) => store.level(key))).toEqual([levels, levels, 1]);
    expect([...(store.get('c')?.pixels.values.subarray(0, 5) ?? [])]).toEqual([0, 1, 2, 3, 4]);
  });

  it('are sharper in parts until all of them are, take no more memory for it, and lose parts when they give way', () => {
    const store = new PixelStore(bytes);
    const area = { x: 2, y: 3, width: 2, height: 1 };
    const patch = {
      level: levels,
      area,
      pixels: { ...sharp().pixels, width: 2, height: 1, values: Int16Array.of(70, 71) },
    };
    expect([store.patch('a', patch), store.level('a')]).toEqual([true, -1]);
    store.putCoarse('a', coarse(1, 7));
    const before = store.bytes;
    expect(store.patch('a', patch)).toBe(true);
    expect([store.level('a'), store.parts('a')]).toEqual([1, [{ level: levels, area }]]);
    expect([...(store.get('a')?.pixels.values.subarray(3 * side + 1, 3 * side + 5) ?? [])]).toEqual([
      7, 70, 71, 7,
    ]);
    expect(store.bytes).toBe(before + bytes);
    store.trim(['a'], 0, place);
    expect([store.bytes, store.parts('a'), store.level('a')]).toEqual([before, [], 1]);
    store.patch('a', patch);
    store.putSharp('a', sharp());
    expect([store.patch('a', patch), store.parts('a'), store.level('a')]).toEqual([true, [], levels]);
    expect(store.patch('b', { ...patch, area: { ...area, width: 3 } })).toBe(true);
    store.putCoarse('b', coarse(1, 7));
    expect(store.patch('b', { ...patch, area: { ...area, width: 3 } })).toBe(false);
  });

  it('are forgotten when no viewport shows them', () => {
    const store = new PixelStore(1e6);
    store.putSharp('a', sharp());
    store.putCoarse('b', coarse(1, 1));
    store.retain(new Set(['b']));
    expect([store.level('a'), store.level('b'), store.bytes]).toEqual([-1, 1, 4 * 4 * 2]);
  });

  it('take no more than their memory but for what is visible and coarse, and never leave a slice blank', () => {
    const frames = fc.array(fc.tuple(fc.nat(19), fc.integer({ min: 0, max: levels })), { maxLength: 60 });
    fc.assert(
      fc.property(frames, fc.nat(19), fc.nat(12), (puts, target, room) => {
        const store = new PixelStore(room * bytes);
        const order = Array.from({ length: 20 }, (_, at) => String((target + at) % 20));
        const seen = new Set<string>();
        for (const [frame, level] of puts) {
          const key = String(frame);
          if (level === levels) store.putSharp(key, sharp());
          else store.putCoarse(key, coarse(level, level));
          seen.add(key);
          store.trim(order, 1, place);
          expect(store.bytes).toBeLessThanOrEqual(Math.max(room, 1) * bytes + 20 * (bytes / 4));
        }
        for (const key of seen) expect(store.get(key)?.pixels.values).toHaveLength(side * side);
      }),
    );
  });
});
