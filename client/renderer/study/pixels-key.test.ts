import type { Presentation } from '@strata/protocol/manifest';
import { expect, it } from 'vitest';
import { pixelsKey } from './pixels-key.ts';

const plain = { photometric: 'MONOCHROME2', rescale: { slope: 1, intercept: 0, type: '' } };
const keyOf = (more: object) => {
  const presentation = { ...plain, ...more } as unknown as Presentation;
  return pixelsKey({ key: 'blob/0', presentation });
};

it('the same samples with the same meaning are the same pixels, and with another meaning others', () => {
  const palette = { first: 0, rgb: 'AAAA' };
  const others = [
    { rescale: { slope: 2, intercept: 0, type: '' } },
    { rescale: { slope: 1, intercept: -1024, type: 'HU' } },
    { rescale: null },
    { pixelPadding: [0, 0] },
    { photometric: 'YBR_FULL' },
    { palette },
    { palette: { ...palette } },
    { modalityLut: { explanation: '' } },
  ];
  const keys = [{}, ...others].map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf({ windows: [{ centre: 40, width: 400 }] })).toBe(keyOf({}));
  expect(keyOf({ palette })).toBe(keyOf({ palette }));
});
