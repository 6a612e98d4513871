import type { LookupTable } from '@strata/protocol/manifest';
import { describe, expect, it } from 'vitest';
import { displayPixels } from './display-pixels.ts';
import { displayRecipe } from './display-recipe.ts';
import { spanOf, tableOf, throughModality, throughVoi, voiTop } from './lookup-table.ts';

function lut(first: number, entries: number[], bits = 16): LookupTable {
  const bytes = new Uint8Array(Uint16Array.from(entries).buffer);
  const text = btoa(String.fromCharCode(...bytes));
  return { first, count: entries.length, bits, explanation: '', entries: text };
}

const table = (...of: Parameters<typeof lut>) => {
  const found = tableOf(lut(...of));
  if (!found) throw new Error('no table');
  return found;
};

describe('look-up tables', () => {
  it('take their ends for values outside', () => {
    const values = throughModality(Int16Array.of(-3000, -2, -1, 0, 5), table(-2, [10, 20, 30]));
    expect([...values]).toEqual([10, 10, 20, 30, 30]);
  });

  it('of VOI spread their outputs over the same range, in arrays of the kind that they were given', () => {
    const values = throughVoi(Int16Array.of(0, 1, 2), table(0, [0, 128, 255], 8));
    expect(values).toEqual(Int16Array.of(0, Math.round((128 / 255) * voiTop), voiTop));
    expect(throughVoi(Float32Array.of(0.6), table(0, [0, 65_535]))).toEqual(Float32Array.of(voiTop));
  });

  it('are unfolded once, and none where their entries cannot be read', () => {
    const one = lut(0, [1, 2]);
    expect(tableOf(one)).toBe(tableOf(one));
    expect(tableOf({ ...one, entries: '#' })).toBe(null);
    expect(tableOf({ ...one, entries: '' })).toBe(null);
  });

  it('span the inputs between which they change', () => {
    expect(spanOf(table(100, [0, 0, 0, 10, 20, 30, 30]))).toEqual([102, 105]);
    expect(spanOf(table(5, [7, 7, 7]))).toEqual([7, 7]);
  });
});

it('an image goes through modality LUT, then VOI LUT; its statistics are those of modality values', () => {
  const presentation = {
    ...{
      photometric: 'MONOCHROME2',
      windows: [],
      voiFunction: '',
      pixelSpacing: null,
      pixelAspectRatio: null,
    },
    ...{
      imagePosition: null,
      imageOrientation: null,
      sliceLocation: null,
      frameTime: null,
      burnedInLossy: '',
    },
    ...{
      rescale: { slope: 7, intercept: 7, type: '' },
      palette: null,
      pixelPadding: [3, 3] as [number, number],
    },
    modalityLut: { ...lut(0, [1000, 1001, 1002, 0]), type: 'US' },
  };
  const format = { width: 2, height: 2, samples: 1, bits: 8, signed: false } as const;
  const recipe = displayRecipe(format, presentation, lut(1000, [0, 0, 65_535]));
  const place = { level: 0, levels: 0 };
  const shown = displayPixels(Uint8Array.of(0, 1, 2, 3), format, place, recipe, 'full');
  expect([...shown.values]).toEqual([0, 0, voiTop, 0]);
  expect(shown.range).toEqual([1000, 1002]);
});
