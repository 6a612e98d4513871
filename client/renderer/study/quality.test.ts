import type { Presentation } from '@strata/protocol/manifest';
import { expect, it } from 'vitest';
import { lossOf, renditionOf } from './quality.ts';

const of = (changes: Partial<Presentation>) => lossOf({ burnedInLossy: '', ...changes } as Presentation);

it('an image that was compressed with loss says so, with the method and the ratio where they are known', () => {
  expect(of({ lossy: { ratio: 10, method: 'ISO_10918_1' } })).toBe(
    'Lossy compressed at the source: JPEG 10:1',
  );
  expect(of({ lossy: { ratio: null, method: 'ISO_15444_1' } })).toBe(
    'Lossy compressed at the source: JPEG 2000',
  );
  expect(of({ lossy: { ratio: null, method: '' } })).toBe('Lossy compressed at the source');
  expect(of({ burnedInLossy: '01' })).toBe('Lossy compressed at the source');
  expect(of({ burnedInLossy: '00' })).toBe('');
});

it('an image of more than 16 bits says of what kind its pixels are', () => {
  expect(renditionOf({ of: '32-bit integers', step: null })).toBe('Shown in 16 bits, of 32-bit integers');
  expect(renditionOf({ of: '32-bit floating point numbers', step: 0.5 })).toMatch(
    /numbers, in steps of 0\.5$/,
  );
});
