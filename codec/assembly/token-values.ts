// From a row of decoded tokens to zigzag values, with the raw bits of those that have some.
import { rawBase, rawPosition, setRawPosition } from './raw-bits';
import { powers, zigzagMagnitudes } from './vectors';

/**
 * Turns tokens, as `decodeTokens` leaves them, into zigzag values in place, and writes their magnitudes.
 * @param count a multiple of 8
 */
export function tokensToValues(row: usize, count: i32, magnitudes: usize): void {
  const base = rawBase;
  let bit = rawPosition;
  const fifteen = i16x8.splat(15);
  const end = row + (<usize>count << 1);
  for (; row < end; row += 16, magnitudes += 16) {
    const tokens = i16x8.shr_u(v128.load(row), 10);
    const large = i16x8.gt_s(tokens, fifteen);
    if (!v128.any_true(large)) {
      v128.store(row, tokens);
      v128.store(magnitudes, zigzagMagnitudes(tokens));
      continue;
    }
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
    const power = powers(bytes);
    const mantissa = v128.or(v128.and(tokens, i16x8.splat(3)), i16x8.splat(4));
    rest = v128.and(rest, i16x8.sub(power, i16x8.splat(1)));
    const values = v128.bitselect(i16x8.add(i16x8.mul(mantissa, power), rest), tokens, large);
    v128.store(row, values);
    v128.store(magnitudes, zigzagMagnitudes(values));
  }
  setRawPosition(bit);
}
