// FORMAT.md is right: a decoder written from it alone gives the same pictures as the kernels.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec } from './codec.ts';
import { prototypes } from './entropy/prototypes.ts';
import { CodecError } from './errors.ts';
import type { FrameFormat } from './format.ts';
import { readHeader } from './header.ts';
import { realFrame } from './node/testing/real-frames.ts';
import { CONTENTS, frameOf, randomFrom } from './testing/contents.ts';
import { goldenFrames } from './testing/golden-frames.ts';
import { assemble, damaged, type Pieces, piecesOf } from './testing/mutations.ts';
import { decodePlainly, readAppendix } from './testing/plain-decoder.ts';

/** STRATA_FUZZ_MUTANTS asks for more, a hundredth of them here: the plain decoder is slow. */
const DAMAGED = Math.ceil(Number(process.env.STRATA_FUZZ_MUTANTS ?? 110_000) / 100);
const folder = path.resolve(import.meta.dirname, '..');
const appendix = readAppendix(readFileSync(path.join(folder, 'FORMAT.md'), 'utf8'));
const digest = new Uint8Array(32);
let codec: Codec;
beforeAll(async () => {
  codec = await loadCodec();
});

function levelsOf(codestream: Uint8Array): number[][] {
  const header = readHeader(codestream);
  let state: DecoderState | null = null;
  return header.segments.map(({ offset, length }) => {
    state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
    return Array.from(codec.levelPixels(header, state));
  });
}

describe('a decoder written from FORMAT.md', () => {
  it('finds the appendix', () => {
    expect(appendix.first).toHaveLength(28);
    expect(appendix.prototypes).toHaveLength(prototypes.length);
  });

  it('agrees on frames of every kind', () => {
    const frames = fc.record({
      width: fc.integer({ min: 1, max: 90 }),
      height: fc.integer({ min: 1, max: 90 }),
      samples: fc.constantFrom(1 as const, 3 as const),
      bits: fc.integer({ min: 1, max: 16 }),
      signed: fc.boolean(),
    }) satisfies fc.Arbitrary<FrameFormat>;
    fc.assert(
      fc.property(
        frames,
        fc.constantFrom(...CONTENTS),
        fc.nat(),
        fc.boolean(),
        (format, content, seed, labels) => {
          const pixels = frameOf(format, content, seed);
          const codestream = codec.encode(pixels, format, { digest, ...(labels && { categorical: true }) });
          expect(decodePlainly(codestream, appendix)).toEqual(levelsOf(codestream));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('agrees on several tiles', () => {
    const format = { width: 600, height: 40, samples: 3, bits: 12, signed: true } as const;
    const codestream = codec.encode(frameOf(format, 'smooth with noise', 4), format, { digest });
    expect(decodePlainly(codestream, appendix)).toEqual(levelsOf(codestream));
  });

  it('agrees on a real image', () => {
    const { format, pixels } = realFrame('series/ct-ge/12.dcm');
    const codestream = codec.encode(pixels, format, { digest });
    expect(decodePlainly(codestream, appendix)).toEqual(levelsOf(codestream));
  });

  it('agrees on damaged codestreams that still decode', { timeout: 60_000 + DAMAGED * 20 }, () => {
    const random = randomFrom(5);
    const bases = Object.values(goldenFrames).map(({ format, content, ...kind }) => {
      const small = { ...format, width: Math.min(format.width, 40), height: Math.min(format.height, 34) };
      return piecesOf(codec.encode(frameOf(small, content, 1), small, { digest, ...kind }));
    });
    let agreed = 0;
    for (let mutant = 0; mutant < DAMAGED; mutant++) {
      const pieces = bases[mutant % bases.length] as Pieces;
      const level = Math.floor(random() * pieces.bodies.length);
      const bodies = pieces.bodies.map((body, at) =>
        at === level ? damaged(body, pieces.bodies, random) : body,
      );
      const codestream = assemble({ ...pieces, bodies });
      let levels: number[][];
      try {
        levels = levelsOf(codestream);
      } catch (error) {
        if (error instanceof CodecError) continue;
        throw error;
      }
      expect(decodePlainly(codestream, appendix)).toEqual(levels);
      agreed++;
    }
    expect(agreed).toBeGreaterThan(DAMAGED / 100);
  });

  const golden = readdirSync(path.join(folder, 'golden')).filter((name) => name.endsWith('.strata'));
  it.each(golden)('agrees on the golden codestream %s', (name) => {
    const codestream = new Uint8Array(readFileSync(path.join(folder, 'golden', name)));
    expect(decodePlainly(codestream, appendix)).toEqual(levelsOf(codestream));
  });
});
