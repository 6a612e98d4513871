// Random images of every kind: the canonical pixels are those of a plain model, and the file comes back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame } from './frames.ts';
import { buildObjectBlob, readObjectBlob, rebuildFile } from './object-blob.ts';
import { readPart10 } from './part10.ts';
import { concat, imageFile } from './testing/build.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE } from './transfer-syntax.ts';

const kinds = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
    frames: fc.integer({ min: 1, max: 4 }),
    samples: fc.constantFrom(1, 3),
    bitsAllocated: fc.constantFrom(1, 8, 16),
    stored: fc.integer({ min: 1, max: 16 }),
    high: fc.nat(15),
    representation: fc.constantFrom(0, 1),
    planar: fc.constantFrom(0, 1),
    big: fc.boolean(),
    seed: fc.integer({ min: 1 }),
    spare: fc.nat(3),
  })
  .map((kind) => {
    const bitsStored = Math.min(kind.stored, kind.bitsAllocated);
    const highBit = Math.min(Math.max(kind.high, bitsStored - 1), kind.bitsAllocated - 1);
    return { ...kind, samples: kind.bitsAllocated === 1 ? 1 : kind.samples, bitsStored, highBit };
  });

type Kind = typeof kinds extends fc.Arbitrary<infer T> ? T : never;

/** The value of one sample, bit by bit from the definition of the standard. */
function sampleOf(kind: Kind, data: Uint8Array, frame: number, pixel: number, sample: number): number {
  const size = kind.rows * kind.columns;
  const within = kind.planar === 1 ? sample * size + pixel : pixel * kind.samples + sample;
  const first = (frame * size * kind.samples + within) * kind.bitsAllocated;
  let value = 0;
  for (let bit = 0; bit < kind.bitsStored; bit++) {
    const at = first + kind.highBit - kind.bitsStored + 1 + bit;
    // Words of a big endian file: the byte with the lower bits comes second.
    const byte = kind.big ? (at >> 3) ^ 1 : at >> 3;
    value |= (((data[byte] as number) >> (at & 7)) & 1) << bit;
  }
  const negative = kind.representation === 1 && kind.bitsStored > 1 && value >> (kind.bitsStored - 1) === 1;
  return negative ? value - (1 << kind.bitsStored) : value;
}

describe('images of random kinds', () => {
  it('have the samples of the definition and come back byte by byte', () => {
    fc.assert(
      fc.property(kinds, (kind) => {
        const size = kind.rows * kind.columns;
        const needed = Math.ceil((size * kind.samples * kind.frames * kind.bitsAllocated) / 8);
        let state = kind.seed;
        const data = Uint8Array.from({ length: needed + (needed % 2) + kind.spare * 2 }, () => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return state >>> 24;
        });
        const { big, frames, samples, ...rest } = kind;
        const options = {
          ...rest,
          samples,
          frames: String(frames),
          encoding: big ? EXPLICIT_BIG : EXPLICIT_LITTLE,
        };
        const photometric = samples === 3 ? 'RGB' : 'MONOCHROME2';
        const bytes = imageFile(data, { ...options, photometric }, `1.2.840.10008.1.2.${big ? 2 : 1}`);
        const file = readPart10(bytes);
        const read = Array.from({ length: frames }, (_, index) => readFrame(file, index).pixels);
        for (const [frame, pixels] of read.entries()) {
          const expected = Array.from({ length: size * samples }, (_, at) =>
            sampleOf(kind, data, frame, Math.floor(at / samples), at % samples),
          );
          expect([...pixels]).toEqual(expected);
        }
        const { parts, mode } = buildObjectBlob(file);
        expect(mode).toBe('split');
        expect(Buffer.compare(rebuildFile(readObjectBlob(concat(...parts)), read), bytes)).toBe(0);
      }),
      { numRuns: 1500 },
    );
  });
});
