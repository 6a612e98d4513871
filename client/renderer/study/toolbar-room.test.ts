import { describe, expect, it } from 'vitest';
import { leavingCount } from './toolbar-room.ts';

describe('the room of the toolbar', () => {
  const widths = [30, 30, 40];

  it('is enough for all, or as few leave as must, the first of the order first', () => {
    expect(leavingCount(500, 500, widths)).toBe(0);
    expect(leavingCount(499, 500, widths)).toBe(1);
    expect(leavingCount(470, 500, widths)).toBe(1);
    expect(leavingCount(469, 500, widths)).toBe(2);
    expect(leavingCount(100, 500, widths)).toBe(3);
  });

  it('must be a little more before a button comes back, so that none comes and goes with a pixel', () => {
    expect(leavingCount(470, 500, widths, 2)).toBe(2);
    expect(leavingCount(481, 500, widths, 2)).toBe(2);
    expect(leavingCount(482, 500, widths, 2)).toBe(1);
    expect(leavingCount(512, 500, widths, 3)).toBe(0);
  });

  it('is not made by buttons that are not shown', () => {
    expect(leavingCount(480, 500, [0, 30], 0)).toBe(2);
  });
});
