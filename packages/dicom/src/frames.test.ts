import { pixelBytes } from '@strata/codec/format';
import { describe, expect, it } from 'vitest';
import { type Frame, readFrame } from './frames.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, type ImageOptions, imageFile, latin, type Value } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { refusal } from './testing/refusal.ts';
import { EXPLICIT_BIG } from './transfer-syntax.ts';

const BIG = '1.2.840.10008.1.2.2';
const frame = (pixels: Value, options: ImageOptions, index = 0): number[] => {
  const syntax = options.encoding === EXPLICIT_BIG ? BIG : undefined;
  return [...readFrame(readPart10(imageFile(pixels, options, syntax)), index).pixels];
};
const realFrame = (file: string, index = 0) => readFrame(readPart10(testFile(file)), index);
/** Compares as bytes: a difference in half a million numbers is nothing to print. */
const same = (a: Frame, b: Frame): boolean =>
  JSON.stringify(a.format) === JSON.stringify(b.format) &&
  a.categorical === b.categorical &&
  Buffer.compare(pixelBytes(a.pixels), pixelBytes(b.pixels)) === 0;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('samples', () => {
  it('are masked to the stored bits and moved down from the high bit', () => {
    const words = [0xf123, 0x0fff, 0x8000, 0x1001];
    expect(frame(words, { bitsStored: 12 })).toEqual([0x123, 0xfff, 0, 1]);
    expect(frame(words, { bitsStored: 12, highBit: 15 })).toEqual([0xf12, 0x0ff, 0x800, 0x100]);
    expect(frame(words, { bitsStored: 12, highBit: 13 })).toEqual([0xc48, 0x3ff, 0, 0x400]);
  });

  it('have their sign extended from the stored bits', () => {
    expect(frame([0x0800, 0x07ff, 0x0fff, 0xf801], { bitsStored: 12, representation: 1 })).toEqual([
      -2048, 2047, -1, -2047,
    ]);
    expect(frame([0x8000, 0x7fff, 0xffff, 1], { representation: 1 })).toEqual([-32768, 32767, -1, 1]);
    expect(frame(bytes(0x80, 0x7f, 0xff, 1), { bitsAllocated: 8, representation: 1 })).toEqual([
      -128, 127, -1, 1,
    ]);
    expect(frame(bytes(0x08, 0x07, 0x0f, 1), { bitsAllocated: 8, bitsStored: 4, representation: 1 })).toEqual(
      [-8, 7, -1, 1],
    );
  });

  it('come in the array that their bits ask for', () => {
    const of = (options: ImageOptions): string =>
      readFrame(readPart10(imageFile([1, 2, 3, 4], options)), 0).pixels.constructor.name;
    expect(of({ bitsStored: 12 })).toBe('Uint16Array');
    expect(of({ bitsStored: 12, representation: 1 })).toBe('Int16Array');
    expect(of({ bitsStored: 8 })).toBe('Uint8Array');
    expect(of({ bitsStored: 7, representation: 1 })).toBe('Int8Array');
  });

  it('ignore a high bit that cannot be', () => {
    expect(frame([1, 2, 3, 4095], { bitsStored: 12, highBit: 3 })).toEqual([1, 2, 3, 4095]);
    expect(frame([1, 2, 3, 4095], { bitsStored: 12, highBit: 16 })).toEqual([1, 2, 3, 4095]);
  });

  it('lose the overlay in their unused bits', () => {
    const { pixels, format } = realFrame('extra/other/OT_512x512_overlay_in_high_bits.dcm');
    expect(format).toMatchObject({ bits: 12, signed: false });
    expect(pixels.every((value) => value < 4096)).toBe(true);
  });

  it('are not shared with the bytes of the file', () => {
    const file = readPart10(imageFile(bytes(1, 2, 3, 4), { bitsAllocated: 8 }));
    readFrame(file, 0).pixels.fill(9);
    expect([...readFrame(file, 0).pixels]).toEqual([1, 2, 3, 4]);
  });
});

describe('single bits', () => {
  it('are unpacked from the lowest on, also when frames begin inside a byte', () => {
    const options = { bitsAllocated: 1, rows: 1, columns: 3, frames: '3', pixelVr: 'OB' };
    const packed = bytes(0b1_011_001_1 & 0xff, 0b0000_0001);
    expect([0, 1, 2].map((index) => frame(packed, options, index))).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [0, 1, 1],
    ]);
  });

  it('are the same in a real segmentation in little and big endian', () => {
    const little = realFrame('odd/pydicom/liver_1frame.dcm');
    expect(little.categorical).toBe(true);
    expect(little.format).toEqual({ width: 512, height: 512, samples: 1, bits: 1, signed: false });
    expect(little.pixels.includes(1)).toBe(true);
    expect(same(realFrame('odd/pydicom/liver_expb_1frame.dcm'), little)).toBe(true);
    expect(same(realFrame('odd/pydicom/liver_expb.dcm'), little)).toBe(true);
  });
});

describe('big endian', () => {
  it('gives the pixels that the same images have in little endian', () => {
    for (const [big, little] of [
      ['odd/pydicom/MR_small_bigendian.dcm', 'odd/pydicom/MR_small_implicit.dcm'],
      ['odd/pydicom-data/OBXXXX1A_expb.dcm', 'odd/pydicom/OBXXXX1A.dcm'],
    ] as const) {
      expect(same(realFrame(big), realFrame(little))).toBe(true);
    }
    for (const index of [0, 1]) {
      const big = realFrame('odd/pydicom-data/OBXXXX1A_expb_2frame.dcm', index);
      expect(same(big, realFrame('odd/pydicom/OBXXXX1A_2frame.dcm', index))).toBe(true);
    }
    expect(
      same(realFrame('odd/pydicom/SC_rgb_expb_16bit.dcm'), realFrame('odd/pydicom/SC_rgb_16bit_2frame.dcm')),
    ).toBe(true);
    expect(same(realFrame('odd/pydicom/SC_rgb_expb_2frame.dcm'), realFrame('odd/pydicom/SC_rgb.dcm'))).toBe(
      true,
    );
  });

  it('swaps bytes in words, also where a frame begins inside one, and leaves bytes alone', () => {
    const options = { encoding: EXPLICIT_BIG, bitsAllocated: 8, rows: 1, columns: 3, frames: '2' };
    const swapped = bytes(2, 1, 4, 3, 6, 5);
    expect(frame(swapped, options, 0)).toEqual([1, 2, 3]);
    expect(frame(swapped, options, 1)).toEqual([4, 5, 6]);
    expect(frame(bytes(1, 2, 3, 4, 5, 6), { ...options, pixelVr: 'OB' }, 1)).toEqual([4, 5, 6]);
  });
});

describe('colour', () => {
  it('is interleaved, however it lies in the file', () => {
    const options = { samples: 3, photometric: 'RGB', bitsAllocated: 8, rows: 1, columns: 2, frames: '2' };
    const together = bytes(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16);
    const planes = bytes(1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16);
    for (const index of [0, 1]) {
      const expected = [1, 2, 3, 4, 5, 6].map((value) => value + index * 10);
      expect(frame(together, options, index)).toEqual(expected);
      expect(frame(planes, { ...options, planar: 1 }, index)).toEqual(expected);
    }
  });

  it('of half the width is expanded, both pixels of a pair with the same chroma', () => {
    const options = { samples: 3, photometric: 'YBR_FULL_422', bitsAllocated: 8, rows: 1, columns: 4 };
    const file = readPart10(imageFile(bytes(1, 2, 100, 200, 3, 4, 101, 201), options));
    expect([...readFrame(file, 0).pixels]).toEqual([1, 100, 200, 2, 100, 200, 3, 101, 201, 4, 101, 201]);
    expect(file.attributes.instance.photometric).toBe('YBR_FULL_422');
    expect(file.attributes.instance.presentation.photometric).toBe('YBR_FULL');
    const full = bytes(...Array.from({ length: 12 }, (_, at) => at));
    expect(frame(full, options)).toEqual([...full]);
  });

  it('of half the width has the luminance of the same image at full width', () => {
    const half = realFrame('odd/pydicom/SC_ybr_full_422_uncompressed.dcm').pixels;
    const full = realFrame('odd/pydicom/SC_ybr_full_uncompressed.dcm').pixels;
    expect(half.filter((_, at) => at % 3 === 0)).toEqual(full.filter((_, at) => at % 3 === 0));
  });

  it('from a palette stays as indices, which are names', () => {
    const { format, categorical } = realFrame('odd/pydicom/OBXXXX1A.dcm');
    expect(format.samples).toBe(1);
    expect(categorical).toBe(true);
    expect(realFrame('odd/pydicom/SC_rgb.dcm').categorical).toBe(false);
  });
});

describe('pixels that are not read', () => {
  const reason = (pixels: Value, options: ImageOptions) => {
    const { source, pixels: layout, attributes } = readPart10(imageFile(pixels, options));
    expect(layout).toBeNull();
    expect(attributes.instance.frames).toBe(0);
    return source.kind === 'unread' ? source.reason : source.kind;
  };

  it('are those larger than a frame may be', () => {
    const area = new Uint8Array((32_768 * 32_768) / 8);
    expect(reason(area, { rows: 32_768, columns: 32_768, bitsAllocated: 1 })).toContain('limit');
    const frames = new Uint8Array(130_000);
    const many = { rows: 1, columns: 1, bitsAllocated: 1, frames: '1040000' };
    expect(reason(frames, many)).toContain('1040000 frames are above the limit');
  });

  it('are those of 12 bits, of 4 samples, and colour of single bits', () => {
    expect(reason([1, 0], { bitsAllocated: 12 })).toContain('12 bits');
    expect(reason([1, 0], { samples: 4 })).toContain('4 samples');
    expect(reason([1, 0], { samples: 3, bitsAllocated: 1 })).toContain('colour of single bits');
  });

  it('are those whose geometry is not said', () => {
    for (const options of [{ rows: 0 }, { columns: 0 }, { bitsAllocated: 0 }, { bitsStored: 17 }]) {
      expect(reason([1, 2, 3, 4], options)).toMatch(/without a usable value|17 bits stored/);
    }
  });
});

describe('pixels that are refused', () => {
  const refused = (pixels: Value, options: ImageOptions) =>
    refusal(() => readPart10(imageFile(pixels, options)));

  it('are those of which bytes are missing, whatever the header claims', () => {
    const error = refused([1, 2, 3], {});
    expect(error.code).toBe('truncated');
    expect(error.message).toContain('truncated pixel data: 2 x 2 x 1 frames needs 8 bytes, has 6');
    const huge = { rows: 65_535, columns: 65_535, frames: '1000' };
    expect(refused([1], huge).message).toContain('needs 8589672450000 bytes, has 2');
    expect(refused([1], { ...huge, frames: '2147483647' }).code).toBe('truncated');
    expect(refused(new Uint8Array(0), {}).code).toBe('truncated');
    expect(refusal(() => readPart10(testFile('extra/malformed/dims_65535_no_data.dcm'))).code).toBe(
      'truncated',
    );
  });

  it('are those of floating point or 32 bits when bytes are missing', () => {
    expect(refused([1, 0], { bitsAllocated: 32 }).code).toBe('truncated');
    const after = element(Tag.FloatPixelData, 'OF', [1, 2]);
    expect(refused([1, 2, 3, 4], { after }).code).toBe('truncated');
  });

  it('are not those with bytes to spare', () => {
    expect(frame(bytes(1, 2, 3, 0), { bitsAllocated: 8, rows: 1, columns: 3 })).toEqual([1, 2, 3]);
    expect(
      frame(concat(bytes(1, 2, 3), latin('much more than that')), { bitsAllocated: 8, rows: 1, columns: 3 }),
    ).toEqual([1, 2, 3]);
    expect(frame([1, 2, 3, 4], { frames: '0' })).toEqual([1, 2, 3, 4]);
  });

  it('are not found at an index that is none', () => {
    const file = readPart10(imageFile([1, 2, 3, 4]));
    for (const index of [-1, 1, 0.5, Number.NaN])
      expect(refusal(() => readFrame(file, index)).code).toBe('bad-frame');
  });
});
