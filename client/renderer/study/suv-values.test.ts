import type { Presentation } from '@strata/protocol/manifest';
import { describe, expect, it } from 'vitest';
import { inSuv, suvOfSeries, windowInFile } from './suv-values.ts';

const factors = { bw: 0.0005, lbm: 0.0004, bsa: null, problem: '' };
const pet = {
  rescale: { slope: 2, intercept: 0, type: '' },
  windows: [{ centre: 10_000, width: 20_000, explanation: '' }],
  voiFunction: '',
  suv: factors,
} as unknown as Presentation;

describe('a PET series', () => {
  it('is shown in SUV of the first kind that all its images have', () => {
    expect(suvOfSeries('PT', [pet, pet])).toEqual({ kind: 'bw' });
    expect(suvOfSeries('PT', [pet, { suv: { ...factors, bw: null } }])).toEqual({ kind: 'lbm' });
    expect(suvOfSeries('PT', [pet, { suv: { ...factors, bw: null, lbm: null } }])).toMatchObject({
      problem: expect.stringContaining('differ'),
    });
    expect(suvOfSeries('CT', [{}])).toBeNull();
  });

  it('says why it is not', () => {
    const none = { bw: null, lbm: null, bsa: null, problem: "the patient's weight is missing" };
    expect(suvOfSeries('PT', [pet, { suv: none }])).toEqual({ problem: none.problem });
    expect(suvOfSeries('PT', [{}])).toMatchObject({ problem: expect.stringContaining('when it was stored') });
  });

  it('has its values and windows in SUV, and knows the other kinds', () => {
    const { presentation, suv } = inSuv(pet, 'bw');
    expect(presentation.rescale).toEqual({ slope: 0.001, intercept: 0, type: 'g/ml' });
    // LINEAR shows 0 black and 19999 white: what is white stays white.
    const [window] = presentation.windows;
    expect(presentation.voiFunction).toBe('LINEAR_EXACT');
    expect(window?.centre).toBeCloseTo(19_999 * 0.0005 * 0.5, 9);
    expect(window?.width).toBeCloseTo(19_999 * 0.0005, 9);
    expect(suv).toEqual({ kind: 'bw', factor: 0.0005, others: [{ kind: 'lbm', ratio: 0.8 }] });
    expect(windowInFile({ centre: 5, width: 10 }, suv)).toEqual({ centre: 10_000, width: 20_000 });
  });
});
