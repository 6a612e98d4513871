// Reads images that come compressed (most of the WG04 set does), which the product does not take yet.
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { type DataSet, readDataSet, readFileMeta } from '@strata/dicom/data-set';
import { Tag } from '@strata/dicom/tags';
import { transferSyntax } from '@strata/dicom/transfer-syntax';
import { code, integer, uid, valuesOf } from '@strata/dicom/values';
import { Decoder as JpegLosslessDecoder } from 'jpeg-lossless-decoder-js';
import { loadPeer, type PeerDecoder, type PeerName, part } from './modules.ts';
import { decodeRle } from './rle.ts';

export interface ReadImage {
  readonly modality: string;
  readonly photometric: string;
  readonly categorical: boolean;
  readonly frames: number;
  /** Which frame it is, from 0. */
  readonly frame: number;
  readonly format: FrameFormat;
  readonly pixels: Pixels;
}

const FIRST_ELEMENT = 132;
const decoders = new Map<PeerName, Promise<PeerDecoder>>();

function decoderOf(peer: PeerName, name: string): Promise<PeerDecoder> {
  const found = decoders.get(peer) ?? loadPeer(peer).then((module) => part(module, name));
  decoders.set(peer, found);
  return found;
}

/** The fragments of the pixel data; the first item, the offset table, is not among them. */
function fragmentsOf(set: DataSet): Uint8Array[] {
  const element = set.elements.get(Tag.PixelData);
  if (element?.lengthIs !== 'undefined') throw new Error('no encapsulated pixels');
  const items: Uint8Array[] = [];
  let at = element.valueStart;
  while (set.view.getUint32(at, true) === 0xe000fffe) {
    const length = set.view.getUint32(at + 4, true);
    items.push(set.bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return items.slice(1);
}

function frameBytes(fragments: Uint8Array[], frames: number, frame: number): Uint8Array {
  if (frames === 1) return new Uint8Array(Buffer.concat(fragments));
  const one = fragments[frame];
  if (fragments.length !== frames || !one) throw new Error('several frames in more fragments than frames');
  return one.slice();
}

/** The stored bits of decoded words, sign extended. */
function canonical(words: Uint8Array | Uint16Array, format: FrameFormat): Pixels {
  const pixels = allocatePixels(format);
  const sign = format.signed ? 2 ** (format.bits - 1) : 0;
  const mask = 2 ** format.bits - 1;
  for (let at = 0; at < pixels.length; at++) pixels[at] = (((words[at] as number) & mask) ^ sign) - sign;
  return pixels;
}

function wordsOf(bytes: Uint8Array, bytesPerSample: number): Uint8Array | Uint16Array {
  return bytesPerSample === 1 ? bytes : new Uint16Array(bytes.slice().buffer);
}

/** An image that a reference library decodes; its own header says what the samples are. */
async function decodeWith(peer: PeerName, name: string, frame: Uint8Array, signed: boolean) {
  const decoder = await decoderOf(peer, name);
  decoder.getEncodedBuffer(frame.length).set(frame);
  decoder.decode();
  const info = decoder.getFrameInfo();
  if (info.componentCount !== 1 && info.componentCount !== 3) throw new Error('neither grey nor colour');
  const format: FrameFormat = {
    width: info.width,
    height: info.height,
    samples: info.componentCount,
    bits: info.bitsPerSample,
    // JPEG-LS does not know signs: the data set says what the samples are.
    signed: info.isSigned || (peer === 'charls' && signed),
  };
  const words = wordsOf(decoder.getDecodedBuffer(), format.bits <= 8 ? 1 : 2);
  return { format, pixels: canonical(words, format) };
}

/** A truncated codestream would decode to something, but not to the image. */
function checkEnd(codestream: Uint8Array): void {
  const end = codestream.at(-1) === 0 ? codestream.length - 1 : codestream.length;
  if (codestream[end - 2] !== 0xff || codestream[end - 1] !== 0xd9) {
    throw new Error('the JPEG 2000 stream has no end marker, it is cut short');
  }
}

async function decodeFrame(syntax: string, frame: Uint8Array, format: FrameFormat, allocated: number) {
  const bytesPerSample = allocated / 8;
  switch (syntax) {
    case '1.2.840.10008.1.2.5': {
      const raw = decodeRle(frame, format.width * format.height, format.samples, bytesPerSample);
      return { format, pixels: canonical(wordsOf(raw, bytesPerSample), format) };
    }
    case '1.2.840.10008.1.2.4.57':
    case '1.2.840.10008.1.2.4.70': {
      const decoder = new JpegLosslessDecoder(null, bytesPerSample);
      const raw = new Uint8Array(
        decoder.decompress(frame.buffer as ArrayBuffer, frame.byteOffset, frame.length),
      );
      return { format, pixels: canonical(wordsOf(raw, bytesPerSample), format) };
    }
    case '1.2.840.10008.1.2.4.80':
    case '1.2.840.10008.1.2.4.81':
      return decodeWith('charls', 'JpegLSDecoder', frame, format.signed);
    case '1.2.840.10008.1.2.4.90':
    case '1.2.840.10008.1.2.4.91':
      checkEnd(frame);
      return decodeWith('openjpeg', 'J2KDecoder', frame, format.signed);
    case '1.2.840.10008.1.2.4.201':
    case '1.2.840.10008.1.2.4.202':
    case '1.2.840.10008.1.2.4.203':
      checkEnd(frame);
      return decodeWith('openjph', 'HTJ2KDecoder', frame, format.signed);
    default:
      throw new Error(`no decoder for ${transferSyntax(syntax).name}`);
  }
}

/**
 * The middle frame of a Part 10 file with encapsulated pixels.
 * @throws whatever is wrong with it, or when there is no decoder for it
 */
export async function readCompressed(file: Uint8Array): Promise<ReadImage> {
  const { meta, end } = readFileMeta(file, FIRST_ELEMENT);
  const syntax = uid(valuesOf(meta), Tag.TransferSyntaxUID);
  const set = readDataSet(file, end, transferSyntax(syntax).encoding);
  const values = valuesOf(set);
  const whole = (tag: number): number => integer(values, tag) ?? 0;
  const allocated = whole(Tag.BitsAllocated);
  const samples = whole(Tag.SamplesPerPixel);
  if ((allocated !== 8 && allocated !== 16) || (samples !== 1 && samples !== 3)) {
    throw new Error(`${samples} samples of ${allocated} bits`);
  }
  const stated: FrameFormat = {
    width: whole(Tag.Columns),
    height: whole(Tag.Rows),
    samples,
    bits: whole(Tag.BitsStored),
    signed: whole(Tag.PixelRepresentation) === 1,
  };
  const frames = Math.max(1, whole(Tag.NumberOfFrames));
  const frame = frames >> 1;
  const bytes = frameBytes(fragmentsOf(set), frames, frame);
  const { format, pixels } = await decodeFrame(syntax, bytes, stated, allocated);
  if (format.width !== stated.width || format.height !== stated.height || format.samples !== samples) {
    throw new Error('the stream is of another size than the image');
  }
  if (pixelBytes(pixels).length === 0) throw new Error('no pixels');
  const photometric = code(values, Tag.PhotometricInterpretation);
  const modality = code(values, Tag.Modality);
  return {
    modality,
    photometric,
    categorical: photometric === 'PALETTE COLOR',
    frames,
    frame,
    format,
    pixels,
  };
}
