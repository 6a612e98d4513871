// The codecs that Strata is measured against, all WebAssembly builds of the reference libraries.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { levelCount } from '@strata/codec/levels';
import type { Contender } from './contender.ts';

interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform: boolean;
}

interface Encoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  setDecompositions(levels: number): void;
  setProgressionOrder(order: number): void;
  setQuality(lossless: boolean, step: number): void;
  setNearLossless(difference: number): void;
  setInterleaveMode(mode: number): void;
}

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  decodeSubResolution(level: number): void;
}

type Module = Record<string, new () => Encoder & Decoder>;

const require = createRequire(import.meta.url);
/** Resolution first: the order in which a server could send levels. */
const RPCL = 2;

async function load(script: string, binary: string): Promise<Module> {
  const start = require(script) as (options: {
    wasmBinary: Uint8Array;
    print: () => void;
  }) => Promise<Module>;
  return start({ wasmBinary: readFileSync(require.resolve(binary)), print: () => {} });
}

function part(module: Module, name: string): Encoder & Decoder {
  const Part = module[name];
  if (!Part) throw new Error(`the peer has no ${name}`);
  return new Part();
}

function frameInfo(format: FrameFormat): FrameInfo {
  return {
    width: format.width,
    height: format.height,
    bitsPerSample: format.bits,
    componentCount: format.samples,
    isSigned: format.signed,
    isUsingColorTransform: format.samples === 3,
  };
}

function toPixels(decoded: Uint8Array, format: FrameFormat): Pixels {
  const pixels = allocatePixels(format);
  pixelBytes(pixels).set(decoded.subarray(0, pixels.byteLength));
  return pixels;
}

/** JPEG 2000 (OpenJPEG) and HTJ2K (OpenJPH): the same interface, both with levels. */
function wavelets(
  name: string,
  module: Module,
  coder: string,
  configure: (encoder: Encoder) => void,
): Contender {
  const encoder = part(module, `${coder}Encoder`);
  const decoder = part(module, `${coder}Decoder`);
  return {
    name,
    encode(pixels, format) {
      encoder.getDecodedBuffer(frameInfo(format)).set(pixelBytes(pixels));
      configure(encoder);
      encoder.setDecompositions(levelCount(format.width, format.height));
      encoder.encode();
      return encoder.getEncodedBuffer();
    },
    decode(coded, format) {
      decoder.getEncodedBuffer(coded.length).set(coded);
      decoder.decode();
      return toPixels(decoder.getDecodedBuffer(), format);
    },
    stepThroughLevels(coded, format) {
      decoder.getEncodedBuffer(coded.length).set(coded);
      for (let left = levelCount(format.width, format.height); left >= 0; left--) {
        decoder.decodeSubResolution(left);
        decoder.getDecodedBuffer().slice();
      }
    },
  };
}

/** JPEG-LS knows no signed samples; they are shifted into the unsigned range, which costs it nothing. */
function shifted(pixels: Pixels, format: FrameFormat): Pixels {
  if (!format.signed) return pixels;
  const unsigned = allocatePixels({ ...format, signed: false });
  const offset = 2 ** (format.bits - 1);
  for (let at = 0; at < pixels.length; at++) unsigned[at] = (pixels[at] as number) + offset;
  return unsigned;
}

function charls(module: Module): Contender {
  const encoder = part(module, 'JpegLSEncoder');
  const decoder = part(module, 'JpegLSDecoder');
  const SAMPLE_INTERLEAVED = 2;
  return {
    name: 'JPEG-LS',
    encode(pixels, format) {
      const unsigned = shifted(pixels, format);
      encoder.getDecodedBuffer(frameInfo({ ...format, signed: false })).set(pixelBytes(unsigned));
      encoder.setNearLossless(0);
      encoder.setInterleaveMode(format.samples === 3 ? SAMPLE_INTERLEAVED : 0);
      encoder.encode();
      return encoder.getEncodedBuffer();
    },
    decode(coded, format) {
      decoder.getEncodedBuffer(coded.length).set(coded);
      decoder.decode();
      const pixels = toPixels(decoder.getDecodedBuffer(), format);
      if (format.signed) {
        const offset = 2 ** (format.bits - 1);
        const unsigned = format.bits <= 8 ? new Uint8Array(pixels.buffer) : new Uint16Array(pixels.buffer);
        for (let at = 0; at < pixels.length; at++) pixels[at] = (unsigned[at] as number) - offset;
      }
      return pixels;
    },
  };
}

/** HTJ2K, JPEG 2000 and JPEG-LS, each lossless. */
export async function peers(): Promise<Contender[]> {
  const packageOf = (codec: string): string => `@cornerstonejs/codec-${codec}`;
  const openjph = await load(packageOf('openjph'), `${packageOf('openjph')}/wasm`);
  const openjpeg = await load(`${packageOf('openjpeg')}/wasmjs`, `${packageOf('openjpeg')}/wasm`);
  const jpegls = await load(`${packageOf('charls')}/wasmjs`, `${packageOf('charls')}/wasm`);
  const lossless = (encoder: Encoder): void => {
    encoder.setQuality(true, 0);
    encoder.setProgressionOrder(RPCL);
  };
  return [
    wavelets('HTJ2K', openjph, 'HTJ2K', lossless),
    wavelets('JPEG 2000', openjpeg, 'J2K', lossless),
    charls(jpegls),
  ];
}
