import { describe, expect, it } from 'vitest';
import { levelCount, levelSize } from './levels.ts';

describe('levels', () => {
  it('are six for a common CT image, from 16 x 16 to 512 x 512', () => {
    expect(levelCount(512, 512)).toBe(5);
    expect([0, 1, 2, 3, 4, 5].map((level) => levelSize(512, level, 5))).toEqual([16, 32, 64, 128, 256, 512]);
  });

  it('round sizes up', () => {
    expect([0, 1, 2, 3, 4, 5].map((level) => levelSize(301, level, 5))).toEqual([10, 19, 38, 76, 151, 301]);
  });

  it('are fewer on small and on narrow images, so that level 0 keeps eight pixels', () => {
    expect(levelCount(1, 1)).toBe(0);
    expect(levelCount(14, 14)).toBe(0);
    expect(levelCount(15, 15)).toBe(1);
    expect(levelCount(64, 64)).toBe(3);
    expect(levelCount(4000, 20)).toBe(1);
  });
});
