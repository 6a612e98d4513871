// One level of the inverse wavelet transform: low-pass band and three detail bands to the next larger low-pass band.
import { LEGALL, mirroredEven, NINE_SEVEN_M, predict2, predict4, SUBSAMPLING, update } from './filters';
import { storeInterleaved } from './vectors';

/** Undoes the update of a row of even samples, which may come from elsewhere. */
// @ts-ignore: decorator
@inline
function evenRow(row: usize, source: usize, above: usize, below: usize, bytes: usize): void {
  for (let x: usize = 0; x < bytes; x += 16) {
    v128.store(row + x, i16x8.sub(v128.load(source + x), update(v128.load(above + x), v128.load(below + x))));
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
  source: usize, sourceStride: usize, low: usize, hl: usize, lh: usize, hh: usize, stride: usize,
  out: usize, outStride: usize, width: i32, height: i32, row: usize, filter: i32,
): void {
  const lowBytes = <usize>((width + 1) >> 1) << 1;
  const highBytes = <usize>(width >> 1) << 1;
  const evens = (height + 1) >> 1;
  const odds = height >> 1;
  // The three steps follow each other at a distance of two rows, so that rows are still in the cache.
  for (let i = 0; i < evens + 2; i++) {
    if (i < evens && filter == SUBSAMPLING) {
      memory.copy(low + <usize>i * stride, source + <usize>i * sourceStride, lowBytes);
    } else if (i < evens) {
      const above = <usize>max(i - 1, 0) * stride;
      const below = <usize>min(i, odds - 1) * stride;
      evenRow(low + <usize>i * stride, source + <usize>i * sourceStride, lh + above, lh + below, lowBytes);
      evenRow(hl + <usize>i * stride, hl + <usize>i * stride, hh + above, hh + below, highBytes);
    }
    const q = i - 2;
    if (q < 0) continue;
    const at = <usize>q * stride;
    if (q < odds) {
      const b = <usize>mirroredEven(q + 1, height) * stride;
      const c = <usize>mirroredEven(q - 1, height) * stride;
      const d = <usize>mirroredEven(q + 2, height) * stride;
      oddRow(lh + at, low + at, low + b, low + c, low + d, lowBytes, filter);
      oddRow(hh + at, hl + at, hl + b, hl + c, hl + d, highBytes, filter);
    }
    if (q < evens) joinRow(low + at, hl + at, width, out + <usize>(q << 1) * outStride, row, filter);
    if (q < odds) joinRow(lh + at, hh + at, width, out + <usize>((q << 1) + 1) * outStride, row, filter);
  }
}

/**
 * Inverse transform of one level, modulo 2^16. The planes of the four bands are used as working space.
 * @param low the low-pass band, or room for it when it comes from elsewhere
 * @param stride of all four bands; at least eight lanes lie before and after each row
 * @param out where the samples go, width x height, both at least 2; up to 15 lanes after each row are overwritten
 * @param row working space for half a row and 16 lanes on both sides
 * @param source the low-pass band in another stride, 16 lanes readable after its end; 0 when it is in `low`
 */
export function inverse(
  low: usize, hl: usize, lh: usize, hh: usize, stride: usize,
  out: usize, outStride: usize, width: i32, height: i32, row: usize, filter: i32, source: usize, sourceStride: usize,
): void {
  const from = source == 0 ? low : source;
  const step = source == 0 ? stride : sourceStride;
  if (filter == LEGALL) {
    inverseWith(from, step, low, hl, lh, hh, stride, out, outStride, width, height, row, LEGALL);
  } else if (filter == NINE_SEVEN_M) {
    inverseWith(from, step, low, hl, lh, hh, stride, out, outStride, width, height, row, NINE_SEVEN_M);
  } else {
    inverseWith(from, step, low, hl, lh, hh, stride, out, outStride, width, height, row, SUBSAMPLING);
  }
}
