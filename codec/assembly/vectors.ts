// Small arithmetic on eight 16-bit lanes that several kernels share.

/** Magnitudes are only told apart up to here when they serve as context. */
export const MAGNITUDE_LIMIT: i16 = 1023;

/** floor((a + b) / 2) of signed lanes without overflow: the rounded-up unsigned average, mirrored. */
// @ts-ignore: decorator
@inline
export function floorAverage(a: v128, b: v128): v128 {
  const mirror = i16x8.splat(0x7fff);
  return v128.xor(i16x8.avgr_u(v128.xor(a, mirror), v128.xor(b, mirror)), mirror);
}

/** Magnitudes of signed coefficients, limited. */
// @ts-ignore: decorator
@inline
export function magnitudes(coefficients: v128): v128 {
  return i16x8.min_u(i16x8.abs(coefficients), i16x8.splat(MAGNITUDE_LIMIT));
}

/** Magnitudes of zigzag values (0, -1, 1, -2, 2, ... as 0, 1, 2, 3, 4, ...), limited. */
// @ts-ignore: decorator
@inline
export function zigzagMagnitudes(values: v128): v128 {
  return i16x8.min_u(i16x8.avgr_u(values, i16x8.splat(0)), i16x8.splat(MAGNITUDE_LIMIT));
}

/** The same of zigzag values that are far below the limit. */
// @ts-ignore: decorator
@inline
export function smallMagnitudes(values: v128): v128 {
  return i16x8.avgr_u(values, i64x2.splat(0));
}

/** Signed to zigzag. */
// @ts-ignore: decorator
@inline
export function zigzag(coefficients: v128): v128 {
  return v128.xor(i16x8.shl(coefficients, 1), i16x8.shr_s(coefficients, 15));
}

/** Zigzag to signed. */
// @ts-ignore: decorator
@inline
export function unzigzag(values: v128): v128 {
  return v128.xor(i16x8.shr_u(values, 1), i16x8.shr_s(i16x8.shl(values, 15), 15));
}

/** Lanes 0, 2, 4, ... of sixteen. */
// @ts-ignore: decorator
@inline
export function evenLanes(from: usize): v128 {
  return v128.shuffle<i16>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6, 8, 10, 12, 14);
}

/** Lanes 1, 3, 5, ... of sixteen. */
// @ts-ignore: decorator
@inline
export function oddLanes(from: usize): v128 {
  return v128.shuffle<i16>(v128.load(from), v128.load(from, 16), 1, 3, 5, 7, 9, 11, 13, 15);
}

/** Stores sixteen lanes that alternate between the two. */
// @ts-ignore: decorator
@inline
export function storeInterleaved(to: usize, even: v128, odd: v128): void {
  v128.store(to, v128.shuffle<i16>(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(to, v128.shuffle<i16>(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
}

/** The low and the high bytes of 1 << n. */
const lowPowers: usize = memory.data<u8>([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0], 16);
const highPowers: usize = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128], 16);

/** 1 << n for the eight n (0 to 15) in the low bytes of a vector, as 16-bit lanes. */
// @ts-ignore: decorator
@inline
export function powers(bits: v128): v128 {
  const low = i8x16.swizzle(v128.load(lowPowers), bits);
  const high = i8x16.swizzle(v128.load(highPowers), bits);
  return v128.shuffle<i8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
