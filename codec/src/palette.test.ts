// Palettes as they stand in a header, and what is no palette.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from './errors.ts';
import type { FrameFormat } from './format.ts';
import { readPalette, writePalette } from './palette.ts';

const grey = (bits: number, signed: boolean): FrameFormat => ({
  width: 9,
  height: 9,
  samples: 1,
  bits,
  signed,
});
const colour: FrameFormat = { width: 9, height: 9, samples: 3, bits: 8, signed: false };

describe('a palette', () => {
  it('of grey values comes back as it was', () => {
    const values = fc.uniqueArray(fc.integer({ min: -2048, max: 2047 }), { minLength: 2, maxLength: 900 });
    fc.assert(
      fc.property(values, fc.integer({ min: 12, max: 16 }), (chosen, bits) => {
        const palette = Uint16Array.from(chosen.toSorted((a, b) => a - b));
        const format = grey(bits, true);
        expect(readPalette(writePalette(palette, format), palette.length, format)).toEqual(palette);
      }),
    );
  });

  it('of the ends of the range comes back as it was', () => {
    for (const signed of [false, true]) {
      const palette = Uint16Array.from(signed ? [-32_768, 32_767] : [0, 65_535]);
      const format = grey(16, signed);
      expect(readPalette(writePalette(palette, format), 2, format)).toEqual(palette);
    }
  });

  it('of colours comes back as it was', () => {
    const palette = Uint16Array.from([255, 0, 7, 1, 2, 3, 0, 0, 0]);
    expect(readPalette(writePalette(palette, colour), 3, colour)).toEqual(palette);
  });

  it.each<[string, Uint8Array, number, FrameFormat]>([
    ['one entry', Uint8Array.of(1, 2, 3), 1, colour],
    ['too many entries', new Uint8Array(4097 * 3), 4097, colour],
    ['colours that end too early', Uint8Array.of(1, 2, 3), 2, colour],
    ['colours of 16 bits', Uint8Array.of(1, 2, 3, 4, 5, 6), 2, { ...colour, bits: 16 }],
    ['values that end too early', Uint8Array.of(0, 1), 2, grey(12, false)],
    ['values beyond the format', Uint8Array.of(0, 255, 15, 0), 2, grey(12, false)],
    ['a parameter out of range', Uint8Array.of(16, 0, 0, 0, 0, 0), 2, grey(12, false)],
    ['bytes that say nothing', Uint8Array.of(0, 0, 0, 0, 0), 2, grey(12, false)],
    ['colours beyond the format', Uint8Array.of(1, 2, 3, 4, 5, 64), 2, { ...colour, bits: 6 }],
  ])('is refused with %s', (_, bytes, count, format) => {
    expect(() => readPalette(bytes, count, format)).toThrow(CodecError);
  });
});
