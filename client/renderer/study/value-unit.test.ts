import type { Presentation } from '@strata/protocol/manifest';
import { expect, it } from 'vitest';
import { valueUnit } from './value-unit.ts';

const presentation: Presentation = {
  ...{ photometric: 'MONOCHROME2', windows: [], voiFunction: '', rescale: null, pixelSpacing: null },
  ...{ pixelAspectRatio: null, imagePosition: null, imageOrientation: null, sliceLocation: null },
  ...{ pixelPadding: null, frameTime: null, burnedInLossy: '', palette: null },
};
const unit = (modality: string, said: { type?: string; units?: string }) => {
  const rescale = { slope: 2, intercept: 0, type: said.type ?? '' };
  return valueUnit({ presentation: { ...presentation, rescale, units: said.units ?? '' } }, modality);
};

it('PET values are in what the file says, in words', () => {
  expect(unit('PT', { units: 'BQML' })).toBe('Bq/ml');
  expect(unit('PT', { type: 'BQML', units: 'BQML' })).toBe('Bq/ml');
  expect(unit('PT', { units: 'PROPCPS' })).toBe('prop. counts/s');
  expect(unit('PT', { units: 'NONE' })).toBe('');
  expect(unit('PT', { units: 'FURLONGS' })).toBe('FURLONGS');
  expect(unit('PT', {})).toBe('');
});

it('CT values are in Hounsfield units where nothing else is said, others in what their rescale says', () => {
  expect(unit('CT', {})).toBe('HU');
  expect(unit('CT', { type: 'HU_MOD' })).toBe('HU_MOD');
  expect(unit('MR', { type: 'US' })).toBe('');
  expect(valueUnit({ presentation }, 'CT')).toBe('');
});
