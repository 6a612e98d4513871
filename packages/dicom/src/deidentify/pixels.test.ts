// Clean Pixel Data: what is blanked and what is left alone, for every way that pixels can lie, and what is refused.
import { describe, expect, it } from 'vitest';
import { readPart10 } from '../part10.ts';
import { concat, element, fileMeta, type ImageOptions, imageFile, sequence } from '../testing/build.ts';
import { valuesOf } from '../values.ts';
import { blankPixels } from './blank-pixels.ts';
import { deidentify } from './deidentify.ts';
import { BASIC_PROFILE } from './options.ts';
import type { PixelRule } from './pixel-rules.ts';

const options = { ...BASIC_PROFILE, cleanPixelData: true };
const secret = new Uint8Array(32).fill(5);
const corner: PixelRule = { name: 'corner', blank: [{ x: 0, y: 0, width: 1, height: 1 }] };
const decompress = () => Promise.reject(new Error('no decoder here'));

const clean = (file: Uint8Array, pixelRules: PixelRule[] = [corner]) =>
  deidentify(file, { secret, options, pixelRules, decompress });

/** Pixels of 2 x 2 after cleaning with the corner rule. */
async function cleaned(pixels: number[] | Uint8Array, image: ImageOptions): Promise<number[]> {
  const { file } = await clean(imageFile(pixels, image));
  return [...(readPart10(file).pixels?.value ?? [])];
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const word = (tag: number, value: number) => element(tag, 'UL', bytes(value, 0, 0, 0));
const region = (x0: number, y0: number, x1: number, y1: number) =>
  concat(word(0x00186018, x0), word(0x0018601a, y0), word(0x0018601c, x1), word(0x0018601e, y1));

describe('blanking', () => {
  it('takes the darkest value there is, in every frame', async () => {
    const words = (...values: number[]) => values.flatMap((value) => [value & 0xff, value >> 8]);
    expect(await cleaned([9, 9, 9, 9], { bitsStored: 12 })).toEqual(words(0, 9, 9, 9));
    expect(await cleaned([9, 9, 9, 9], { bitsStored: 12, photometric: 'MONOCHROME1' })).toEqual(
      words(4095, 9, 9, 9),
    );
    expect(await cleaned([9, 9, 9, 9], { bitsStored: 16, representation: 1 })).toEqual(
      words(0x8000, 9, 9, 9),
    );
    expect(await cleaned(bytes(1, 2, 3, 4, 5, 6, 7, 8), { bitsAllocated: 8, frames: '2' })).toEqual([
      0, 2, 3, 4, 0, 6, 7, 8,
    ]);
  });

  it('finds the samples of colours, together or plane by plane', async () => {
    const twelve = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const rgb: ImageOptions = { samples: 3, bitsAllocated: 8, photometric: 'RGB' };
    expect(await cleaned(twelve, { ...rgb, planar: 0 })).toEqual([0, 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await cleaned(twelve, { ...rgb, planar: 1 })).toEqual([0, 2, 3, 4, 0, 6, 7, 8, 0, 10, 11, 12]);
    expect(await cleaned(twelve, { ...rgb, planar: 0, photometric: 'YBR_FULL' })).toEqual([
      ...[0, 128, 128, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ]);
    // Two pixels share their colour: both go.
    const shared = { ...rgb, planar: 0, photometric: 'YBR_FULL_422' };
    expect(await cleaned(bytes(1, 2, 3, 4, 5, 6, 7, 8), shared)).toEqual([0, 0, 128, 128, 5, 6, 7, 8]);
  });

  it('finds single bits', async () => {
    expect(await cleaned(bytes(0b1111, 0), { bitsAllocated: 1, bitsStored: 1, highBit: 0 })).toEqual([
      0b1110, 0,
    ]);
  });

  it('refuses what lies in no way that it knows', () => {
    const file = readPart10(imageFile([1, 2, 3, 4]));
    const plan = { how: 'blank', rule: 'x', rectangles: corner.blank } as const;
    expect(() => blankPixels(new Uint8Array(7), valuesOf(file.dataSet), plan)).toThrow(
      /2 x 2, 1 samples of 16 bits/,
    );
  });
});

describe('where', () => {
  it('is said by the first rule that fits modality, maker, model and size', async () => {
    const maker = element(0x00080070, 'LO', 'ACME Imaging');
    const file = imageFile([9, 9, 9, 9], { before: maker });
    const rule = (more: Partial<PixelRule>): PixelRule => ({ ...corner, ...more });
    const blanked = async (...rules: PixelRule[]) => (await clean(file, rules)).report.pixels;
    expect(await blanked(rule({ manufacturer: 'acme*', modality: 'OT', rows: 2 }))).toEqual({
      outcome: 'blanked',
      rule: 'corner',
      blanked: 1,
    });
    await expect(blanked(rule({ manufacturer: 'Other*' }))).rejects.toMatchObject({ code: 'burned-in-text' });
    await expect(blanked(rule({ columns: 3 }))).rejects.toMatchObject({ code: 'burned-in-text' });
    expect(await blanked({ name: 'writes nothing', blank: [] })).toEqual({ outcome: 'untouched' });
  });

  it('is outside of the regions of an ultrasound image', async () => {
    const before = sequence(0x00186011, [region(1, 0, 1, 1)], 'defined');
    const { file, report } = await clean(imageFile(bytes(1, 2, 3, 4), { bitsAllocated: 8, before }), []);
    expect([...(readPart10(file).pixels?.value ?? [])]).toEqual([0, 2, 0, 4]);
    expect(report.pixels).toMatchObject({ outcome: 'blanked', blanked: 2 });
    const all = sequence(0x00186011, [region(0, 0, 1, 1)], 'defined');
    const whole = imageFile(bytes(1, 2, 3, 4), { bitsAllocated: 8, before: all });
    await expect(clean(whole, [])).rejects.toMatchObject({ code: 'burned-in-text' });
  });

  it('is not known of objects that likely have text, which are refused with the reason', async () => {
    const said = (value: string) => imageFile([1, 2, 3, 4], { before: element(0x00280301, 'CS', value) });
    await expect(clean(said('YES'), [])).rejects.toThrow(/Burned In Annotation says YES/);
    expect((await clean(said('NO'), [])).report.pixels).toEqual({ outcome: 'untouched' });
    await expect(clean(imageFile([1, 2, 3, 4]), [])).rejects.toThrow(/modality OT/);
  });

  it('of an object that is clean is said', async () => {
    const { file } = await clean(imageFile([1, 2, 3, 4]));
    expect(Buffer.from(file).includes(Buffer.from([0x28, 0, 1, 3, 0x43, 0x53, 2, 0, 0x4e, 0x4f]))).toBe(true);
  });
});

it('does not let compressed pixels out that cannot be decoded to be cleaned', async () => {
  const item = (content: Uint8Array) => concat(bytes(0xfe, 0xff, 0, 0xe0, content.length, 0, 0, 0), content);
  const fragments = concat(item(bytes()), item(bytes(1, 2)), bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0));
  const whole = imageFile(bytes(), { bitsAllocated: 8 }, '1.2.840.10008.1.2.4.50');
  const file = concat(
    whole.subarray(0, whole.length - 12),
    element(0x7fe00010, 'OB', fragments, undefined, 0xffffffff),
  );
  expect(file.length).toBeGreaterThan(fileMeta('1.2').length);
  await expect(clean(file)).rejects.toMatchObject({
    name: expect.stringMatching(/DeidentifyError|DicomError/),
  });
});
