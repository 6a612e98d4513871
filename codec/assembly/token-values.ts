// From decoded tokens to coefficients, with the raw bits of those that have some.
import { TILE } from './contexts';
import { EVEN, ODD, ROW } from './neighbours';
import { rawBase, rawPosition, setRawPosition } from './raw-bits';
import { powers, smallMagnitudes, storeInterleaved, unzigzag, zigzagMagnitudes } from './vectors';

/** The largest token without raw bits, eight times, for `findValues`. */
export const smallTokens: usize = memory.data<i16>([15, 15, 15, 15, 15, 15, 15, 15], 16);
/** Tokens lie above this bit. */
export const TOKEN_SHIFT: u32 = 10;

/** The tokens of the half row, 16 bits each: the token above 10 bits that mean nothing. */
export const tokenRow: usize = memory.data(TILE + 32, 16);
/** The even coefficients of the row at hand, until the odd ones are there. */
const evens: usize = memory.data(TILE + 32, 16);

/** What is needed of tokens above 15: 2, 3 and 4 eight times, and 2^(7 - n) in byte n. */
const two: usize = memory.data<i16>([2, 2, 2, 2, 2, 2, 2, 2], 16);
const three: usize = memory.data<i16>([3, 3, 3, 3, 3, 3, 3, 3], 16);
const four: usize = memory.data<i16>([4, 4, 4, 4, 4, 4, 4, 4], 16);
const shifts: usize = memory.data<u8>([128, 64, 32, 16, 8, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0], 16);
const BYTES: u64 = 0x0101010101010101;

/** Sixteen bits from wherever in its first byte each of four numbers begins: four bytes each, times 2^(7 - bit). */
// @ts-ignore: decorator
@inline
function aligned(bytes: v128, power: v128): v128 {
  return i32x4.shr_u(i32x4.shl(i32x4.mul(bytes, power), 9), 16);
}

/** The next bits of the stream, as many for each of eight lanes as the low bytes of `counts` say, with others above them. */
// @ts-ignore: decorator
@inline
function nextBits(counts: v128): v128 {
  const bit = rawPosition;
  // They are at most 13 each, so all of them begin and end within 16 bytes, and sums of bytes stay in theirs.
  const stream = v128.load(rawBase + (bit >> 3));
  const ends = <u64>i64x2.extract_lane(counts, 0) * BYTES;
  const begins = (ends << 8) + <u64>(bit & 7) * BYTES;
  setRawPosition(bit + <u32>(ends >> 56));
  const firstBytes = i64x2.splat(<i64>((begins >> 3) & 0x1f1f1f1f1f1f1f1f));
  const firstBits = i64x2.splat(<i64>(begins & 0x0707070707070707));
  const twice = v128.shuffle<i8>(firstBytes, firstBytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const low = v128.shuffle<i16>(twice, twice, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = v128.shuffle<i16>(twice, twice, 4, 12, 5, 13, 6, 14, 7, 15);
  const four = i32x4.splat(0x03020100);
  const powers = i16x8.extend_low_i8x16_u(i8x16.swizzle(v128.load(shifts), firstBits));
  return i16x8.narrow_i32x4_u(
    aligned(i8x16.swizzle(stream, i8x16.add(low, four)), i32x4.extend_low_i16x8_u(powers)),
    aligned(i8x16.swizzle(stream, i8x16.add(high, four)), i32x4.extend_high_i16x8_u(powers)),
  );
}

/** The zigzag values of eight tokens, `large` lanes of which have raw bits, which are taken from the stream. */
// @ts-ignore: decorator
@inline
function largeValues(tokens: v128, large: v128): v128 {
  const counts = v128.and(i16x8.sub(i16x8.shr_u(tokens, 2), v128.load(two)), large);
  const bytes = i8x16.narrow_i16x8_u(counts, counts);
  const power = powers(bytes);
  const mantissa = v128.or(v128.and(tokens, v128.load(three)), v128.load(four));
  const rest = v128.and(nextBits(bytes), i16x8.add(power, i16x8.splat(-1)));
  return v128.bitselect(i16x8.add(i16x8.mul(mantissa, power), rest), tokens, large);
}

/** Turns eight tokens, `x` bytes into the half row, into values; even ones wait until the odd ones beside them are there. */
// @ts-ignore: decorator
@inline
export function findValues(x: usize, row: usize, band: usize, odd: bool, small: v128): void {
  let values = i16x8.shr_u(v128.load(x, tokenRow), TOKEN_SHIFT);
  const large = i16x8.gt_s(values, small);
  let magnitudes: v128;
  if (v128.any_true(large)) {
    values = largeValues(values, large);
    magnitudes = zigzagMagnitudes(values);
  } else magnitudes = smallMagnitudes(values);
  if (odd) {
    v128.store(row + x, magnitudes, 2 * ROW + ODD);
    storeInterleaved(band + (x << 1), v128.load(x, evens), unzigzag(values));
  } else {
    v128.store(row + x, magnitudes, 2 * ROW + EVEN);
    v128.store(x, unzigzag(values), evens);
  }
}

/** Stores a last group of even columns that has no odd ones. */
export function storeLastEvens(evenCount: i32, oddCount: i32, band: usize): void {
  const x = <usize>((oddCount + 7) & ~7) << 1;
  if (x < <usize>evenCount << 1) storeInterleaved(band + (x << 1), v128.load(evens + x), i64x2.splat(0));
}
