// High-throughput JPEG 2000 (ITU-T T.814), by OpenJPH.
import { checkHeader, type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';
import { type Embound, Library } from './emscripten.ts';
import type { J2kHeader } from './j2k-codestream.ts';
import { isTransformed } from './jpeg-2000.ts';
import { withoutPadding } from './jpeg-markers.ts';

interface OpenJphDecoder extends Embound {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
}

export const htj2kLibrary = new Library('@cornerstonejs/codec-openjph', '@cornerstonejs/codec-openjph/wasm');

/** @throws DecodeError */
export function decodeHtj2k(bitstream: Uint8Array, header: J2kHeader, expected: ExpectedFrame): DecodedFrame {
  checkHeader(header, expected);
  const whole = withoutPadding(bitstream);
  const { width, height, samples, precision, signed } = header;
  if (precision > 16 || (signed && precision <= 8) || !header.regular) {
    throw new DecodeError(
      `HTJ2K of ${signed ? 'signed ' : ''}samples of ${precision} bits is not decoded here`,
    );
  }
  const codestream = whole.subarray(header.offset);
  return htj2kLibrary.use<OpenJphDecoder, DecodedFrame>('HTJ2KDecoder', (decoder) => {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
    const decoded = decoder.getDecodedBuffer();
    const bytes = new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
    return {
      ...{ width, height, samples, precision },
      words: wordsOf(bytes, precision, width * height * samples),
      colour: isTransformed(header, expected) ? 'rgb' : 'as stated',
      coding: header.reversible ? 'lossless' : 'lossy',
    };
  });
}
