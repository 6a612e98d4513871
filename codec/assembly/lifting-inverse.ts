// One level of the inverse wavelet transform: low-pass band and three detail bands to the next larger low-pass band.
import { LEGALL, mirroredEven, NINE_SEVEN_M, predict2, predict4, SUBSAMPLING, update } from './filters';
import { storeInterleaved } from './vectors';

/** Undoes the update of a row of even samples. */
// @ts-ignore: decorator
@inline
function evenRow(row: usize, above: usize, below: usize, bytes: usize): void {
  for (let x: usize = 0; x < bytes; x += 16) {
    v128.store(row + x, i16x8.sub(v128.load(row + x), update(v128.load(above + x), v128.load(below + x))));
  }
}

/** Undoes the prediction of a row of odd samples from even rows a, b (near) and c, d (far). */
// @ts-ignore: decorator
@inline
function oddRow(row: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize, filter: i32): void {
  if (filter == NINE_SEVEN_M) {
    for (let x: usize = 0; x < bytes; x += 16) {
      const predicted = predict4(v128.load(a + x), v128.load(b + x), v128.load(c + x), v128.load(d + x));
      v128.store(row + x, i16x8.add(v128.load(row + x), predicted));
    }
  } else {
    for (let x: usize = 0; x < bytes; x += 16) {
      v128.store(row + x, i16x8.add(v128.load(row + x), predict2(v128.load(a + x), v128.load(b + x))));
    }
  }
}

/** Puts a row of n samples together from its low and high half. Writes the padding beside `high` and in `evens`. */
// @ts-ignore: decorator
@inline
function joinRow(low: usize, high: usize, n: i32, out: usize, evens: usize, filter: i32): void {
  const lows = (n + 1) >> 1;
  const highs = n >> 1;
  const bytes = <usize>lows << 1;
  store<i16>(high - 2, load<i16>(high));
  if (n & 1) store<i16>(high + (<usize>highs << 1), load<i16>(high + (<usize>highs << 1) - 2));
  if (filter == SUBSAMPLING) {
    memory.copy(evens, low, bytes);
  } else {
    for (let x: usize = 0; x < bytes; x += 16) {
      const undone = i16x8.sub(v128.load(low + x), update(v128.load(high + x - 2), v128.load(high + x)));
      v128.store(evens + x, undone);
    }
  }
  store<i16>(evens - 2, load<i16>(evens + (mirroredEven(-1, n) << 1)));
  store<i16>(evens + bytes, load<i16>(evens + (mirroredEven(lows, n) << 1)));
  store<i16>(evens + bytes + 2, load<i16>(evens + (mirroredEven(lows + 1, n) << 1)));
  if (filter == NINE_SEVEN_M) {
    for (let x: usize = 0; x < bytes; x += 16) {
      const even = v128.load(evens + x);
      const odd = predict4(even, v128.load(evens + x + 2), v128.load(evens + x - 2), v128.load(evens + x + 4));
      storeInterleaved(out + (x << 1), even, i16x8.add(odd, v128.load(high + x)));
    }
  } else {
    for (let x: usize = 0; x < bytes; x += 16) {
      const even = v128.load(evens + x);
      const odd = predict2(even, v128.load(evens + x + 2));
      storeInterleaved(out + (x << 1), even, i16x8.add(odd, v128.load(high + x)));
    }
  }
}

// @ts-ignore: decorator
@inline
function inverseWith(
  low: usize, lowStride: usize, hl: usize, lh: usize, hh: usize, stride: usize,
  out: usize, outStride: usize, width: i32, height: i32, row: usize, filter: i32,
): void {
  const bytes = <usize>width << 1;
  const evens = (height + 1) >> 1;
  const odds = height >> 1;
  const pair = outStride << 1;
  // The three steps follow each other at a distance of two rows, so that rows are still in the cache.
  for (let i = 0; i < evens + 2; i++) {
    if (i < evens) {
      const at = <usize>i * stride;
      const even = out + <usize>i * pair;
      joinRow(low + <usize>i * lowStride, hl + at, width, even, row, filter);
      if (i < odds) joinRow(lh + at, hh + at, width, even + outStride, row, filter);
      if (filter != SUBSAMPLING) {
        const above = out + <usize>max(i - 1, 0) * pair + outStride;
        evenRow(even, above, out + <usize>min(i, odds - 1) * pair + outStride, bytes);
      }
    }
    const q = i - 2;
    if (q < 0 || q >= odds) continue;
    const a = out + <usize>q * pair;
    const b = out + <usize>mirroredEven(q + 1, height) * pair;
    const c = out + <usize>mirroredEven(q - 1, height) * pair;
    const d = out + <usize>mirroredEven(q + 2, height) * pair;
    oddRow(a + outStride, a, b, c, d, bytes, filter);
  }
}

/**
 * Inverse transform of one level, modulo 2^16: rows first, then columns. What lies beside the detail bands' rows is
 * overwritten.
 * @param low the low-pass band; 16 lanes after its end are read
 * @param stride of the detail bands; at least eight lanes lie before and after each row
 * @param out where the samples go, width x height, both at least 2; at least 16 lanes lie after each row
 * @param row working space for half a row and 16 lanes on both sides
 * @param lowStride of the low-pass band; 0 when it is that of the others
 */
export function inverse(
  low: usize, hl: usize, lh: usize, hh: usize, stride: usize,
  out: usize, outStride: usize, width: i32, height: i32, row: usize, filter: i32, lowStride: usize,
): void {
  const step = lowStride == 0 ? stride : lowStride;
  if (filter == LEGALL) inverseWith(low, step, hl, lh, hh, stride, out, outStride, width, height, row, LEGALL);
  else if (filter == NINE_SEVEN_M) inverseWith(low, step, hl, lh, hh, stride, out, outStride, width, height, row, NINE_SEVEN_M);
  else inverseWith(low, step, hl, lh, hh, stride, out, outStride, width, height, row, SUBSAMPLING);
}
