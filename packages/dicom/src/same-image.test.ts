// Real images in many encodings, and changes that must never pass for another encoding.
import { describe, expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import { sameImage } from './same-image.ts';
import { Tag } from './tags.ts';
import { element, type ImageOptions, imageFile, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { EXPLICIT_BIG, EXPLICIT_BIG_UID, EXPLICIT_LITTLE } from './transfer-syntax.ts';

const mr = ['implicit', 'bigendian', 'RLE', 'jp2klossless', 'jpeg_ls_lossless'].map((name) =>
  testFile(`odd/pydicom/MR_small_${name}.dcm`),
);
const ct = (name: string) => testFile(`odd/cornerstone/CTImage.dcm_${name}.dcm`);
const explicit = ct('LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1');

describe('the same image', () => {
  it('is the same in every encoding that loses nothing, whichever came first', async () => {
    for (const one of mr) for (const other of mr) expect(await sameImage(one, other)).toBe(true);
    for (const name of [
      'BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2',
      'DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99',
      'JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90',
      'LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2',
    ]) {
      expect(await sameImage(explicit, ct(name)), name).toBe(true);
    }
  });

  it('is the same with the notes that a compressor leaves of having lost nothing', async () => {
    expect(await sameImage(explicit, ct('JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57'))).toBe(true);
  });

  it('is another one once something was lost', async () => {
    for (const name of [
      'JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91',
      'JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81',
      'JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50',
    ]) {
      expect(await sameImage(explicit, ct(name)), name).toBe(false);
      expect(await sameImage(ct(name), ct(name)), name).toBe(false);
    }
  });
});

const pixels = [1, 2, 3, 4];
const built = (options: ImageOptions = {}, values: number[] = pixels) => imageFile(values, options);
const note = (text: string) => ({ before: element(0x00080100, 'SH', text) });
const coded = (value: string, lengths: 'defined' | 'undefined', encoding = EXPLICIT_LITTLE) =>
  sequence(0x00082218, [element(0x00080100, 'SH', value, encoding)], lengths, encoding);

describe('what was written another way', () => {
  it('is the same: padding, lengths of sequences, byte order, order of planes', async () => {
    expect(await sameImage(built(note('left')), built(note('left  ')))).toBe(true);
    const little = built({ before: coded('T-1', 'defined') });
    expect(await sameImage(little, built({ before: coded('T-1', 'undefined') }))).toBe(true);
    const big = { encoding: EXPLICIT_BIG, before: coded('T-1', 'undefined', EXPLICIT_BIG) };
    expect(await sameImage(little, imageFile(pixels, big, EXPLICIT_BIG_UID))).toBe(true);
    const colour = { rows: 1, columns: 2, samples: 3, bitsAllocated: 8, photometric: 'RGB' };
    const rgb = (bytes: number[], planar: number) => imageFile(Uint8Array.from(bytes), { ...colour, planar });
    expect(await sameImage(rgb([1, 2, 3, 4, 5, 6], 0), rgb([1, 4, 2, 5, 3, 6], 1))).toBe(true);
    expect(await sameImage(rgb([1, 2, 3, 4, 5, 6], 0), rgb([1, 2, 3, 4, 5, 6], 1))).toBe(false);
  });
});

describe('a damaged file', () => {
  it.each(['RLE', 'bigendian', 'jpeg_ls_lossless'])(
    'is never the same where a bit of its meaning turned: %s',
    async (name) => {
      const file = testFile(`odd/pydicom/MR_small_${name}.dcm`);
      const elements = [...readPart10(file).dataSet.elements.values()];
      const start = elements[0]?.start ?? 0;
      let seed = 20;
      const below = (count: number): number => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return (seed >>> 8) % count;
      };
      for (let round = 0; round < 400; round++) {
        const at = start + below(file.length - start);
        const damaged = file.slice();
        damaged[at] = (damaged[at] as number) ^ (1 << below(8));
        if (!(await sameImage(file, damaged))) continue;
        // A bitstream has bits that say nothing, so has padding, and where no representation can be read the dictionary has it.
        const hit = elements.find((one) => at >= one.start && at < one.valueStart + one.length);
        const nameOfVr = hit && (at - hit.start === 4 || at - hit.start === 5);
        const pad = [file[at], damaged[at]].every((byte) => byte === 0x20 || byte === 0);
        if (!nameOfVr && !pad)
          expect([Tag.PixelData, 0xfffcfffc], `byte ${at} of ${name}`).toContain(hit?.tag);
      }
    },
  );
});

describe('another object', () => {
  it('is one with another sample, element, item or word for its colours', async () => {
    const one = built(note('left'));
    for (const other of [
      built(note('right')),
      built(),
      built(note('left'), [1, 2, 3, 5]),
      built({ ...note('left'), photometric: 'MONOCHROME1' }),
      built({ ...note('left'), representation: 1 }),
      built({ ...note('left'), rows: 1, columns: 4 }),
      one.subarray(0, one.length - 2),
      new Uint8Array(3),
    ]) {
      expect(await sameImage(one, other)).toBe(false);
      expect(await sameImage(other, one)).toBe(false);
    }
    const items = built({ before: coded('T-1', 'defined') });
    expect(await sameImage(items, built({ before: coded('T-2', 'defined') }))).toBe(false);
    const two = sequence(0x00082218, [element(0x00080100, 'SH', 'T-1'), new Uint8Array(0)], 'defined');
    expect(await sameImage(items, built({ before: two }))).toBe(false);
  });

  it('is one whose unused bits hold something else', async () => {
    const twelve = { bitsStored: 12 };
    expect(await sameImage(built(twelve), built(twelve))).toBe(true);
    expect(await sameImage(built(twelve), built(twelve, [1, 2, 3, 0x1004]))).toBe(false);
  });

  it('is one that was derived from it', async () => {
    const derived = built({ before: element(0x00082111, 'ST', 'Subtraction') });
    expect(await sameImage(built(), derived)).toBe(false);
    const noted = built({
      before: element(0x00082111, 'ST', 'Lossless JPEG compression, selection value 1'),
    });
    expect(await sameImage(noted, built())).toBe(true);
    expect(await sameImage(noted, derived)).toBe(false);
  });
});
