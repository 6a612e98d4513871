// JPEG 2000 and HTJ2K without loss, by OpenJPEG and OpenJPH; each frame is decoded again and compared before it counts.
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { DecodeError } from '../decoders/decoder.ts';
import { type Embound, type FrameInfo, Library } from '../decoders/emscripten.ts';

interface Encoder extends Embound {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setQuality(lossless: boolean, detail: number): void;
  setDecompositions(levels: number): void;
  setProgressionOrder(order: number): void;
  encode(): void;
}

interface Decoder extends Embound {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array | Uint8ClampedArray;
  decode(): void;
}

export type LosslessCodec = 'jpeg-2000' | 'htj2k';

const codecs = {
  'jpeg-2000': {
    library: new Library('@cornerstonejs/codec-openjpeg/wasmjs', '@cornerstonejs/codec-openjpeg/wasm'),
    names: ['J2KEncoder', 'J2KDecoder'],
    // One quality layer with all bits.
    detail: 1,
  },
  htj2k: {
    library: new Library('@cornerstonejs/codec-openjph', '@cornerstonejs/codec-openjph/wasm'),
    names: ['HTJ2KEncoder', 'HTJ2KDecoder'],
    detail: 0,
  },
} as const;

/** Resolution, position, component, layer: a prefix gives a smaller picture. */
const RPCL = 2;
const MOST_LEVELS = 5;

/** Has the library ready: to be called before each image. */
export function loadEncoder(codec: LosslessCodec): Promise<void> {
  return codecs[codec].library.load();
}

/**
 * Whether the encoders take frames of a format: red, green and blue of 8 bits, grey of all kinds but signed bytes and single
 * bits.
 */
export function canEncode(format: FrameFormat): boolean {
  if (format.samples === 3) return format.bits === 8 && !format.signed;
  return format.bits > 8 || (!format.signed && format.bits > 1);
}

/**
 * One frame as a codestream. Colour goes through the reversible colour transform: that of JPEG 2000 does not do without, and
 * that of HTJ2K then takes rows of one component for those of another.
 * @throws DecodeError when the codestream does not decode to the same pixels, or there is none
 */
export function encodeLossless(codec: LosslessCodec, pixels: Pixels, format: FrameFormat): Uint8Array {
  const { library, names, detail } = codecs[codec];
  const bytes = pixelBytes(pixels);
  const codestream = library.use<Encoder, Uint8Array>(names[0], (encoder) => {
    const info: FrameInfo = {
      ...{ width: format.width, height: format.height, bitsPerSample: format.bits },
      ...{
        componentCount: format.samples,
        isSigned: format.signed,
        isUsingColorTransform: format.samples === 3,
      },
    };
    encoder.getDecodedBuffer(info).set(bytes);
    encoder.setQuality(true, detail);
    encoder.setDecompositions(levelsFor(format));
    encoder.setProgressionOrder(RPCL);
    encoder.encode();
    return encoder.getEncodedBuffer().slice();
  });
  const same = library.use<Decoder, boolean>(names[1], (decoder) => {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
    const decoded = decoder.getDecodedBuffer();
    return Buffer.compare(new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length), bytes) === 0;
  });
  if (same) return codestream;
  throw new DecodeError('the encoder did not keep every pixel of a frame');
}

function levelsFor({ width, height }: FrameFormat): number {
  return Math.min(MOST_LEVELS, Math.max(0, Math.floor(Math.log2(Math.min(width, height))) - 2));
}
