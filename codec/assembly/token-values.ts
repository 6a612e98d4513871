// From decoded tokens to coefficients, with the raw bits of those that have some.
import { TILE } from './contexts';
import { rawBase, rawPosition, setRawPosition } from './raw-bits';
import { powers, storeInterleaved, unzigzag, zigzagMagnitudes } from './vectors';

/** Tokens lie above this bit. */
export const TOKEN_SHIFT: u32 = 10;

/** The tokens of the half row, 16 bits each: the token above 10 bits that mean nothing. */
export const tokenRow: usize = memory.data(TILE + 32, 16);
/** The even coefficients of the row at hand, until the odd ones are there. */
const evens: usize = memory.data(TILE + 32, 16);

/** The zigzag values of eight tokens, `large` lanes of which have raw bits, which are taken from the stream. */
// @ts-ignore: decorator
@inline
function largeValues(tokens: v128, large: v128): v128 {
  const base = rawBase;
  let bit = rawPosition;
  const counts = v128.and(i16x8.sub(i16x8.shr_u(tokens, 2), i16x8.splat(2)), large);
  const bytes = i8x16.narrow_i16x8_u(counts, counts);
  let n = <u64>i64x2.extract_lane(bytes, 0);
  // Four values take at most 4 x 13 bits, so one load of 64 serves them wherever it begins in its byte.
  let bits = load<u64>(base + (bit >> 3)) >> <u64>(bit & 7);
  bit += ((<u32>n * 0x01010101) >> 24);
  let rest = i16x8.splat(<i16>bits);
  bits >>= n;
  n >>= 8;
  rest = i16x8.replace_lane(rest, 1, <i16>bits);
  bits >>= n;
  n >>= 8;
  rest = i16x8.replace_lane(rest, 2, <i16>bits);
  bits >>= n;
  n >>= 8;
  rest = i16x8.replace_lane(rest, 3, <i16>bits);
  n >>= 8;
  bits = load<u64>(base + (bit >> 3)) >> <u64>(bit & 7);
  bit += ((<u32>n * 0x01010101) >> 24);
  rest = i16x8.replace_lane(rest, 4, <i16>bits);
  bits >>= n;
  n >>= 8;
  rest = i16x8.replace_lane(rest, 5, <i16>bits);
  bits >>= n;
  n >>= 8;
  rest = i16x8.replace_lane(rest, 6, <i16>bits);
  bits >>= n;
  rest = i16x8.replace_lane(rest, 7, <i16>bits);
  setRawPosition(bit);
  const power = powers(bytes);
  const mantissa = v128.or(v128.and(tokens, i16x8.splat(3)), i16x8.splat(4));
  rest = v128.and(rest, i16x8.sub(power, i16x8.splat(1)));
  return v128.bitselect(i16x8.add(i16x8.mul(mantissa, power), rest), tokens, large);
}

/** Keeps eight zigzag values and their magnitudes; even ones until the odd ones beside them are there. */
// @ts-ignore: decorator
@inline
function keep(values: v128, x: usize, magnitudes: usize, band: usize, odd: bool): void {
  v128.store(magnitudes + x, zigzagMagnitudes(values));
  if (odd) storeInterleaved(band + (x << 1), v128.load(evens + x), unzigzag(values));
  else v128.store(evens + x, unzigzag(values));
}

/** Turns eight tokens, `x` bytes into the half row, into values, and keeps those. */
// @ts-ignore: decorator
@inline
export function findValues(x: usize, own: usize, band: usize, odd: bool): void {
  let tokens = i16x8.shr_u(v128.load(tokenRow + x), TOKEN_SHIFT);
  const large = i16x8.gt_s(tokens, i16x8.splat(15));
  if (v128.any_true(large)) tokens = largeValues(tokens, large);
  keep(tokens, x, own, band, odd);
}

/** Stores a last group of even columns that has no odd ones. */
export function storeLastEvens(evenCount: i32, oddCount: i32, band: usize): void {
  const x = <usize>((oddCount + 7) & ~7) << 1;
  if (x < <usize>evenCount << 1) storeInterleaved(band + (x << 1), v128.load(evens + x), i64x2.splat(0));
}
