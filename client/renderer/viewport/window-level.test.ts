import { describe, expect, it } from 'vitest';
import { dragWindow, rangeOfWindow, windowFromFile, windowFunction, windowOfRange } from './window-level.ts';
import { presetsFor } from './window-presets.ts';

describe('windows', () => {
  it('map to the range that PS3.3 C.11.2.1.2 gives', () => {
    expect(rangeOfWindow({ centre: 2048, width: 4096 }, 'LINEAR')).toEqual({ lower: 0, upper: 4095 });
    expect(rangeOfWindow({ centre: 2048, width: 4096 }, 'LINEAR_EXACT')).toEqual({ lower: 0, upper: 4096 });
  });

  it('of width 1 are a step, not a division by zero', () => {
    const { lower, upper } = rangeOfWindow({ centre: 10, width: 1 }, 'LINEAR');
    expect(upper).toBeGreaterThan(lower);
  });

  it('come from the first usable one of the file', () => {
    expect(
      windowFromFile([
        { centre: Number.NaN, width: 1 },
        { centre: 40, width: 0 },
        { centre: 40, width: 400 },
      ]),
    ).toEqual({ centre: 40, width: 400 });
    expect(windowFromFile([])).toBeNull();
    expect(windowFunction('sigmoid?')).toBe('LINEAR');
  });

  it('span a range of values from black to white', () => {
    expect(rangeOfWindow(windowOfRange(0, 1, 'whole'), 'LINEAR')).toEqual({ lower: 0, upper: 1 });
    expect(rangeOfWindow(windowOfRange(-1000, 3000, 'whole'), 'LINEAR')).toEqual({
      lower: -1000,
      upper: 3000,
    });
    expect(rangeOfWindow(windowOfRange(0, 0.5, 'fractional'), 'LINEAR')).toEqual({ lower: 0, upper: 0.5 });
    expect(windowOfRange(5, 5, 'whole').width).toBe(1);
  });

  it('never get narrower than 1 by dragging', () => {
    expect(dragWindow({ centre: 40, width: 400 }, -1e6, 0, 4000).width).toBe(1);
    expect(dragWindow({ centre: 40, width: 400 }, 10, 5, 500)).toEqual({ centre: 45, width: 410 });
  });

  it('have presets for CT with one key each, and none where there is no scale', () => {
    const keys = presetsFor('CT').map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(presetsFor('CT').find(({ name }) => name === 'Lung')).toMatchObject({ centre: -600, width: 1500 });
    expect(presetsFor('MR')).toEqual([]);
  });
});
