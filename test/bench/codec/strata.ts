// Strata's codec as a contender.
import { loadCodec } from '@strata/codec/codec';
import { readHeader } from '@strata/codec/header';
import type { Contender } from './contender.ts';

/** @returns Strata's codec on one thread; the frame's digest, which ingest knows anyway, is not part of the timing */
export async function strataContender(): Promise<Contender> {
  const codec = await loadCodec();
  const digest = new Uint8Array(32);
  const decode = (coded: Uint8Array, eachLevel: 'pixels of every level' | 'pixels of the last') => {
    const header = readHeader(coded);
    let state = null;
    let pixels = null;
    for (const { offset, length } of header.segments) {
      state = codec.decodeLevel(header, state, coded.subarray(offset, offset + length));
      if (eachLevel === 'pixels of every level' || state.level === header.levels) {
        pixels = codec.levelPixels(header, state);
      }
    }
    if (!pixels) throw new Error('a codestream without levels');
    return pixels;
  };
  return {
    name: 'Strata',
    encode: (pixels, format) => codec.encode(pixels, format, { digest }),
    decode: (coded) => decode(coded, 'pixels of the last'),
    stepThroughLevels: (coded) => void decode(coded, 'pixels of every level'),
  };
}
