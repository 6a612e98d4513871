// Between interleaved samples and planes of 16-bit lanes: offset, reversible colour transform, clamping.
//
// The colour transform is JPEG 2000's RCT (T.800 annex G.2): Y = (R + 2G + B) >> 2, U = B - G, V = R - G.
// Kernels are written once for every type of sample; the type is chosen outside the loops.

/** Eight samples as lanes. */
// @ts-ignore: decorator
@inline
function eight<T>(at: usize): v128 {
  if (sizeof<T>() == 2) return v128.load(at);
  return isSigned<T>() ? v128.load_ext<i8>(at) : v128.load_ext<u8>(at);
}

/** Smallest sample x 2^20 + (largest + 2^16): two numbers in one that is exact. */
function rangeOf<T>(samples: usize, count: usize): f64 {
  let low = <i32>load<T>(samples);
  let high = low;
  let at = samples;
  const end = samples + count * sizeof<T>();
  if (count >= 8) {
    // Unsigned words are compared as signed ones after their top bit was turned.
    const turn: i32 = sizeof<T>() == 2 && !isSigned<T>() ? 0x8000 : 0;
    const flip = i16x8.splat(<i16>turn);
    let lows = v128.xor(eight<T>(at), flip);
    let highs = lows;
    for (; at + 8 * sizeof<T>() <= end; at += 8 * sizeof<T>()) {
      const values = v128.xor(eight<T>(at), flip);
      lows = i16x8.min_s(lows, values);
      highs = i16x8.max_s(highs, values);
    }
    const both: usize = spill;
    v128.store(both, lows);
    v128.store(both, highs, 16);
    for (let lane: usize = 0; lane < 16; lane += 2) {
      low = min(low, <i32>load<i16>(both + lane) + turn);
      high = max(high, <i32>load<i16>(both + lane, 16) + turn);
    }
  }
  for (; at < end; at += sizeof<T>()) {
    low = min(low, <i32>load<T>(at));
    high = max(high, <i32>load<T>(at));
  }
  return <f64>low * 1048576 + <f64>(high + 65536);
}
const spill: usize = memory.data(32, 16);

/** See `rangeOf`. @param count at least 1 */
export function sampleRange(samples: usize, count: usize, wide: bool, signed: bool): f64 {
  if (wide) return signed ? rangeOf<i16>(samples, count) : rangeOf<u16>(samples, count);
  return signed ? rangeOf<i8>(samples, count) : rangeOf<u8>(samples, count);
}

function split<T>(
  samples: usize, count: i32, width: i32, height: i32,
  planes: usize, stride: usize, planeBytes: usize, offset: i32, colour: i32,
): void {
  const size: usize = sizeof<T>();
  const offsets = i16x8.splat(<i16>offset);
  for (let y = 0; y < height; y++, planes += stride) {
    let to = planes;
    let x = 0;
    if (count == 1) {
      for (; x + 8 <= width; x += 8, to += 16, samples += 8 * size) {
        v128.store(to, i16x8.sub(eight<T>(samples), offsets));
      }
      for (; x < width; x++, to += 2, samples += size) store<i16>(to, <i16>(<i32>load<T>(samples) - offset));
      continue;
    }
    for (; x < width; x++, to += 2, samples += 3 * size) {
      let a = <i32>load<T>(samples) - offset;
      let b = <i32>load<T>(samples + size) - offset;
      let c = <i32>load<T>(samples + 2 * size) - offset;
      if (colour == 1) {
        const green = b;
        b = c - green;
        c = a - green;
        a = green + ((b + c) >> 2);
      }
      store<i16>(to, <i16>a);
      store<i16>(to + planeBytes, <i16>b);
      store<i16>(to + 2 * planeBytes, <i16>c);
    }
  }
}

/**
 * Interleaved samples to one or three planes.
 * @param count samples of a pixel, 1 or 3
 * @param planeBytes from one plane to the next
 * @param offset taken from every sample, modulo 2^16
 * @param colour 1: RCT
 */
export function samplesToPlanes(
  samples: usize, wide: bool, signed: bool, count: i32, width: i32, height: i32,
  planes: usize, stride: usize, planeBytes: usize, offset: i32, colour: i32,
): void {
  if (wide) {
    if (signed) split<i16>(samples, count, width, height, planes, stride, planeBytes, offset, colour);
    else split<u16>(samples, count, width, height, planes, stride, planeBytes, offset, colour);
  } else if (signed) {
    split<i8>(samples, count, width, height, planes, stride, planeBytes, offset, colour);
  } else {
    split<u8>(samples, count, width, height, planes, stride, planeBytes, offset, colour);
  }
}

/** Four samples with their offset, inside low..high. */
// @ts-ignore: decorator
@inline
function clamped(values: v128, offset: v128, low: v128, high: v128): v128 {
  return i32x4.min_s(i32x4.max_s(i32x4.add(values, offset), low), high);
}

/** Eight clamped samples as lanes of their own size; bytes in the lower half. */
// @ts-ignore: decorator
@inline
function narrowed<T>(first: v128, second: v128): v128 {
  if (sizeof<T>() == 2) {
    return isSigned<T>() ? i16x8.narrow_i32x4_s(first, second) : i16x8.narrow_i32x4_u(first, second);
  }
  const words = i16x8.narrow_i32x4_s(first, second);
  return isSigned<T>() ? i8x16.narrow_i16x8_s(words, words) : i8x16.narrow_i16x8_u(words, words);
}

/** Stores eight pixels of three samples each. */
// @ts-ignore: decorator
@inline
function storePixels<T>(to: usize, a: v128, b: v128, c: v128): void {
  if (sizeof<T>() == 1) {
    const ab = v128.shuffle<i64>(a, b, 0, 2);
    v128.store(to, v128.shuffle<i8>(ab, c, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5));
    const rest = v128.shuffle<i8>(ab, c, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0);
    v128.store64_lane(to, rest, 0, 16);
    return;
  }
  let ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 0, 0);
  v128.store(to, v128.shuffle<i16>(ab, c, 0, 1, 8, 2, 3, 9, 4, 5));
  ab = v128.shuffle<i16>(a, b, 3, 11, 4, 12, 5, 0, 0, 0);
  v128.store(to, v128.shuffle<i16>(ab, c, 10, 0, 1, 11, 2, 3, 12, 4), 16);
  ab = v128.shuffle<i16>(a, b, 13, 6, 14, 7, 15, 0, 0, 0);
  v128.store(to, v128.shuffle<i16>(ab, c, 0, 13, 1, 2, 14, 3, 4, 15), 32);
}

function joinGrey<T>(plane: usize, pixels: i32, samples: usize, offset: i32, low: i32, high: i32): void {
  const end = plane + (<usize>pixels << 1);
  // Limited before the offset is added, nothing leaves 16 bits. A range that no lane is in has one end for all.
  const least = low - offset;
  const most = high - offset;
  const lows = i16x8.splat(<i16>min(max(least, -32768), 32767));
  const highs = i16x8.splat(<i16>min(max(most, -32768), 32767));
  const offsets = i16x8.splat(<i16>(least > 32767 ? low - 32767 : most < -32768 ? high + 32768 : offset));
  for (; plane + 16 <= end; plane += 16, samples += 8 * sizeof<T>()) {
    const lanes = i16x8.add(i16x8.min_s(i16x8.max_s(v128.load(plane), lows), highs), offsets);
    if (sizeof<T>() == 2) v128.store(samples, lanes);
    else if (isSigned<T>()) v128.store64_lane(samples, i8x16.narrow_i16x8_s(lanes, lanes), 0);
    else v128.store64_lane(samples, i8x16.narrow_i16x8_u(lanes, lanes), 0);
  }
  for (; plane < end; plane += 2, samples += sizeof<T>()) {
    store<T>(samples, <T>min(max(<i32>load<i16>(plane) + offset, low), high));
  }
}

function joinColour<T>(
  first: usize, second: usize, third: usize, pixels: i32, samples: usize, offset: i32, colour: i32, low: i32, high: i32,
): void {
  const size: usize = sizeof<T>();
  const bytes = <usize>pixels << 1;
  const offsets = i32x4.splat(offset);
  const lows = i32x4.splat(low);
  const highs = i32x4.splat(high);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16, samples += 24 * size) {
    let a = v128.load(first + at);
    let b = v128.load(second + at);
    let c = v128.load(third + at);
    let a0 = i32x4.extend_low_i16x8_s(a);
    let a1 = i32x4.extend_high_i16x8_s(a);
    let b0 = i32x4.extend_low_i16x8_s(b);
    let b1 = i32x4.extend_high_i16x8_s(b);
    let c0 = i32x4.extend_low_i16x8_s(c);
    let c1 = i32x4.extend_high_i16x8_s(c);
    if (colour == 1) {
      const green0 = i32x4.sub(a0, i32x4.shr_s(i32x4.add(b0, c0), 2));
      const green1 = i32x4.sub(a1, i32x4.shr_s(i32x4.add(b1, c1), 2));
      a0 = i32x4.add(c0, green0);
      a1 = i32x4.add(c1, green1);
      c0 = i32x4.add(b0, green0);
      c1 = i32x4.add(b1, green1);
      b0 = green0;
      b1 = green1;
    }
    a = narrowed<T>(clamped(a0, offsets, lows, highs), clamped(a1, offsets, lows, highs));
    b = narrowed<T>(clamped(b0, offsets, lows, highs), clamped(b1, offsets, lows, highs));
    c = narrowed<T>(clamped(c0, offsets, lows, highs), clamped(c1, offsets, lows, highs));
    storePixels<T>(samples, a, b, c);
  }
  for (; at < bytes; at += 2, samples += 3 * size) {
    let a = <i32>load<i16>(first + at);
    let b = <i32>load<i16>(second + at);
    let c = <i32>load<i16>(third + at);
    if (colour == 1) {
      const green = a - ((b + c) >> 2);
      a = c + green;
      c = b + green;
      b = green;
    }
    store<T>(samples, <T>min(max(a + offset, low), high));
    store<T>(samples + size, <T>min(max(b + offset, low), high));
    store<T>(samples + 2 * size, <T>min(max(c + offset, low), high));
  }
}

// @ts-ignore: decorator
@inline
function join<T>(
  planes: usize, planeBytes: usize, pixels: i32, count: i32, samples: usize, offset: i32, colour: i32, low: i32, high: i32,
): void {
  const second = planes + planeBytes;
  if (count == 1) joinGrey<T>(planes, pixels, samples, offset, low, high);
  else joinColour<T>(planes, second, second + planeBytes, pixels, samples, offset, colour, low, high);
}

/**
 * Planes without room beside their rows back to interleaved samples, each clamped to low..high.
 * @param samples may be the plane itself when there is one
 */
export function planesToSamples(
  planes: usize, planeBytes: usize, pixels: i32, count: i32, samples: usize,
  wide: bool, signed: bool, offset: i32, colour: i32, low: i32, high: i32,
): void {
  if (wide) {
    if (signed) join<i16>(planes, planeBytes, pixels, count, samples, offset, colour, low, high);
    else join<u16>(planes, planeBytes, pixels, count, samples, offset, colour, low, high);
  } else if (signed) {
    join<i8>(planes, planeBytes, pixels, count, samples, offset, colour, low, high);
  } else {
    join<u8>(planes, planeBytes, pixels, count, samples, offset, colour, low, high);
  }
}
