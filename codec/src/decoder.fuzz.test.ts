// The decoder under damage: it decodes or refuses, and does nothing else.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec } from './codec.ts';
import { CodecError } from './errors.ts';
import type { FrameFormat } from './format.ts';
import { type Header, readHeader } from './header.ts';
import { planeCount } from './palette.ts';
import { type Content, frameOf, randomFrom } from './testing/contents.ts';
import { assemble, damaged, type Pieces, piecesOf } from './testing/mutations.ts';
import { levelGeometry } from './wavelet/geometry.ts';

/** Small frames of every kind: one and four lanes, raw and empty tiles, colour, several tiles in a level. */
const BASES: [width: number, height: number, samples: 1 | 3, bits: number, content: Content][] = [
  [9, 9, 1, 16, 'smooth with noise'],
  [16, 15, 3, 8, 'smooth with noise'],
  [33, 34, 1, 12, 'smooth with noise'],
  [40, 36, 1, 12, 'sparse'],
  [24, 24, 1, 16, 'noise'],
  [64, 70, 1, 12, 'smooth with noise'],
  [24, 150, 3, 12, 'smooth with noise'],
  [560, 18, 1, 8, 'smooth with noise'],
  [7, 300, 1, 16, 'smooth'],
  [81, 71, 1, 16, 'shifted'],
  [91, 61, 1, 16, 'stepped'],
  [70, 60, 1, 12, 'few values'],
  [60, 50, 3, 8, 'few values'],
  [130, 110, 1, 8, 'drawn'],
  [95, 65, 1, 16, 'half stepped'],
  [50, 44, 3, 8, 'few values'],
];
/** STRATA_FUZZ_MUTANTS asks for more than the suite has time for. */
const MUTANTS = Number(process.env.STRATA_FUZZ_MUTANTS ?? 110_000);
/** A mutant may claim any frame; those above this are decoded only where levels are small. */
const MANY_SAMPLES = 200_000;
const digest = new Uint8Array(32);

describe('the decoder of damaged codestreams', () => {
  let codec: Codec;
  const bases: { codestream: Uint8Array; pieces: Pieces }[] = [];

  beforeAll(async () => {
    codec = await loadCodec();
    BASES.forEach(([width, height, samples, bits, content], seed) => {
      const format: FrameFormat = { width, height, samples, bits, signed: seed % 2 === 0 };
      const codestream = codec.encode(frameOf(format, content, seed), format, { digest });
      const pieces = piecesOf(codestream);
      expect(assemble(pieces)).toEqual(codestream);
      bases.push({ codestream, pieces });
    });
  });

  /** Decodes what can be decoded, and checks that nothing is larger than the header says. */
  function decode(codestream: Uint8Array): 'decoded' | 'header refused' | 'level refused' {
    let header: Header;
    try {
      header = readHeader(codestream);
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
      return 'header refused';
    }
    let state: DecoderState | null = null;
    try {
      for (const [level, { offset, length }] of header.segments.entries()) {
        const geometry = levelGeometry(header.format, header.levels, level);
        if (geometry.width * geometry.height > MANY_SAMPLES) return 'decoded';
        state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
        const lanes = state.planes.reduce((sum, plane) => sum + plane.length, state.pixels?.length ?? 0);
        const planes = state.pixels ? header.format.samples : planeCount(header);
        if (lanes !== geometry.width * geometry.height * planes) throw new Error('wrong size');
      }
      codec.levelPixels(header, state as DecoderState);
      return 'decoded';
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return 'level refused';
    }
  }

  it(`decodes or refuses each of ${MUTANTS} mutants, in bounded memory`, {
    timeout: 60_000 + MUTANTS,
  }, () => {
    const random = randomFrom(20_26);
    const outcomes = { decoded: 0, 'header refused': 0, 'level refused': 0 };
    const before = process.memoryUsage().rss;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const { codestream, pieces } = bases[Math.floor(random() * bases.length)] as (typeof bases)[number];
      const others = (bases[Math.floor(random() * bases.length)] as (typeof bases)[number]).pieces.bodies;
      const kind = random();
      if (kind < 0.05) {
        outcomes[decode(damaged(codestream, others, random))]++;
      } else if (kind < 0.15) {
        const header = damaged(pieces.header, [pieces.header], random);
        outcomes[decode(assemble({ ...pieces, header }))]++;
      } else if (kind < 0.2) {
        const tiles = pieces.tiles.map((lengths) =>
          lengths.map((length) => length + Math.floor(random() * 9) - 4),
        );
        outcomes[decode(assemble({ ...pieces, tiles }))]++;
      } else {
        const level = Math.floor(random() * pieces.bodies.length);
        const bodies = pieces.bodies.map((body, at) => (at === level ? damaged(body, others, random) : body));
        outcomes[decode(assemble({ ...pieces, bodies }))]++;
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
    expect(outcomes['level refused']).toBeGreaterThan(MUTANTS / 2);
    expect(outcomes.decoded).toBeGreaterThan(MUTANTS / 100);
    // Whatever it went through, the codec still works.
    for (const { codestream } of bases) expect(decode(codestream)).toBe('decoded');
  });
});
