// The contexts of eight coefficients: a weighted sum of decoded neighbours' magnitudes on a half-octave scale.
import { evenLanes, magnitudes, oddLanes } from './vectors';

/** Contexts told apart; 27 is the loudest. */
const LAST_CONTEXT: i16 = 27;
/** 2 x exponent of 1.0f, plus three half octaves that are not told from silence. */
const SCALE_OFFSET: i16 = 257;
/** The same eight times in memory: an engine makes constants anew wherever they are used, what it loads it keeps. */
export const scaleOffsets: usize = memory.data<i16>([257, 257, 257, 257, 257, 257, 257, 257], 16);

/**
 * Weights by band (0 LL, 1 HL, 2 LH, 3 HH): even columns without and with a parent, then odd columns.
 * In turn: above; above left and right; two above; for even columns two left and two right of the one above, for odd
 * ones left and right; parent; first and second sibling band. No set adds up to more than 64 (with pairs counted twice).
 */
const weights: usize = memory.data<i16>([
  20, 9, 6, 4, 0, 0, 0, 20, 9, 6, 4, 0, 0, 0, 17, 5, 6, 12, 0, 0, 0, 17, 5, 6, 12, 0, 0, 0,
  24, 11, 8, 5, 0, 0, 0, 20, 9, 6, 4, 11, 0, 0, 19, 6, 7, 13, 0, 0, 0, 17, 5, 6, 12, 7, 0, 0,
  18, 11, 6, 5, 0, 8, 0, 12, 7, 4, 4, 17, 5, 0, 11, 4, 4, 18, 0, 5, 0, 10, 4, 3, 16, 6, 5, 0,
  13, 9, 6, 6, 0, 7, 7, 12, 8, 6, 6, 4, 7, 7, 11, 6, 5, 12, 0, 6, 6, 11, 6, 5, 12, 2, 5, 5,
]);


/** The weights of a band's even or odd columns; place of the first in bytes, the others follow. */
export function weightSet(band: i32, odd: bool, parented: bool): usize {
  return weights + <usize>(band * 4 + (i32(odd) << 1) + i32(parented)) * 14;
}

/** One of seven weights in every lane. */
// @ts-ignore: decorator
@inline
export function weightAt(set: usize, place: usize): v128 {
  return v128.load_splat<i16>(set + (place << 1));
}

/** What the magnitudes of the same band come to, by their weights. */
// @ts-ignore: decorator
@inline
export function sumOfOwn(
  above: v128, sides: v128, further: v128, beside: v128, parent: v128,
  wAbove: v128, wSides: v128, wFurther: v128, wBeside: v128, wParent: v128,
): v128 {
  const near = i16x8.add(i16x8.mul(above, wAbove), i16x8.mul(sides, wSides));
  const far = i16x8.add(i16x8.mul(further, wFurther), i16x8.mul(beside, wBeside));
  return i16x8.add(i16x8.add(near, far), i16x8.mul(parent, wParent));
}

/** What the sibling of eight coefficients of a row adds, every second from `row` on. */
// @ts-ignore: decorator
@inline
export function sumOfSibling(row: usize, odd: bool, weight: v128): v128 {
  return i16x8.mul(magnitudes(odd ? oddLanes(row) : evenLanes(row)), weight);
}

/** The contexts that sums stand for, from `floor` on, where 28 is as loud as 27. */
// @ts-ignore: decorator
@inline
export function contextsAbove(sum: v128, offset: v128, floor: v128): v128 {
  // The upper bits of a float are its exponent and the first bit of its mantissa: twice the logarithm.
  const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(sum));
  const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(sum));
  const scale = i16x8.narrow_i32x4_s(i32x4.shr_u(low, 22), i32x4.shr_u(high, 22));
  return i16x8.max_s(i16x8.sub(scale, offset), floor);
}

/** The contexts that sums stand for. */
// @ts-ignore: decorator
@inline
export function contextsOf(sum: v128): v128 {
  return i16x8.min_s(contextsAbove(sum, i16x8.splat(SCALE_OFFSET), i64x2.splat(0)), i16x8.splat(LAST_CONTEXT));
}
