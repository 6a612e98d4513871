// One level of the forward wavelet transform: samples to a low-pass band and three detail bands.
import { LEGALL, mirroredEven, NINE_SEVEN_M, predict2, predict4, SUBSAMPLING, update } from './filters';
import { evenLanes, oddLanes } from './vectors';

/** Non-zero when a step left the range of 16 bits: still reversible, but the low-pass band is no picture any more. */
let wrapped: v128 = i64x2.splat(0);

/** Bits that differ where a + b leaves 16 bits. */
// @ts-ignore: decorator
@inline
function lostByAdd(a: v128, b: v128): v128 {
  return v128.xor(i16x8.add(a, b), i16x8.add_sat_s(a, b));
}

/** Bits that differ where a - b leaves 16 bits. */
// @ts-ignore: decorator
@inline
function lostBySub(a: v128, b: v128): v128 {
  return v128.xor(i16x8.sub(a, b), i16x8.sub_sat_s(a, b));
}

/** The same for the sums that `predict4` makes of these lanes. */
// @ts-ignore: decorator
@inline
function lostByPredict4(a: v128, b: v128, c: v128, d: v128): v128 {
  const near = i16x8.add(a, b);
  const far = i16x8.add(c, d);
  const lost = v128.or(lostByAdd(a, b), lostByAdd(c, d));
  return v128.or(lost, v128.or(lostBySub(near, far), lostByAdd(i16x8.sub(near, far), i16x8.splat(8))));
}

/** The same for the sums that `update` makes, and its addition to an even sample. */
// @ts-ignore: decorator
@inline
function lostByUpdate(even: v128, a: v128, b: v128): v128 {
  const lost = v128.or(lostByAdd(a, b), lostByAdd(i16x8.add(a, b), i16x8.splat(2)));
  return v128.or(lost, lostByAdd(even, update(a, b)));
}

// @ts-ignore: decorator
@inline
function oddRow(row: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize, filter: i32): void {
  let lost = wrapped;
  for (let x: usize = 0; x < bytes; x += 16) {
    const near = v128.load(a + x);
    const next = v128.load(b + x);
    const odd = v128.load(row + x);
    let guess: v128;
    if (filter == NINE_SEVEN_M) {
      const before = v128.load(c + x);
      const after = v128.load(d + x);
      lost = v128.or(lost, lostByPredict4(near, next, before, after));
      guess = predict4(near, next, before, after);
    } else {
      guess = predict2(near, next);
    }
    lost = v128.or(lost, lostBySub(odd, guess));
    v128.store(row + x, i16x8.sub(odd, guess));
  }
  wrapped = lost;
}

// @ts-ignore: decorator
@inline
function evenRow(row: usize, above: usize, below: usize, bytes: usize): void {
  let lost = wrapped;
  for (let x: usize = 0; x < bytes; x += 16) {
    const a = v128.load(above + x);
    const b = v128.load(below + x);
    const even = v128.load(row + x);
    lost = v128.or(lost, lostByUpdate(even, a, b));
    v128.store(row + x, i16x8.add(even, update(a, b)));
  }
  wrapped = lost;
}

/** Splits a row of n samples into its low and high half. Writes the padding beside `high` and in `evens`. */
// @ts-ignore: decorator
@inline
function splitRow(samples: usize, n: i32, low: usize, high: usize, evens: usize, filter: i32): void {
  const lows = (n + 1) >> 1;
  const highs = n >> 1;
  const bytes = <usize>lows << 1;
  for (let x: usize = 0; x < bytes; x += 16) v128.store(evens + x, evenLanes(samples + (x << 1)));
  store<i16>(evens - 2, load<i16>(evens + (mirroredEven(-1, n) << 1)));
  store<i16>(evens + bytes, load<i16>(evens + (mirroredEven(lows, n) << 1)));
  store<i16>(evens + bytes + 2, load<i16>(evens + (mirroredEven(lows + 1, n) << 1)));
  let lost = wrapped;
  for (let x: usize = 0; x < bytes; x += 16) {
    const odd = oddLanes(samples + (x << 1));
    const near = v128.load(evens + x);
    const next = v128.load(evens + x + 2);
    let guess: v128;
    if (filter == NINE_SEVEN_M) {
      const before = v128.load(evens + x - 2);
      const after = v128.load(evens + x + 4);
      lost = v128.or(lost, lostByPredict4(near, next, before, after));
      guess = predict4(near, next, before, after);
    } else {
      guess = predict2(near, next);
    }
    lost = v128.or(lost, lostBySub(odd, guess));
    v128.store(high + x, i16x8.sub(odd, guess));
  }
  if (filter == SUBSAMPLING) {
    memory.copy(low, evens, bytes);
  } else {
    store<i16>(high - 2, load<i16>(high));
    if (n & 1) store<i16>(high + (<usize>highs << 1), load<i16>(high + (<usize>highs << 1) - 2));
    for (let x: usize = 0; x < bytes; x += 16) {
      const a = v128.load(high + x - 2);
      const b = v128.load(high + x);
      const even = v128.load(evens + x);
      lost = v128.or(lost, lostByUpdate(even, a, b));
      v128.store(low + x, i16x8.add(even, update(a, b)));
    }
  }
  wrapped = lost;
}

// @ts-ignore: decorator
@inline
function forwardWith(
  samples: usize, samplesStride: usize, width: i32, height: i32,
  low: usize, hl: usize, lh: usize, hh: usize, stride: usize, row: usize, filter: i32,
): void {
  const bytes = <usize>width << 1;
  const evens = (height + 1) >> 1;
  const odds = height >> 1;
  const pair = samplesStride << 1;
  // A row is predicted from even rows up to two below it, and those must not have been updated yet.
  for (let p = 0; p <= evens; p++) {
    if (p < odds) {
      const a = samples + <usize>p * pair;
      const b = samples + <usize>mirroredEven(p + 1, height) * pair;
      const c = samples + <usize>mirroredEven(p - 1, height) * pair;
      const d = samples + <usize>mirroredEven(p + 2, height) * pair;
      oddRow(a + samplesStride, a, b, c, d, bytes, filter);
    }
    const u = p - 1;
    if (u < 0) continue;
    const even = samples + <usize>u * pair;
    if (filter != SUBSAMPLING) {
      const above = samples + <usize>max(u - 1, 0) * pair + samplesStride;
      evenRow(even, above, samples + <usize>min(u, odds - 1) * pair + samplesStride, bytes);
    }
    const at = <usize>u * stride;
    splitRow(even, width, low + at, hl + at, row, filter);
    if (u < odds) splitRow(even + samplesStride, width, lh + at, hh + at, row, filter);
  }
}

/**
 * Forward transform of one level, modulo 2^16: columns first, then rows, as in JPEG 2000, so that what was quantised by
 * a JPEG 2000 encoder is found again. What lies beside the bands' rows is overwritten.
 * @param samples width x height, both at least 2; used up; zeros after each row up to a multiple of 16 lanes
 * @param stride of all four bands; at least eight lanes lie before and after each row
 * @param row working space for half a row and 16 lanes on both sides
 * @returns 1 when a step left the range of 16 bits (or may have), else 0
 */
export function forward(
  samples: usize, samplesStride: usize, width: i32, height: i32,
  low: usize, hl: usize, lh: usize, hh: usize, stride: usize, row: usize, filter: i32,
): i32 {
  wrapped = i64x2.splat(0);
  if (filter == LEGALL) {
    forwardWith(samples, samplesStride, width, height, low, hl, lh, hh, stride, row, LEGALL);
  } else if (filter == NINE_SEVEN_M) {
    forwardWith(samples, samplesStride, width, height, low, hl, lh, hh, stride, row, NINE_SEVEN_M);
  } else {
    forwardWith(samples, samplesStride, width, height, low, hl, lh, hh, stride, row, SUBSAMPLING);
  }
  return i32(v128.any_true(wrapped));
}
