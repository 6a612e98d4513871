// Strata's codec as a contender.
import { type DecoderState, loadCodec } from '@strata/codec/codec';
import { readHeader } from '@strata/codec/header';
import type { Contender } from './contender.ts';

/** @returns Strata's codec on one thread; the frame's digest, which ingest knows anyway, is not part of the timing */
export async function strataContender(): Promise<Contender> {
  const codec = await loadCodec();
  const digest = new Uint8Array(32);
  return {
    name: 'Strata',
    turns: 'every round',
    encode: ({ pixels, format, categorical }) =>
      codec.encode(pixels, format, categorical ? { digest, categorical } : { digest }),
    decode: (coded) => codec.decodeFrame(readHeader(coded), coded),
    stepThroughLevels(coded, _image, done) {
      const header = readHeader(coded);
      let state: DecoderState | null = null;
      for (const [level, { offset, length }] of header.segments.entries()) {
        state = codec.decodeLevel(header, state, coded.subarray(offset, offset + length));
        codec.levelPixels(header, state);
        done(level);
      }
    },
    bytesToLevels: (coded) => readHeader(coded).segments.map(({ offset, length }) => offset + length),
  };
}
