// Frames that are in fragments but not compressed, or deflated one by one (PS3.5 annexes A.4.11 and A.4.13).
import { inflateRawSync } from 'node:zlib';
import { type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';
import { unpackBits } from './rle.ts';

/** @throws DecodeError */
export function decodePlain(bytes: Uint8Array, expected: ExpectedFrame): DecodedFrame {
  const { width, height, samples, bitsAllocated } = expected;
  const count = width * height * samples;
  const needed = Math.ceil((count * bitsAllocated) / 8);
  if (bytes.length < needed) {
    throw new DecodeError(`the frame has ${bytes.length} bytes where its pixels need ${needed}`);
  }
  return {
    ...{ width, height, samples },
    precision: bitsAllocated,
    words: bitsAllocated === 1 ? unpackBits(bytes, count) : wordsOf(bytes, bitsAllocated, count),
    colour: 'as stated',
    coding: 'lossless',
  };
}

/** @throws DecodeError */
export function decodeDeflated(bitstream: Uint8Array, expected: ExpectedFrame): DecodedFrame {
  const { width, height, samples, bitsAllocated } = expected;
  // A fragment has an even length; one byte of padding may follow.
  const most = Math.ceil((width * height * samples * bitsAllocated) / 8) + 1;
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(bitstream, { maxOutputLength: most });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(`the frame cannot be inflated (${reason})`, { cause });
  }
  return decodePlain(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), expected);
}
