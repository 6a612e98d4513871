// Blocks of coefficients that were quantised before: what an encoder with loss has left of them.
//
// Multiples of a power of two, or the middles of a dead-zone quantiser's steps (T.800 annex E: 0, then sign x
// (q + 1/2) 2^k). A step's code is 1 to 15 for the former (a shift), 16 + k for the latter.

/** Added to k for steps with middles. */
const MIDDLE: i32 = 16;

/** The code of a block's step; 0 when it has none, or holds only zeros. */
export function findStep(block: usize, stride: usize, width: i32, height: i32): i32 {
  let least = 16;
  let middles = true;
  for (let y = 0; y < height; y++, block += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 2) {
      const value = <i32>load<i16>(block + x);
      if (value == 0) continue;
      const zeros = ctz(value);
      if (abs(value) == 1 << zeros || (zeros != least && least < 16)) middles = false;
      least = min(least, zeros);
      if (least == 0 && !middles) return 0;
    }
  }
  if (least == 16) return 0;
  return middles && least < 14 ? MIDDLE + least + 1 : least;
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
        const steps = i16x8.shr_u(i16x8.abs(lanes), code - MIDDLE);
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
        const k = code - MIDDLE;
        const sign = i16x8.shr_s(lanes, 15);
        const half: i32 = (1 << k) >> 1;
        const middle = i16x8.splat(<i16>half);
        const sizes = i16x8.add(i16x8.shl(i16x8.abs(lanes), k), middle);
        const signed = i16x8.sub(v128.xor(sizes, sign), sign);
        v128.store(block + x, v128.andnot(signed, i16x8.eq(lanes, zero)));
      }
    }
  }
}
