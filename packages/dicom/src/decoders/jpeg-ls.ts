// JPEG-LS, lossless and near-lossless (ITU-T T.87), by CharLS.
import { checkHeader, type DecodedFrame, type ExpectedFrame, wordsOf } from './decoder.ts';
import { type Embound, Library } from './emscripten.ts';
import { readJpegHeader } from './jpeg-markers.ts';

interface CharlsDecoder extends Embound {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  /** 0 plane by plane, else the samples of a pixel together. */
  getInterleaveMode(): number;
  getNearLossless(): number;
  decode(): void;
}

export const jpegLsLibrary = new Library(
  '@cornerstonejs/codec-charls/decodewasmjs',
  '@cornerstonejs/codec-charls/decodewasm',
);

/** @throws DecodeError */
export function decodeJpegLs(bitstream: Uint8Array, expected: ExpectedFrame): DecodedFrame {
  const header = readJpegHeader(bitstream);
  checkHeader(header, expected);
  const { width, height, samples, precision } = header;
  const count = width * height * samples;
  return jpegLsLibrary.use<CharlsDecoder, DecodedFrame>('JpegLSDecoder', (decoder) => {
    decoder.getEncodedBuffer(bitstream.length).set(bitstream);
    decoder.decode();
    const decoded = decoder.getDecodedBuffer();
    const bytes = new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
    const words = wordsOf(bytes, precision, count);
    return {
      ...{ width, height, samples, precision },
      words: samples > 1 && decoder.getInterleaveMode() === 0 ? interleaved(words, samples) : words,
      colour: 'as stated',
      coding: decoder.getNearLossless() === 0 ? 'lossless' : 'lossy',
    };
  });
}

function interleaved<W extends DecodedFrame['words']>(planes: W, samples: number): W {
  const words = planes.slice() as W;
  const size = planes.length / samples;
  for (let at = 0; at < words.length; at++) {
    words[at] = planes[(at % samples) * size + Math.floor(at / samples)] as number;
  }
  return words;
}
