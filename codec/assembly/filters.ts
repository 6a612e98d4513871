// The predict and update steps of the reversible wavelets, on eight lanes modulo 2^16.
//
// LeGall 5/3: Calderbank, Daubechies, Sweldens, Yeo, "Wavelet transforms that map integers to integers", 1998;
// 9/7-M is the (4,2) transform of the same paper.
import { floorAverage } from './vectors';

/** 5/3 with update. */
export const LEGALL: i32 = 0;
/** Four-tap prediction, 5/3's update. */
export const NINE_SEVEN_M: i32 = 1;
/** 5/3's prediction and no update, so that the low-pass band is the even samples themselves. */
export const SUBSAMPLING: i32 = 2;

/** What two direct neighbours say about the sample between them. */
// @ts-ignore: decorator
@inline
export function predict2(a: v128, b: v128): v128 {
  return floorAverage(a, b);
}

/** The same from two direct (a, b) and two further neighbours (c, d): (9(a + b) - (c + d) + 8) >> 4. */
// @ts-ignore: decorator
@inline
export function predict4(a: v128, b: v128, c: v128, d: v128): v128 {
  const near = i16x8.add(a, b);
  const far = i16x8.add(c, d);
  return floorAverage(near, i16x8.shr_s(i16x8.add(i16x8.sub(near, far), i16x8.splat(8)), 3));
}

/** What an even sample gains from the residuals on both sides. */
// @ts-ignore: decorator
@inline
export function update(a: v128, b: v128): v128 {
  return i16x8.shr_s(i16x8.add(i16x8.add(a, b), i16x8.splat(2)), 2);
}

/** Index of the even sample that stands for even index `at` of n samples, mirrored at the borders. */
// @ts-ignore: decorator
@inline
export function mirroredEven(at: i32, n: i32): i32 {
  let sample = at << 1;
  if (sample < 0) sample = -sample;
  if (sample >= n) sample = ((n - 1) << 1) - sample;
  return max(sample, 0) >> 1;
}
