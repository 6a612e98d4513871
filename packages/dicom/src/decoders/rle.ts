// RLE lossless: a segment of run lengths for each byte of each sample (PS3.5 annex G).
import { type DecodedFrame, DecodeError, type ExpectedFrame, wordsOf } from './decoder.ts';

const HEADER = 64;
const MOST_SEGMENTS = 15;

/** @throws DecodeError */
export function decodeRle(bitstream: Uint8Array, expected: ExpectedFrame): DecodedFrame {
  const { width, height, samples, bitsAllocated } = expected;
  const count = width * height * samples;
  const precision = bitsAllocated;
  const base = { width, height, samples, precision, colour: 'as stated', coding: 'lossless' } as const;
  if (bitsAllocated === 1) {
    const packed = new Uint8Array(Math.ceil((width * height) / 8));
    for (const segment of segmentsOf(bitstream, 1)) unpack(segment, packed, 0, 1);
    return { ...base, words: unpackBits(packed, width * height) };
  }
  const size = bitsAllocated / 8;
  const bytes = new Uint8Array(count * size);
  for (const [index, segment] of segmentsOf(bitstream, samples * size).entries()) {
    // The most significant byte of a sample comes first.
    const first = Math.floor(index / size) * size + (size - 1 - (index % size));
    unpack(segment, bytes, first, samples * size);
  }
  return { ...base, words: wordsOf(bytes, precision, count) };
}

function segmentsOf(bitstream: Uint8Array, expected: number): Uint8Array[] {
  if (bitstream.length < HEADER) throw new DecodeError('the RLE bitstream ends inside its header');
  const view = new DataView(bitstream.buffer, bitstream.byteOffset, bitstream.length);
  const count = view.getUint32(0, true);
  if (count !== expected || count > MOST_SEGMENTS) {
    throw new DecodeError(`the RLE bitstream has ${count} segments where the pixels need ${expected}`);
  }
  return Array.from({ length: count }, (_, index) => {
    const start = view.getUint32(4 + index * 4, true);
    const next = index + 1 < count ? view.getUint32(8 + index * 4, true) : bitstream.length;
    if (start < HEADER || next < start || next > bitstream.length) {
      throw new DecodeError(`segment ${index + 1} of the RLE bitstream lies outside of it`);
    }
    return bitstream.subarray(start, next);
  });
}

/** Writes the bytes of a segment to every `step`-th place of `out`. */
function unpack(segment: Uint8Array, out: Uint8Array, first: number, step: number): void {
  let to = first;
  let at = 0;
  while (to < out.length && at + 1 < segment.length) {
    const control = segment[at++] as number;
    if (control < 128) {
      const end = Math.min(at + control + 1, segment.length);
      for (; at < end && to < out.length; at++, to += step) out[to] = segment[at] as number;
    } else if (control > 128) {
      const value = segment[at++] as number;
      for (let left = 257 - control; left > 0 && to < out.length; left--, to += step) out[to] = value;
    }
  }
  if (to < out.length) throw new DecodeError('a segment of the RLE bitstream ends before the frame does');
}

/** Bits of the first pixel first, from the lowest of each byte (PS3.5 section 8.1.1). */
export function unpackBits(packed: Uint8Array, count: number): Uint8Array {
  const pixels = new Uint8Array(count);
  for (let at = 0; at < count; at++) pixels[at] = ((packed[at >> 3] as number) >> (at & 7)) & 1;
  return pixels;
}
