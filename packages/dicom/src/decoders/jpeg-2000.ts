// JPEG 2000 (ITU-T T.800), by OpenJPEG.
import { checkHeader, type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';
import { type Embound, type FrameInfo, Library } from './emscripten.ts';
import type { J2kHeader } from './j2k-codestream.ts';
import { withoutPadding } from './jpeg-markers.ts';

interface OpenJpegDecoder extends Embound {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  /** 3 and above: some kind of luminance and chrominance, which the library turned into RGB. */
  getColorSpace(): number;
  decode(): void;
}

export const jpeg2000Library = new Library(
  '@cornerstonejs/codec-openjpeg/decodewasmjs',
  '@cornerstonejs/codec-openjpeg/decodewasm',
);

/** @throws DecodeError */
export function decodeJpeg2000(
  bitstream: Uint8Array,
  header: J2kHeader,
  expected: ExpectedFrame,
): DecodedFrame {
  checkHeader(header, expected);
  const whole = withoutPadding(bitstream);
  const { width, height, samples, precision, signed } = header;
  // The wrapper around the library clamps or leaves out what it was not written for.
  const most = samples === 1 ? 16 : 8;
  if (precision > most || (signed && precision <= 8) || !header.regular) {
    throw new DecodeError(
      `JPEG 2000 of ${samples} ${signed ? 'signed ' : ''}samples of ${precision} bits is not decoded here`,
    );
  }
  // The boxes around it may ask for a colour conversion, which is none of the codestream's.
  const codestream = whole.subarray(header.offset);
  return jpeg2000Library.use<OpenJpegDecoder, DecodedFrame>('J2KDecoder', (decoder, said) => {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
    const problem = said().find((line) => /ERROR|WARNING/.test(line));
    if (problem) throw new DecodeError(`the bitstream is damaged (${problem.trim()})`);
    const info = decoder.getFrameInfo();
    checkHeader({ width: info.width, height: info.height, samples: info.componentCount }, expected);
    const decoded = decoder.getDecodedBuffer();
    const bytes = new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
    return {
      ...{ width, height, samples, precision },
      words: wordsOf(bytes, precision, width * height * samples),
      colour: decoder.getColorSpace() >= 3 || isTransformed(header, expected) ? 'rgb' : 'as stated',
      coding: header.reversible ? 'lossless' : 'lossy',
    };
  });
}

/**
 * Whether the samples are red, green and blue now. What the data set calls luminance and chrominance in its own right
 * (YBR_FULL) stays that, whatever transform the codestream used on top of it.
 */
export function isTransformed(header: J2kHeader, { samples, photometric }: ExpectedFrame): boolean {
  return samples === 3 && (photometric === 'YBR_RCT' || photometric === 'YBR_ICT' || photometric === 'RGB')
    ? true
    : header.componentTransform && !photometric.startsWith('YBR_FULL') && samples === 3;
}
