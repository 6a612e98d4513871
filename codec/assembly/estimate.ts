// A cheap guess of how many bits coefficients will take, to choose between filters and colour transforms.

/** The sum over a band of log2(1 + magnitude), in eighths of a bit. */
export function estimateBits(band: usize, stride: usize, width: i32, height: i32): f64 {
  let total: f64 = 0;
  const bytes = <usize>width << 1;
  const one = i32x4.splat(1);
  for (let y = 0; y < height; y++) {
    let sum = i32x4.splat(0);
    for (let x: usize = 0; x < bytes; x += 16) {
      const magnitude = i16x8.abs(v128.load(band + x));
      // The upper bits of a float are its exponent and the first three bits of its mantissa: a logarithm for free.
      const low = f32x4.convert_i32x4_s(i32x4.add(i32x4.extend_low_i16x8_u(magnitude), one));
      const high = f32x4.convert_i32x4_s(i32x4.add(i32x4.extend_high_i16x8_u(magnitude), one));
      sum = i32x4.add(sum, i32x4.add(i32x4.shr_u(low, 20), i32x4.shr_u(high, 20)));
    }
    const lanes = ((width + 7) >> 3) << 3;
    const all = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    total += <f64>(all - lanes * (127 << 3));
    band += stride;
  }
  return total;
}
