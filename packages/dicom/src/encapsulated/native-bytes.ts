// A decoded frame as it stands in native pixel data: samples in their allocated words, planes apart where they are.
import { type DecodedFrame, DecodeError } from '../decoders/decoder.ts';
import type { EncapsulatedPixels } from '../image/pixel-source.ts';

/** Bits of native pixel data that one frame takes; frames follow each other without a gap, also inside a byte. */
export function nativeFrameBits({ expected }: EncapsulatedPixels): number {
  const { width, height, samples, bitsAllocated } = expected;
  return width * height * samples * bitsAllocated;
}

/**
 * Writes a frame at its place.
 * @param out zeroed, for all frames
 * @throws DecodeError when its samples do not fit the allocated bits
 */
export function writeNative(
  frame: DecodedFrame,
  pixels: EncapsulatedPixels,
  index: number,
  out: Uint8Array,
): void {
  const { bitsAllocated } = pixels.expected;
  const firstBit = nativeFrameBits(pixels) * index;
  if (bitsAllocated === 1) {
    packBits(frame.words, out, firstBit);
    return;
  }
  if (frame.precision > bitsAllocated) {
    throw new DecodeError(`samples of ${frame.precision} bits, the data set allocates ${bitsAllocated}`);
  }
  const bytes = bytesOf(extended(frame, pixels), bitsAllocated);
  out.set(pixels.planar && frame.samples === 3 ? planes(bytes, bitsAllocated / 8) : bytes, firstBit / 8);
}

function packBits(words: DecodedFrame['words'], out: Uint8Array, firstBit: number): void {
  for (let pixel = 0, bit = firstBit; pixel < words.length; pixel++, bit++) {
    const byte = Math.floor(bit / 8);
    out[byte] = (out[byte] as number) | (((words[pixel] as number) & 1) << (bit % 8));
  }
}

/** Signs of signed samples reach up to the allocated bits. */
function extended(
  { words, precision }: DecodedFrame,
  { expected }: EncapsulatedPixels,
): DecodedFrame['words'] {
  const { bitsAllocated, signed } = expected;
  if (!signed || precision === bitsAllocated) return words;
  const shift = 32 - precision;
  const wide = bitsAllocated <= 8 ? new Uint8Array(words.length) : new Uint16Array(words.length);
  for (let at = 0; at < words.length; at++) wide[at] = ((words[at] as number) << shift) >> shift;
  return wide;
}

function bytesOf(words: DecodedFrame['words'], bitsAllocated: number): Uint8Array {
  let sized = words;
  if (words.BYTES_PER_ELEMENT * 8 !== bitsAllocated) {
    if (bitsAllocated === 16) sized = Uint16Array.from(words);
    else if (bitsAllocated === 32) sized = Uint32Array.from(words);
    else throw new DecodeError(`samples of ${words.BYTES_PER_ELEMENT} bytes in ${bitsAllocated} bits`);
  }
  return new Uint8Array(sized.buffer, sized.byteOffset, sized.byteLength);
}

function planes(bytes: Uint8Array, size: number): Uint8Array {
  const apart = new Uint8Array(bytes.length);
  const pixels = bytes.length / (size * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let sample = 0; sample < 3; sample++) {
      for (let byte = 0; byte < size; byte++) {
        apart[(sample * pixels + pixel) * size + byte] = bytes[(pixel * 3 + sample) * size + byte] as number;
      }
    }
  }
  return apart;
}
