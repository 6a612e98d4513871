import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Pixels } from '@strata/codec/format';
import { describe, expect, it } from 'vitest';
import { readFrame } from './frames.ts';
import { buildObjectBlob, readObjectBlob, rebuildFile } from './object-blob.ts';
import { OBJECT_HEADER_LENGTH } from './object-blob-header.ts';
import { type DicomFile, readPart10 } from './part10.ts';
import { concat, element, type ImageOptions, imageFile, latin, type Value } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { refusal } from './testing/refusal.ts';
import { EXPLICIT_BIG } from './transfer-syntax.ts';

const framesOf = (file: DicomFile): Pixels[] =>
  Array.from({ length: file.pixels?.frames ?? 0 }, (_, index) => readFrame(file, index).pixels);
const blobOf = (file: DicomFile): { blob: Uint8Array; mode: string } => {
  const { parts, mode } = buildObjectBlob(file);
  return { blob: concat(...parts), mode };
};

/** Builds, reads and rebuilds, expects the same bytes, and says how much was stored and how. */
function roundTrip(bytes: Uint8Array): { stored: number; mode: string } {
  const file = readPart10(bytes);
  const { blob, mode } = blobOf(file);
  const back = rebuildFile(readObjectBlob(blob), framesOf(file));
  expect(Buffer.compare(back, bytes)).toBe(0);
  return { stored: blob.length, mode };
}

describe('a file put together again', () => {
  const noise = Uint8Array.from({ length: 96 }, (_, at) => (at * 181 + 77) & 0xff);
  const kinds: [string, Value, ImageOptions][] = [
    ['12 of 16 bits', noise, { rows: 6, columns: 8, bitsStored: 12 }],
    ['12 of 16 bits, signed', noise, { rows: 6, columns: 8, bitsStored: 12, representation: 1 }],
    ['12 of 16 bits, at the top', noise, { rows: 6, columns: 8, bitsStored: 12, highBit: 15 }],
    [
      '7 of 16 bits in the middle, signed',
      noise,
      { rows: 6, columns: 8, bitsStored: 7, highBit: 10, representation: 1 },
    ],
    ['16 bits, big endian', noise, { rows: 6, columns: 8, encoding: EXPLICIT_BIG }],
    [
      '8 bits in words, big endian, frames inside words',
      noise,
      { rows: 3, columns: 5, frames: '6', bitsAllocated: 8, encoding: EXPLICIT_BIG },
    ],
    ['6 of 8 bits', noise, { rows: 8, columns: 12, bitsAllocated: 8, bitsStored: 6 }],
    ['single bits, frames inside bytes', noise, { rows: 5, columns: 5, frames: '7', bitsAllocated: 1 }],
    [
      'single bits, big endian words',
      noise,
      { rows: 5, columns: 5, frames: '7', bitsAllocated: 1, encoding: EXPLICIT_BIG },
    ],
    [
      'colour in planes',
      noise,
      { rows: 4, columns: 4, frames: '2', bitsAllocated: 8, samples: 3, planar: 1, photometric: 'RGB' },
    ],
    [
      'colour in planes of 10 of 16 bits',
      noise,
      { rows: 4, columns: 4, bitsStored: 10, samples: 3, planar: 1, photometric: 'RGB' },
    ],
    [
      'chroma of half the width',
      noise,
      { rows: 6, columns: 8, bitsAllocated: 8, samples: 3, photometric: 'YBR_FULL_422' },
    ],
  ];
  it.each(kinds)('is the same: %s', (_, pixels, options) => {
    const syntax = options.encoding === EXPLICIT_BIG ? '1.2.840.10008.1.2.2' : undefined;
    const after = element(0xfffcfffc, 'OB', latin('and more'), options.encoding);
    expect(roundTrip(imageFile(pixels, { ...options, after }, syntax)).mode).toBe('split');
  });

  it('costs next to nothing beside the pixels', () => {
    for (const name of [
      'series/ct-philips/I10.dcm',
      'odd/pydicom/693_UNCI.dcm',
      'odd/pydicom/liver_expb.dcm',
    ]) {
      expect(roundTrip(testFile(name)).stored).toBeLessThan(3000);
    }
  });

  it('brings back overlays from the unused bits in little space', () => {
    expect(roundTrip(testFile('extra/other/OT_512x512_overlay_in_high_bits.dcm')).stored).toBeLessThan(3000);
  });

  it('brings back signed samples with zeros above their sign in little space', () => {
    const pixels = Array.from({ length: 64 * 64 }, (_, at) => (at * 7919) & 0x0fff);
    const bytes = imageFile(pixels, { rows: 64, columns: 64, bitsStored: 12, representation: 1 });
    expect(roundTrip(bytes)).toMatchObject({ mode: 'split' });
    expect(roundTrip(bytes).stored).toBeLessThan(600);
  });

  it('is kept whole when it is deflated or has no pixels', () => {
    expect(roundTrip(testFile('odd/pydicom/image_dfl.dcm')).mode).toBe('whole');
    expect(roundTrip(testFile('odd/pydicom/test-SR.dcm')).mode).toBe('whole');
  });

  it('takes frames one at a time', () => {
    const file = readPart10(testFile('extra/multiframe/NM_64x64_13f.dcm'));
    function* frames(): Generator<Pixels> {
      for (let index = 0; index < 13; index++) yield readFrame(file, index).pixels;
    }
    const back = rebuildFile(readObjectBlob(blobOf(file).blob), frames());
    expect(Buffer.compare(back, file.bytes)).toBe(0);
  });

  it('is known by its length and SHA-256 before it is put together', () => {
    const file = readPart10(testFile('odd/pydicom/MR_small_implicit.dcm'));
    const { header } = readObjectBlob(blobOf(file).blob);
    expect(header.length).toBe(file.bytes.length);
    expect(Buffer.from(header.sha256)).toEqual(createHash('sha256').update(file.bytes).digest());
  });
});

describe('what cannot be put together', () => {
  const file = readPart10(testFile('odd/pydicom/MR_small_implicit.dcm'));
  const { blob } = blobOf(file);
  const frames = framesOf(file);

  it('are frames that are missing, too many, or of another kind', () => {
    const read = readObjectBlob(blob);
    const [frame] = frames as [Pixels];
    const wrong = [[], [frame, frame], [frame.subarray(1)], [new Uint8Array(frame.length)]];
    for (const given of wrong) expect(refusal(() => rebuildFile(read, given)).code).toBe('bad-frame');
    expect(refusal(() => rebuildFile(read, new Set<Pixels>())).code).toBe('bad-frame');
  });

  it('is a file with one pixel changed', () => {
    const changed = (frames[0] as Int16Array).slice();
    changed[99] = (changed[99] as number) ^ 1;
    expect(refusal(() => rebuildFile(readObjectBlob(blob), [changed])).code).toBe('bad-object-blob');
  });

  it('is a blob with any one byte changed, cut anywhere, or longer', () => {
    const overlay = readPart10(imageFile([0xf123, 2, 3, 4], { bitsStored: 12 }));
    for (const [original, image] of [
      [blob, file],
      [blobOf(overlay).blob, overlay],
      [
        blobOf(readPart10(testFile('odd/pydicom/rtplan.dcm'))).blob,
        readPart10(testFile('odd/pydicom/rtplan.dcm')),
      ],
    ] as const) {
      const given = framesOf(image);
      for (let at = 0; at < original.length; at++) {
        for (const flip of [1, 0x80, 0xff]) {
          const damaged = original.slice();
          damaged[at] = (damaged[at] as number) ^ flip;
          expect(outcome(damaged, given, image.bytes)).not.toBe('another file');
        }
        if (at % 7 === 0) {
          expect(refusal(() => readObjectBlob(original.subarray(0, at))).code).toBe('bad-object-blob');
        }
      }
      expect(refusal(() => readObjectBlob(concat(original, latin('x')))).code).toBe('bad-object-blob');
    }
  });

  it('is a blob with a lying head, even if its checksum is right', () => {
    for (let at = 4; at < 124; at++) {
      for (const value of [0, 1, 2, 7, 0x7f, 0xff]) {
        const lying = blob.slice();
        lying[at] = value;
        new DataView(lying.buffer).setUint32(124, crc32(lying.subarray(0, 124)), true);
        expect(outcome(lying, frames, file.bytes)).not.toBe('another file');
      }
    }
  });

  it('is a blob of a later version', () => {
    const later = blob.slice();
    later[4] = 2;
    expect(refusal(() => readObjectBlob(later)).message).toContain('version 2, this reads 1');
    expect(OBJECT_HEADER_LENGTH).toBe(128);
  });
});

function outcome(blob: Uint8Array, frames: Pixels[], original: Uint8Array): string {
  try {
    return Buffer.compare(rebuildFile(readObjectBlob(blob), frames), original) === 0
      ? 'the file'
      : 'another file';
  } catch (error) {
    if (error instanceof Error && error.name === 'DicomError') return 'refused';
    throw error;
  }
}
