import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec } from './codec.ts';
import type { FrameFormat } from './format.ts';
import { type Header, readHeader } from './header.ts';
import { CONTENTS, frameOf } from './testing/contents.ts';
import { referenceLevel } from './testing/reference-wavelet.ts';

const digest = new Uint8Array(32);
/** More than are made as a whole. */
const large = { width: 1100, height: 1021, samples: 1, bits: 12, signed: false } as const;

let codec: Codec;
beforeAll(async () => {
  codec = await loadCodec();
});

/** The segment of a level, and the state after the one below. */
function upTo(codestream: Uint8Array, header: Header, level: number): [DecoderState | null, Uint8Array] {
  let state: DecoderState | null = null;
  for (const [at, { offset, length }] of header.segments.entries()) {
    const segment = codestream.subarray(offset, offset + length);
    if (at === level) return [state, segment];
    state = codec.decodeLevel(header, state, segment);
  }
  throw new Error(`there is no level ${level}`);
}

/** Frames whose levels take several rows of tiles, with every filter. */
const tall = fc.record({
  format: fc.record({
    width: fc.integer({ min: 16, max: 40 }),
    height: fc.integer({ min: 500, max: 1100 }),
    samples: fc.constantFrom(1 as const, 3 as const),
    bits: fc.constantFrom(7, 12, 16),
    signed: fc.boolean(),
  }) satisfies fc.Arbitrary<FrameFormat>,
  content: fc.constantFrom(...CONTENTS),
  seed: fc.nat(),
  kind: fc.constantFrom<{ categorical?: true }>({}, { categorical: true }),
});

describe('a level made row of tiles by row of tiles', () => {
  it('is the level of the plain wavelet, wherever the rows of tiles meet', () => {
    fc.assert(
      fc.property(tall, ({ format, content, seed, kind }) => {
        const pixels = frameOf(format, content, seed);
        const codestream = codec.encode(pixels, format, { digest, ...kind });
        const header = readHeader(codestream);
        const below = header.levels - 1;
        const [state, segment] = upTo(codestream, header, below);
        const made = codec.levelPixels(header, codec.decodeLevel(header, state, segment));
        expect(made).toEqual(referenceLevel(pixels, format, header, below));
        expect(codec.decodeFrame(header, codestream)).toEqual(pixels);
      }),
      { numRuns: 60 },
    );
  });

  it('joins rows of tiles with each of the filters', () => {
    const format = { width: 60, height: 1531, samples: 1, bits: 12, signed: false } as const;
    const filters = new Set<number>();
    for (const content of CONTENTS) {
      for (const kind of [{}, { categorical: true }] as const) {
        const pixels = frameOf(format, content, 1);
        const codestream = codec.encode(pixels, format, { digest, ...kind });
        const header = readHeader(codestream);
        filters.add(header.filter);
        expect(codec.decodeFrame(header, codestream)).toEqual(pixels);
      }
    }
    expect(filters).toEqual(new Set([0, 1, 2]));
  });

  it.each([
    { content: 'smooth with noise' },
    { content: 'few values' },
    { content: 'stepped', categorical: true },
  ] as const)('gives back a large frame, $content, at once and level by level', ({ content, ...kind }) => {
    for (const samples of [1, 3] as const) {
      const format = { ...large, samples };
      const pixels = frameOf(format, content, 3);
      const codestream = codec.encode(pixels, format, { digest, ...kind });
      const header = readHeader(codestream);
      expect(codec.decodeFrame(header, codestream)).toEqual(pixels);
      const [state, segment] = upTo(codestream, header, header.levels);
      expect(codec.decodeLevel(header, state, segment).pixels).toEqual(pixels);
    }
  });

  it('refuses a codestream that is cut short', () => {
    for (const format of [{ ...large, width: 70, height: 90 }, large]) {
      const codestream = codec.encode(frameOf(format, 'smooth', 1), format, { digest });
      const header = readHeader(codestream);
      expect(() => codec.decodeFrame(header, codestream.subarray(0, -1))).toThrow('bytes');
    }
  });
});
