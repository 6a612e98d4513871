// JPEG of 12 bits and JPEG lossless (ITU-T T.81 processes 4 and 14, by the IJG library) and JPEG XL (by libjxl), as
// WebAssembly from dcmjs-codecs.
import { createRequire } from 'node:module';
import { checkHeader, type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';
import { JPEG_LOSSLESS, type JpegHeader, withoutPadding } from './jpeg-markers.ts';

interface Context {
  getDecodedBuffer(): Uint8Array;
  getWidth(): number;
  getHeight(): number;
}

interface Package {
  Context: new (attributes: Record<string, unknown>) => Context;
  NativeCodecs: {
    initializeAsync(): Promise<void>;
    isInitialized(): boolean;
    release(): void;
    decodeJpeg(context: Context, parameters: { convertColorspaceToRgb: boolean }): Context;
    decodeJpegXl(context: Context): Context;
  };
  log: { setLevel(level: 'silent'): void };
}

let loaded: Package | null = null;

/** Has the library ready. */
export async function loadDcmjsCodecs(): Promise<void> {
  loaded ??= createRequire(import.meta.url)('dcmjs-codecs') as Package;
  loaded.log.setLevel('silent');
  if (!loaded.NativeCodecs.isInitialized()) await loaded.NativeCodecs.initializeAsync();
}

/** JPEG of 12 bits, and JPEG lossless of any precision. @throws DecodeError */
export function decodeIjg(bitstream: Uint8Array, header: JpegHeader, expected: ExpectedFrame): DecodedFrame {
  checkHeader(header, expected);
  const whole = withoutPadding(bitstream);
  const { width, height, samples, precision, process } = header;
  const lossless = process === JPEG_LOSSLESS;
  if (lossless ? precision < 2 || precision > 16 : precision !== 12) {
    throw new DecodeError(`JPEG ${lossless ? 'lossless ' : ''}of ${precision} bits is not decoded here`);
  }
  const bytes = run(whole, expected, precision, ({ NativeCodecs }, context) =>
    NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: false }),
  );
  return {
    ...{ width, height, samples, precision },
    words: wordsOf(bytes, precision, width * height * samples),
    colour: 'as stated',
    // A point transform leaves the lowest bits out.
    coding: lossless && header.scanLow === 0 ? 'lossless' : 'lossy',
  };
}

/** @throws DecodeError */
export function decodeJpegXl(bitstream: Uint8Array, expected: ExpectedFrame): DecodedFrame {
  const precision = expected.bitsAllocated <= 8 ? 8 : 16;
  const bytes = run(bitstream, expected, precision, ({ NativeCodecs }, context) =>
    NativeCodecs.decodeJpegXl(context),
  );
  const { width, height, samples } = expected;
  const count = width * height * samples;
  if (bytes.length !== count * (precision / 8)) {
    throw new DecodeError(`the decoder gave ${bytes.length} bytes, not those of the frame`);
  }
  const words = wordsOf(bytes, precision, count);
  return {
    ...{ width, height, samples, precision, words },
    colour: samples === 3 ? 'rgb' : 'as stated',
    coding: 'lossy',
  };
}

function run(
  bitstream: Uint8Array,
  expected: ExpectedFrame,
  precision: number,
  decode: (library: Package, context: Context) => Context,
): Uint8Array {
  const { width, height, samples, signed } = expected;
  if (!loaded?.NativeCodecs.isInitialized()) throw new DecodeError('the decoder is not loaded');
  try {
    const context = new loaded.Context({
      ...{ width, height, samplesPerPixel: samples, planarConfiguration: 0, encodedBuffer: bitstream },
      ...{
        bitsAllocated: precision > 8 ? 16 : 8,
        bitsStored: precision,
        pixelRepresentation: signed ? 1 : 0,
      },
      photometricInterpretation: samples === 1 ? 'MONOCHROME2' : 'RGB',
    });
    return decode(loaded, context).getDecodedBuffer();
  } catch (cause) {
    // Its memory may hold anything now.
    loaded.NativeCodecs.release();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(`the decoder gave up (${reason.slice(0, 200)})`, { cause });
  }
}
