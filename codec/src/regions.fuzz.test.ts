// Regions of damaged codestreams: decoded or refused, and nothing else.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, loadCodec } from './codec.ts';
import { CodecError } from './errors.ts';
import type { FrameFormat } from './format.ts';
import { type Header, readHeader } from './header.ts';
import { levelSize } from './levels.ts';
import { frameOf, randomFrom } from './testing/contents.ts';
import { assemble, damaged } from './testing/mutations.ts';

const FORMATS: FrameFormat[] = [
  { width: 560, height: 18, samples: 1, bits: 8, signed: false },
  { width: 30, height: 1100, samples: 1, bits: 12, signed: true },
  { width: 20, height: 540, samples: 3, bits: 8, signed: false },
];
/** STRATA_FUZZ_MUTANTS asks for more, a tenth of them here: each decodes a region of its own. */
const MUTANTS = Math.ceil(Number(process.env.STRATA_FUZZ_MUTANTS ?? 60_000) / 10);
const digest = new Uint8Array(32);

describe('regions of damaged codestreams', () => {
  let codec: Codec;
  beforeAll(async () => {
    codec = await loadCodec();
  });

  /** Decodes a random region of a random level. */
  function decode(codestream: Uint8Array, random: () => number): 'decoded' | 'refused' {
    const below = (limit: number): number => Math.floor(random() * limit);
    try {
      const header: Header = readHeader(codestream);
      const level = below(header.levels + 1);
      const width = levelSize(header.format.width, level, header.levels);
      const height = levelSize(header.format.height, level, header.levels);
      const [x, y] = [below(width), below(height)];
      const region = { x, y, width: 1 + below(width - x), height: 1 + below(height - y) };
      const pixels = codec.decodeRegion(
        header,
        level,
        region,
        ({ offset, length }) => codestream.subarray(offset, offset + length),
        null,
      );
      expect(pixels.length).toBe(region.width * region.height * header.format.samples);
      return 'decoded';
    } catch (error) {
      if (error instanceof CodecError) return 'refused';
      throw error;
    }
  }

  it(`are decoded or refused, each of ${MUTANTS}`, { timeout: 60_000 + MUTANTS * 10 }, () => {
    const random = randomFrom(11);
    const outcomes = { decoded: 0, refused: 0 };
    const bases = FORMATS.map((format, seed) => {
      const codestream = codec.encode(frameOf(format, 'smooth with noise', seed), format, { digest });
      const header = readHeader(codestream);
      return {
        codestream,
        header: codestream.slice(0, header.headerLength - 4),
        bodies: header.segments.map(({ offset, length }, level) =>
          codestream.slice(level === 0 ? header.headerLength : offset, offset + length),
        ),
        tiles: header.tiles.map((tiles) => tiles.map(({ length }) => length)),
      };
    });
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const base = bases[Math.floor(random() * bases.length)] as (typeof bases)[number];
      const level = Math.floor(random() * base.bodies.length);
      const change = random();
      const bodies = base.bodies.map((body, at) =>
        at === level && change < 0.7 ? damaged(body, base.bodies, random) : body,
      );
      const tiles = base.tiles.map((lengths) =>
        change > 0.7 && change < 0.9
          ? lengths.map((length) => length + Math.floor(random() * 9) - 4)
          : lengths,
      );
      const mutated =
        change > 0.95 ? damaged(base.codestream, base.bodies, random) : assemble({ ...base, bodies, tiles });
      outcomes[decode(mutated, random)]++;
    }
    expect(outcomes.refused).toBeGreaterThan(MUTANTS / 10);
    expect(outcomes.decoded).toBeGreaterThan(MUTANTS / 10);
    for (const { codestream } of bases) expect(decode(codestream, random)).toBe('decoded');
  });
});
