// Between interleaved samples and planes of 16-bit lanes: offset, reversible colour transform, clamping.
//
// The colour transform is JPEG 2000's RCT (T.800 annex G.2): Y = (R + 2G + B) >> 2, U = B - G, V = R - G.

// @ts-ignore: decorator
@inline
function sampleAt(at: usize, wide: bool, signed: bool): i32 {
  if (wide) return signed ? <i32>load<i16>(at) : <i32>load<u16>(at);
  return signed ? <i32>load<i8>(at) : <i32>load<u8>(at);
}

let lowest: i32 = 0;
let highest: i32 = 0;

/** Smallest (high half) and largest (low half) of samples, both as 32-bit numbers in an f64-exact pair: min * 2^20 + max. */
export function sampleRange(samples: usize, count: usize, wide: bool, signed: bool): f64 {
  lowest = i32.MAX_VALUE;
  highest = i32.MIN_VALUE;
  if (wide) {
    if (signed) scan<i16>(samples, count);
    else scan<u16>(samples, count);
  } else if (signed) {
    scan<i8>(samples, count);
  } else {
    scan<u8>(samples, count);
  }
  return <f64>lowest * 1048576 + <f64>(highest + 65536);
}

function scan<T>(samples: usize, count: usize): void {
  const end = samples + count * sizeof<T>();
  let low = i32.MAX_VALUE;
  let high = i32.MIN_VALUE;
  for (let at = samples; at < end; at += sizeof<T>()) {
    const value = <i32>load<T>(at);
    low = min(low, value);
    high = max(high, value);
  }
  lowest = low;
  highest = high;
}

/**
 * Interleaved samples to one or three planes.
 * @param planeBytes from one plane to the next
 * @param offset taken from every sample, modulo 2^16
 * @param colour 1: RCT
 */
export function samplesToPlanes(
  samples: usize, wide: bool, signed: bool, count: i32, width: i32, height: i32,
  planes: usize, stride: usize, planeBytes: usize, offset: i32, colour: i32,
): void {
  const size: usize = wide ? 2 : 1;
  for (let y = 0; y < height; y++, planes += stride) {
    let to = planes;
    for (let x = 0; x < width; x++, to += 2) {
      if (count == 1) {
        store<i16>(to, <i16>(sampleAt(samples, wide, signed) - offset));
        samples += size;
        continue;
      }
      let a = sampleAt(samples, wide, signed) - offset;
      let b = sampleAt(samples + size, wide, signed) - offset;
      let c = sampleAt(samples + 2 * size, wide, signed) - offset;
      samples += 3 * size;
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

// @ts-ignore: decorator
@inline
function put(at: usize, wide: bool, value: i32, low: i32, high: i32): void {
  const clamped = min(max(value, low), high);
  if (wide) store<u16>(at, <u16>clamped);
  else store<u8>(at, <u8>clamped);
}

/** Planes without room beside their rows back to interleaved samples, each clamped to low..high. */
export function planesToSamples(
  planes: usize, planeBytes: usize, pixels: i32, count: i32,
  samples: usize, wide: bool, offset: i32, colour: i32, low: i32, high: i32,
): void {
  const size: usize = wide ? 2 : 1;
  const end = planes + (<usize>pixels << 1);
  for (; planes < end; planes += 2) {
    let a = <i32>load<i16>(planes);
    if (count == 1) {
      put(samples, wide, a + offset, low, high);
      samples += size;
      continue;
    }
    let b = <i32>load<i16>(planes + planeBytes);
    let c = <i32>load<i16>(planes + 2 * planeBytes);
    if (colour == 1) {
      const green = a - ((b + c) >> 2);
      a = c + green;
      c = b + green;
      b = green;
    }
    put(samples, wide, a + offset, low, high);
    put(samples + size, wide, b + offset, low, high);
    put(samples + 2 * size, wide, c + offset, low, high);
    samples += 3 * size;
  }
}
