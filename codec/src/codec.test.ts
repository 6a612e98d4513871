import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec, stateBuffers } from './codec.ts';
import { CodecError } from './errors.ts';
import type { FrameFormat, Pixels } from './format.ts';
import { readHeader } from './header.ts';
import { levelCount, levelSize } from './levels.ts';
import { realFrame } from './node/testing/real-frames.ts';
import { CONTENTS, frameOf } from './testing/contents.ts';
import { referenceLevel } from './testing/reference-wavelet.ts';

const digest = Uint8Array.from({ length: 32 }, (_, at) => at * 7);

let codec: Codec;
beforeAll(async () => {
  codec = await loadCodec();
});

/** The states after each level of a codestream. */
function statesOf(codestream: Uint8Array): DecoderState[] {
  const header = readHeader(codestream);
  const states: DecoderState[] = [];
  for (const { offset, length } of header.segments) {
    states.push(
      codec.decodeLevel(header, states.at(-1) ?? null, codestream.subarray(offset, offset + length)),
    );
  }
  return states;
}

/** The pixels of the highest level that a prefix of a codestream holds, decoded from the start. */
function decodePrefix(prefix: Uint8Array): Pixels {
  const header = readHeader(prefix);
  let state: DecoderState | null = null;
  for (const { offset, length } of header.segments) {
    if (offset + length > prefix.length) break;
    state = codec.decodeLevel(header, state, prefix.subarray(offset, offset + length));
  }
  if (state === null) throw new Error('the prefix holds no level');
  return codec.levelPixels(header, state);
}

const formats: fc.Arbitrary<FrameFormat> = fc.record({
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 300 }),
  samples: fc.constantFrom(1 as const, 3 as const),
  bits: fc.integer({ min: 1, max: 16 }),
  signed: fc.boolean(),
});
const frames = fc.record({ format: formats, content: fc.constantFrom(...CONTENTS), seed: fc.nat() });

describe('the codec', () => {
  it('gives back every frame, of any size, depth, sign and number of samples', () => {
    fc.assert(
      fc.property(
        frames,
        fc.constantFrom<{ categorical?: true }>({}, { categorical: true }),
        (frame, kind) => {
          const pixels = frameOf(frame.format, frame.content, frame.seed);
          const codestream = codec.encode(pixels, frame.format, { digest, ...kind });
          const header = readHeader(codestream);
          expect(header).toMatchObject({ format: frame.format, digest, length: codestream.length });
          expect(header.levels).toBe(levelCount(frame.format.width, frame.format.height));
          const last = statesOf(codestream).at(-1) as DecoderState;
          expect(codec.levelPixels(header, last)).toEqual(pixels);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [513, 40],
    [40, 513],
    [1025, 20],
    [513, 515],
  ])(
    'gives back a frame of %i x %i, whose last tile has coefficients of some bands only',
    (width, height) => {
      const format: FrameFormat = { width, height, samples: 1, bits: 12, signed: false };
      const pixels = frameOf(format, 'noise', 3);
      const codestream = codec.encode(pixels, format, { digest });
      expect(codec.decodeFrame(readHeader(codestream), codestream)).toEqual(pixels);
    },
  );

  it('gives the wavelet of each level, from the prefix of the codestream that ends there, and step by step', () => {
    fc.assert(
      fc.property(
        frames,
        fc.constantFrom<{ categorical?: true }>({}, { categorical: true }),
        (frame, kind) => {
          const { format } = frame;
          const pixels = frameOf(format, frame.content, frame.seed);
          const codestream = codec.encode(pixels, format, { digest, ...kind });
          const header = readHeader(codestream);
          statesOf(codestream).forEach((state, level) => {
            const expected = referenceLevel(pixels, format, header, level);
            expect(codec.levelPixels(header, state)).toEqual(expected);
            const { offset, length } = header.segments[level] as { offset: number; length: number };
            expect(decodePrefix(codestream.slice(0, offset + length))).toEqual(expected);
            expect(expected.length).toBe(
              levelSize(format.width, level, header.levels) *
                levelSize(format.height, level, header.levels) *
                format.samples,
            );
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cuts large levels into tiles and still gives the wavelet', () => {
    const format = { width: 1100, height: 700, samples: 1, bits: 12, signed: true } as const;
    const pixels = frameOf(format, 'smooth with noise', 5);
    const codestream = codec.encode(pixels, format, { digest });
    const header = readHeader(codestream);
    expect(header.tiles.map((tiles) => tiles.length)).toEqual([0, 0, 0, 0, 2, 6]);
    statesOf(codestream).forEach((state, level) => {
      expect(codec.levelPixels(header, state)).toEqual(referenceLevel(pixels, format, header, level));
    });
  });

  it.each([
    ['one long row', { width: 65_535, height: 1 }],
    ['one long column', { width: 1, height: 65_535 }],
    ['a flat strip', { width: 20_000, height: 17 }],
    ['one pixel', { width: 1, height: 1 }],
  ])('takes %s', (_, size) => {
    const format = { ...size, samples: 1, bits: 16, signed: false } as const;
    const pixels = frameOf(format, 'smooth with noise', 1);
    const codestream = codec.encode(pixels, format, { digest });
    expect(decodePrefix(codestream)).toEqual(pixels);
  });

  it.each(['series/ct-ge/05.dcm', 'series/ct-philips/I100.dcm', 'extra/colour/US_480x640_YBR_FULL_raw.dcm'])(
    'gives back the real image %s, level by level',
    (name) => {
      const { format, pixels } = realFrame(name);
      const codestream = codec.encode(pixels, format, { digest });
      const header = readHeader(codestream);
      expect(codestream.length).toBeLessThan(pixels.byteLength * 0.5);
      statesOf(codestream).forEach((state, level) => {
        expect(codec.levelPixels(header, state)).toEqual(referenceLevel(pixels, format, header, level));
      });
    },
  );

  it('keeps coarse levels true where a filter would leave 16 bits', () => {
    const format = { width: 200, height: 150, samples: 1, bits: 16, signed: false } as const;
    const pixels = frameOf(format, 'noise', 3);
    const codestream = codec.encode(pixels, format, { digest });
    expect(readHeader(codestream).filter).toBe(2);
    const first = codec.levelPixels(readHeader(codestream), statesOf(codestream)[0] as DecoderState);
    const all = new Set<number>(pixels);
    expect(first.every((value) => all.has(value))).toBe(true);
  });

  it('shows only labels of the frame at every level of a categorical frame', () => {
    const format = { width: 300, height: 200, samples: 1, bits: 8, signed: false } as const;
    const pixels = frameOf(format, 'mask', 1).map((value) => (value > 0 ? 7 : 2));
    const codestream = codec.encode(pixels, format, { digest, categorical: true });
    for (const state of statesOf(codestream)) {
      expect(new Set(codec.levelPixels(readHeader(codestream), state))).toEqual(new Set([2, 7]));
    }
  });

  it('takes little more than a header for a constant frame, and little more than the pixels for noise', () => {
    const format = { width: 600, height: 500, samples: 1, bits: 16, signed: false } as const;
    const constant = codec.encode(frameOf(format, 'constant', 1), format, { digest });
    expect(constant.length).toBeLessThan(200);
    const noise = frameOf(format, 'noise', 1);
    expect(codec.encode(noise, format, { digest }).length).toBeLessThan(noise.byteLength + 300);
  });

  it('goes on from a state that was cloned and transferred, and leaves the given state as it was', () => {
    const format = { width: 90, height: 70, samples: 3, bits: 8, signed: false } as const;
    const pixels = frameOf(format, 'smooth', 1);
    const codestream = codec.encode(pixels, format, { digest });
    const header = structuredClone(readHeader(codestream));
    let state: DecoderState | null = null;
    for (const { offset, length } of header.segments) {
      const segment = codestream.slice(offset, offset + length);
      const before: DecoderState | null = structuredClone(state);
      const after: DecoderState = codec.decodeLevel(header, state, segment);
      expect(state).toEqual(before);
      state = structuredClone(after, { transfer: stateBuffers(after) });
    }
    expect(codec.levelPixels(header, state as DecoderState)).toEqual(pixels);
  });

  it('goes on from any of its states, whatever was done in between', () => {
    const formats = [
      { width: 90, height: 70, samples: 3, bits: 8, signed: false },
      { width: 70, height: 90, samples: 1, bits: 16, signed: true },
    ] as const;
    const frames = formats.map((format, seed) => {
      const pixels = frameOf(format, 'smooth with noise', seed);
      const codestream = codec.encode(pixels, format, { digest });
      return { pixels, codestream, header: readHeader(codestream), states: statesOf(codestream) };
    });
    for (let level = 0; level < 3; level++) {
      for (const { codestream, header, states } of frames) {
        const { offset, length } = header.segments[level + 1] as { offset: number; length: number };
        const segment = codestream.subarray(offset, offset + length);
        const state = states[level] as DecoderState;
        const damaged = Uint8Array.from(segment, (byte) => byte ^ 1);
        expect(() => codec.decodeLevel(header, state, damaged)).toThrow('checksum');
        const next = codec.decodeLevel(header, state, segment);
        expect(next).toEqual(states[level + 1]);
        expect(() => codec.decodeLevel(header, next, segment)).toThrow(CodecError);
        expect(codec.levelPixels(header, next)).toEqual(codec.levelPixels(header, next));
        expect(codec.decodeLevel(header, state, segment)).toEqual(next);
      }
    }
    for (const { pixels, codestream, header } of frames)
      expect(codec.decodeFrame(header, codestream)).toEqual(pixels);
  });

  it('shares nothing between one state and the next', () => {
    const format = { width: 64, height: 64, samples: 1, bits: 8, signed: false } as const;
    const states = statesOf(codec.encode(frameOf(format, 'constant', 1), format, { digest }));
    const buffers = states.flatMap(stateBuffers);
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  it('gives the same from independent instances, in any order of calls', async () => {
    const other = await loadCodec();
    const large = { width: 280, height: 260, samples: 3, bits: 12, signed: false } as const;
    const small = { width: 20, height: 30, samples: 1, bits: 16, signed: true } as const;
    const pixels = frameOf(small, 'noise', 9);
    const first = codec.encode(pixels, small, { digest });
    codec.encode(frameOf(large, 'noise', 9), large, { digest });
    expect(codec.encode(pixels, small, { digest })).toEqual(first);
    expect(other.encode(pixels, small, { digest })).toEqual(first);
  });
});

describe('what the encoder refuses', () => {
  const format = { width: 2, height: 1, samples: 1, bits: 12, signed: false } as const;
  it.each<[string, Pixels, FrameFormat, Uint8Array, string]>([
    ['samples above the bits of the format', Uint16Array.of(0, 4096), format, digest, '12 bits'],
    ['too few samples', Uint16Array.of(0), format, digest, '2 samples'],
    ['an array of another kind', Int16Array.of(0, 1), format, digest, 'array'],
    ['bytes where words belong', Uint8Array.of(0, 1), format, digest, 'array'],
    ['a short digest', Uint16Array.of(0, 1), format, digest.subarray(1), 'digest'],
    ['an impossible size', Uint16Array.of(0, 1), { ...format, width: 0 }, digest, 'width'],
  ])('%s', (_, pixels, given, own, reason) => {
    const encode = (): unknown => codec.encode(pixels, given, { digest: own });
    expect(encode).toThrow(CodecError);
    expect(encode).toThrow(reason);
  });
});

describe('what the decoder refuses', () => {
  const format = { width: 100, height: 80, samples: 1, bits: 12, signed: false } as const;
  let codestream: Uint8Array;
  beforeAll(() => {
    codestream = codec.encode(frameOf(format, 'smooth with noise', 2), format, { digest });
  });
  const segment = (level: number): Uint8Array => {
    const { offset, length } = readHeader(codestream).segments[level] as { offset: number; length: number };
    return codestream.slice(offset, offset + length);
  };

  it('a level with a flipped bit', () => {
    const bytes = segment(0);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 4;
    expect(() => codec.decodeLevel(readHeader(codestream), null, bytes)).toThrow('checksum');
  });

  it('a level that is cut short', () => {
    expect(() => codec.decodeLevel(readHeader(codestream), null, segment(0).subarray(0, 90))).toThrow(
      'bytes',
    );
  });

  it('levels out of order, and one more than there are', () => {
    const header = readHeader(codestream);
    const states = statesOf(codestream);
    expect(() => codec.decodeLevel(header, states[0] as DecoderState, segment(2))).toThrow(CodecError);
    expect(() => codec.decodeLevel(header, states.at(-1) as DecoderState, segment(1))).toThrow('full size');
  });

  it('a state of another frame', () => {
    const other = { ...format, width: 140 };
    const state = statesOf(codec.encode(frameOf(other, 'smooth', 2), other, { digest }))[0] as DecoderState;
    expect(() => codec.decodeLevel(readHeader(codestream), state, segment(1))).toThrow('another frame');
  });
});
