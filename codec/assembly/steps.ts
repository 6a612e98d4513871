// Blocks of coefficients that were quantised before: what an encoder with loss has left of them.
//
// Multiples of a power of two, or the middles of a dead-zone quantiser's steps (T.800 annex E: 0, then sign x
// (q + 1/2) 2^k). A step's code is 1 to 15 for the former (a shift), 16 + k for the latter. Where the encoder stopped after
// a significance propagation pass (T.800 annex D), small coefficients are known to half a step and others are not:
// 0, 3/4 2^k, then (q - 1/2) 2^k. The code of that is 32 + k.

/** Added to k for steps with middles. */
const MIDDLE: i32 = 16;
/** Added to k for steps with middles of which the first is half as wide. */
const HALVED: i32 = 32;
/** k of 2 to 14, each a bit. */
const HALVED_STEPS: i32 = 0x7ffc;
/** k of 1 to 14. */
const MIDDLE_STEPS: i32 = 0x7ffe;

/** The code of a block's step; 0 when it has none, or holds only zeros. */
export function findStep(block: usize, stride: usize, width: i32, height: i32): i32 {
  let least = 16;
  let middles = MIDDLE_STEPS;
  let halved = HALVED_STEPS;
  for (let y = 0; y < height; y++, block += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 2) {
      const value = <i32>load<i16>(block + x);
      if (value == 0) continue;
      const zeros = ctz(value);
      const odd = abs(value) >> zeros;
      const own = odd == 1 ? 0 : 2 << zeros;
      middles &= own;
      halved &= odd == 3 ? own | (own << 1) : own;
      least = min(least, zeros);
      if (least == 0 && (middles | halved) == 0) return 0;
    }
  }
  if (least == 16) return 0;
  if (middles != 0) return MIDDLE + ctz(middles);
  return halved != 0 ? HALVED + ctz(halved) : least;
}

/** How many coefficients are not 0. */
export function nonZeros(block: usize, stride: usize, width: i32, height: i32): i32 {
  let count = 0;
  for (let y = 0; y < height; y++, block += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 2) count += i32(load<i16>(block + x) != 0);
  }
  return count;
}

/** Replaces coefficients by their number of steps. Up to 7 lanes after each row are treated the same. */
export function takeSteps(block: usize, stride: usize, width: i32, height: i32, code: i32): void {
  for (let y = 0; y < height; y++, block += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 16) {
      const lanes = v128.load(block + x);
      if (code < MIDDLE) {
        v128.store(block + x, i16x8.shr_s(lanes, code));
      } else {
        const sign = i16x8.shr_s(lanes, 15);
        let steps = i16x8.shr_u(i16x8.abs(lanes), code & 15);
        if (code >= HALVED) steps = i16x8.sub(steps, i16x8.ne(lanes, i64x2.splat(0)));
        v128.store(block + x, i16x8.sub(v128.xor(steps, sign), sign));
      }
    }
  }
}

/** The reverse of `takeSteps`, modulo 2^16. */
export function undoSteps(block: usize, stride: usize, width: i32, height: i32, code: i32): void {
  const zero = i64x2.splat(0);
  for (let y = 0; y < height; y++, block += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 16) {
      const lanes = v128.load(block + x);
      if (code < MIDDLE) {
        v128.store(block + x, i16x8.shl(lanes, code));
      } else {
        const k = code & 15;
        const sign = i16x8.shr_s(lanes, 15);
        const half: i32 = (1 << k) >> 1;
        const middle = i16x8.splat(<i16>(code < HALVED ? half : -half));
        const steps = i16x8.abs(lanes);
        let sizes = i16x8.add(i16x8.shl(steps, k), middle);
        if (code >= HALVED) {
          const first: i32 = (3 << k) >> 2;
          sizes = v128.bitselect(i16x8.splat(<i16>first), sizes, i16x8.eq(steps, i16x8.splat(1)));
        }
        const signed = i16x8.sub(v128.xor(sizes, sign), sign);
        v128.store(block + x, v128.andnot(signed, i16x8.eq(lanes, zero)));
      }
    }
  }
}
