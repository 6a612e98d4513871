// Which decoder a transfer syntax takes; inside a family the bitstream itself decides, since data sets err.
import type { Family } from '../transfer-syntax.ts';
import { decodeIjg, decodeJpegXl, loadDcmjsCodecs } from './dcmjs-codecs.ts';
import { DecodeError, type FrameDecoder } from './decoder.ts';
import { decodeHtj2k, htj2kLibrary } from './htj2k.ts';
import { readJ2kHeader } from './j2k-codestream.ts';
import { decodeJpeg, jpegLibrary } from './jpeg.ts';
import { decodeJpeg2000, jpeg2000Library } from './jpeg-2000.ts';
import { decodeJpegLs, jpegLsLibrary } from './jpeg-ls.ts';
import { JPEG_LOSSLESS, JPEG_LS, readJpegHeader } from './jpeg-markers.ts';
import { decodeDeflated, decodePlain } from './plain-frames.ts';
import { decodeRle } from './rle.ts';

const jpeg: FrameDecoder = {
  decode(bitstream, expected) {
    const header = readJpegHeader(bitstream);
    if (header.process === JPEG_LS) return decodeJpegLs(bitstream, expected);
    if (header.process === JPEG_LOSSLESS || header.precision === 12) {
      return decodeIjg(bitstream, header, expected);
    }
    return decodeJpeg(bitstream, header, expected);
  },
};

const jpeg2000: FrameDecoder = {
  decode(bitstream, expected) {
    const header = readJ2kHeader(bitstream);
    // Without a colour transform OpenJPH's wrapper takes rows of one component for those of another; OpenJPEG reads both.
    const byOpenJph = header.highThroughput && (header.samples === 1 || header.componentTransform);
    return byOpenJph ? decodeHtj2k(bitstream, header, expected) : decodeJpeg2000(bitstream, header, expected);
  },
};

const families: Record<Exclude<Family, 'video'>, { decoder: FrameDecoder; load: () => Promise<unknown> }> = {
  plain: { decoder: { decode: decodePlain }, load: nothing },
  deflated: { decoder: { decode: decodeDeflated }, load: nothing },
  rle: { decoder: { decode: decodeRle }, load: nothing },
  jpeg: {
    decoder: jpeg,
    load: () => Promise.all([jpegLibrary.load(), jpegLsLibrary.load(), loadDcmjsCodecs()]),
  },
  'jpeg-ls': { decoder: { decode: decodeJpegLs }, load: () => jpegLsLibrary.load() },
  'jpeg-2000': {
    decoder: jpeg2000,
    load: () => Promise.all([jpeg2000Library.load(), htj2kLibrary.load()]),
  },
  'jpeg-xl': { decoder: { decode: decodeJpegXl }, load: loadDcmjsCodecs },
};

async function nothing(): Promise<void> {}

/** The decoder of a family, its libraries loaded in this thread. @throws DecodeError for video */
export async function loadDecoder(family: Family): Promise<FrameDecoder> {
  if (family === 'video') throw new DecodeError('video is not decoded here');
  const { decoder, load } = families[family];
  await load();
  return decoder;
}
