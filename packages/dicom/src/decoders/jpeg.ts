// JPEG of 8 bits with loss: baseline, extended and progressive (ITU-T T.81), by libjpeg-turbo.
import { checkHeader, type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';
import { type Embound, type FrameInfo, Library } from './emscripten.ts';
import { type JpegHeader, withoutPadding } from './jpeg-markers.ts';

interface TurboDecoder extends Embound {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  decode(): void;
}

export const jpegLibrary = new Library(
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
);

/** @throws DecodeError */
export function decodeJpeg(bitstream: Uint8Array, header: JpegHeader, expected: ExpectedFrame): DecodedFrame {
  checkHeader(header, expected);
  const whole = withoutPadding(bitstream);
  if (header.precision !== 8) throw new DecodeError(`JPEG of ${header.precision} bits is not JPEG of 8`);
  const asRgb = header.samples === 3;
  const input = asRgb && isPlainRgb(header, expected) ? withoutTransform(whole) : whole;
  const bytes = jpegLibrary.use<TurboDecoder, Uint8Array>('JPEGDecoder', (decoder) => {
    decoder.getEncodedBuffer(input.length).set(input);
    decoder.decode();
    const info = decoder.getFrameInfo();
    checkHeader({ width: info.width, height: info.height, samples: info.componentCount }, expected);
    const decoded = decoder.getDecodedBuffer();
    return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
  });
  const { width, height, samples } = header;
  return {
    ...{ width, height, samples },
    precision: 8,
    words: wordsOf(bytes, 8, width * height * samples),
    colour: asRgb ? 'rgb' : 'as stated',
    coding: 'lossy',
  };
}

/**
 * Whether the components are red, green and blue as they are. The bitstream's own markers come first; without them the
 * data set is believed, since a library would guess YCbCr.
 */
function isPlainRgb(
  { jfif, adobeTransform, componentIds }: JpegHeader,
  { photometric }: ExpectedFrame,
): boolean {
  if (adobeTransform !== null) return adobeTransform === 0;
  if (jfif) return false;
  const named = String.fromCharCode(...componentIds) === 'RGB';
  return named || photometric === 'RGB';
}

/** The same with an Adobe marker in front that says: no colour transform. */
function withoutTransform(bitstream: Uint8Array): Uint8Array {
  const marker = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];
  const copy = new Uint8Array(bitstream.length + marker.length);
  copy.set(bitstream.subarray(0, 2));
  copy.set(marker, 2);
  copy.set(bitstream.subarray(2), 2 + marker.length);
  return copy;
}
