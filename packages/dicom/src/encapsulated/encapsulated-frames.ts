// The frames of encapsulated pixel data, decoded when asked for, as canonical pixels.
import { allocatePixels, type FrameFormat, type Pixels, sampleRange } from '@strata/codec/format';
import type { DataSet } from '../data-set.ts';
import { type DecodedFrame, DecodeError, type FrameDecoder } from '../decoders/decoder.ts';
import type { EncapsulatedPixels } from '../image/pixel-source.ts';
import { Tag } from '../tags.ts';
import { valueBytes } from '../values.ts';
import { extendedOffsets, readFragments } from './fragments.ts';
import { bitstreamOf, type FrameFragments, framesOf } from './frame-bitstreams.ts';

/** The frames of one object in the order of its data set. */
export class EncapsulatedFrames {
  readonly pixels: EncapsulatedPixels;
  readonly #fragments: FrameFragments;
  readonly #decoder: FrameDecoder;

  /** @throws DecodeError when it cannot be told which fragments make which frame */
  constructor(set: DataSet, pixels: EncapsulatedPixels, decoder: FrameDecoder) {
    this.pixels = pixels;
    this.#decoder = decoder;
    const extended = extendedOffsets(valueBytes(set, Tag.ExtendedOffsetTable));
    this.#fragments = framesOf(readFragments(set, pixels.element), pixels.frames, extended, pixels.family);
  }

  /** What is odd about the fragments, or null. */
  get doubt(): string | null {
    return this.#fragments.doubt;
  }

  /** One frame's bitstream in one piece, with whatever padding its last fragment has. */
  bitstream(index: number): Uint8Array {
    return bitstreamOf(this.#fragments.frames[index] ?? []);
  }

  /** @throws DecodeError that names the frame */
  decoded(index: number): DecodedFrame {
    try {
      return this.#decoder.decode(this.bitstream(index), this.pixels.expected);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DecodeError(`frame ${index + 1} cannot be decoded: ${reason}`, { cause });
    }
  }
}

/**
 * The format that holds all samples of the frames: the stored bits, or those of the bitstream when its values need them.
 * @param bits of the data set
 * @throws DecodeError above 16 bits
 */
export function formatOf(frames: EncapsulatedFrames, first: DecodedFrame): FrameFormat {
  const { width, height, samples, bitsStored, signed } = frames.pixels.expected;
  const format = { width, height, samples: samples === 3 ? 3 : 1, bits: bitsStored, signed } as const;
  if (bitsStored > 16) throw new DecodeError(`samples of ${bitsStored} bits`);
  if (first.precision <= bitsStored) return format;
  for (let index = 0; index < frames.pixels.frames; index++) {
    const frame = index === 0 ? first : frames.decoded(index);
    if (!fits(frame, format)) return { ...format, bits: Math.min(16, frame.precision) };
  }
  return format;
}

function fits({ words, precision }: DecodedFrame, format: FrameFormat): boolean {
  const { min, max } = sampleRange(format);
  const value = reader(precision, format.signed);
  for (let at = 0; at < words.length; at++) {
    const sample = value(words[at] as number);
    if (sample < min || sample > max) return false;
  }
  return true;
}

/**
 * A sample from its word. Signed or not is the data set's word: bitstreams of JPEG and JPEG-LS know no sign, and those of
 * JPEG 2000 are often wrong about it.
 */
function reader(precision: number, signed: boolean): (word: number) => number {
  if (!signed) {
    const mask = 2 ** precision - 1;
    return (word) => (word & mask) >>> 0;
  }
  const shift = 32 - precision;
  return (word) => (word << shift) >> shift;
}

/** The samples of a frame in the array that its format asks for. @throws DecodeError when one is out of its range */
export function canonical(frame: DecodedFrame, format: FrameFormat): Pixels {
  if (frame.precision > format.bits && !fits(frame, format)) {
    throw new DecodeError(`values above the ${format.bits} bits of the other frames`);
  }
  const pixels = allocatePixels(format);
  const { words, precision } = frame;
  if (!format.signed && words.BYTES_PER_ELEMENT === pixels.BYTES_PER_ELEMENT) {
    pixels.set(words);
    return pixels;
  }
  const value = reader(precision, format.signed);
  for (let at = 0; at < pixels.length; at++) pixels[at] = value(words[at] as number);
  return pixels;
}
