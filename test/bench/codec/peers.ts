// The codecs that Strata is measured against: bits, sign and colour are given to each as they are.
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { levelCount } from '@strata/codec/levels';
import type { Contender } from './contender.ts';
import type { BenchImage } from './images.ts';
import {
  type FrameInfo,
  loadPeer,
  type PeerEncoder,
  type PeerModule,
  type PeerName,
  part,
} from './modules.ts';

/** Resolution first: the order in which a server could send levels. */
export const RESOLUTION_FIRST = 2;

function frameInfo({ format, colour }: BenchImage): FrameInfo {
  return {
    width: format.width,
    height: format.height,
    bitsPerSample: format.bits,
    componentCount: format.samples,
    isSigned: format.signed,
    isUsingColorTransform: colour === 'rgb',
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
  turns: Contender['turns'],
  module: PeerModule,
  coder: string,
  configure: (encoder: PeerEncoder) => void,
): Contender {
  const encoder = part(module, `${coder}Encoder`);
  const decoder = part(module, `${coder}Decoder`);
  return {
    name,
    turns,
    encode(image) {
      const { pixels, format } = image;
      encoder.getDecodedBuffer(frameInfo(image)).set(pixelBytes(pixels));
      configure(encoder);
      encoder.setDecompositions(levelCount(format.width, format.height));
      encoder.encode();
      return encoder.getEncodedBuffer();
    },
    decode(coded, { format }) {
      decoder.getEncodedBuffer(coded.length).set(coded);
      decoder.decode();
      return toPixels(decoder.getDecodedBuffer(), format);
    },
    stepThroughLevels(coded, { format }, done) {
      decoder.getEncodedBuffer(coded.length).set(coded);
      const levels = levelCount(format.width, format.height);
      for (let level = 0; level <= levels; level++) {
        decoder.decodeSubResolution(levels - level);
        decoder.getDecodedBuffer().slice();
        done(level);
      }
    },
  };
}

const START_OF_TILE_PART = 0xff90;

/** Where each tile-part of a JPEG 2000 codestream ends (T.800 annex A.4.2). */
export function tilePartEnds(codestream: Uint8Array): number[] {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  let at = 2;
  while (view.getUint16(at) !== START_OF_TILE_PART) at += 2 + view.getUint16(at + 2);
  const ends: number[] = [];
  while (at + 12 <= codestream.length && view.getUint16(at) === START_OF_TILE_PART) {
    at += view.getUint32(at + 6);
    ends.push(at);
  }
  return ends;
}

/** HTJ2K; coded anew with a tile-part for each resolution it also says how many bytes each takes. */
function htj2k(module: PeerModule): Contender {
  const configure = (divide: boolean) => (encoder: PeerEncoder) => {
    encoder.setQuality(true, 0);
    encoder.setProgressionOrder(RESOLUTION_FIRST);
    encoder.setTilePartDivisionsAtResolutions(divide);
  };
  const divided = wavelets('HTJ2K', 'every round', module, 'HTJ2K', configure(true));
  return {
    ...wavelets('HTJ2K', 'every round', module, 'HTJ2K', configure(false)),
    bytesToLevels: (_coded, image) => tilePartEnds(divided.encode(image)),
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

function jpegLs(module: PeerModule): Contender {
  const encoder = part(module, 'JpegLSEncoder');
  const decoder = part(module, 'JpegLSDecoder');
  const SAMPLE_INTERLEAVED = 2;
  return {
    name: 'JPEG-LS',
    turns: 'seldom',
    encode(image) {
      const { pixels, format } = image;
      const unsigned = shifted(pixels, format);
      encoder.getDecodedBuffer({ ...frameInfo(image), isSigned: false }).set(pixelBytes(unsigned));
      encoder.setNearLossless(0);
      encoder.setInterleaveMode(format.samples === 3 ? SAMPLE_INTERLEAVED : 0);
      encoder.encode();
      return encoder.getEncodedBuffer();
    },
    decode(coded, { format }) {
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

function jpeg2000(module: PeerModule): Contender {
  return wavelets('JPEG 2000', 'seldom', module, 'J2K', (encoder) => {
    encoder.setQuality(true, 0);
    encoder.setProgressionOrder(RESOLUTION_FIRST);
  });
}

async function started(library: PeerName, make: (module: PeerModule) => Contender): Promise<Contender> {
  return { ...make(await loadPeer(library)), renewed: () => started(library, make) };
}

/** HTJ2K, JPEG 2000 and JPEG-LS, each lossless. */
export function peers(): Promise<Contender[]> {
  return Promise.all([started('openjph', htj2k), started('openjpeg', jpeg2000), started('charls', jpegLs)]);
}
