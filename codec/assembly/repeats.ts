// Bands of drawn pictures, in which the same values come again: values, and copies of values before them. FORMAT.md section 4.
import { rawBase, rawEnd, rawPosition, setRawPosition } from './raw-bits';

/** The zigzag values of the band at hand, u16, row by row without room beside the rows. */
export const values: usize = memory.data(65536 * 2, 16);
/** Lengths and distances have at most this many bits after their first. */
export const MOST_BITS: u64 = 15;

/** Copies `length` values from `distance` values before: what is copied may be what was just written. */
// @ts-ignore: decorator
@inline
function copyValues(to: usize, distance: usize, length: usize): void {
  for (const end = to + (length << 1); to < end; to += 2) store<u16>(to, load<u16>(to - (distance << 1)));
}

/** Reads the values of a band into `values`. Returns false, and stops, when the bits make no sense or do not suffice. */
function readValues(count: usize, bits: u64): bool {
  const last = (rawEnd - rawBase) << 3;
  const mask = (<u64>1 << bits) - 1;
  let bit = <usize>rawPosition;
  let distance: usize = 0;
  for (let at: usize = 0; at < count;) {
    if (bit >= last) return false;
    // No more than 54 bits are used of the 57 and more that one load has.
    let next = load<u64>(rawBase + (bit >> 3)) >> <u64>(bit & 7);
    if ((next & 1) == 0) {
      store<u16>(values + (at++ << 1), <u16>((next >> 1) & mask));
      bit += 1 + <usize>bits;
      continue;
    }
    next >>= 1;
    let more = <u64>ctz(~next);
    if (more > MOST_BITS) return false;
    next >>= more + 1;
    const length = <usize>((<u64>1 << more) | (next & ((<u64>1 << more) - 1))) + 1;
    next >>= more;
    bit += 3 + <usize>(2 * more);
    if (next & 1) {
      more = (next >> 1) & 15;
      distance = <usize>((<u64>1 << more) | ((next >> 5) & ((<u64>1 << more) - 1)));
      bit += 4 + <usize>more;
    }
    if (distance == 0 || distance > at || length > count - at) return false;
    copyValues(values + (at << 1), distance, length);
    at += length;
  }
  setRawPosition(<u32>bit);
  return bit <= last;
}

/** Reads a band whose values have `bits` bits (1 to 16). Returns 0 when what is there is no such band. */
export function readRepeats(band: usize, stride: usize, width: i32, height: i32, bits: u32): i32 {
  if (!readValues(<usize>(width * height), <u64>bits)) return 0;
  let from = values;
  for (let y = 0; y < height; y++, band += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 2, from += 2) {
      const value = <i32>load<u16>(from);
      store<i16>(band + x, <i16>((value >> 1) ^ -(value & 1)));
    }
  }
  return 1;
}
