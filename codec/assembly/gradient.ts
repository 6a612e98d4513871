// Gradient prediction of level 0 from the left, upper and upper left neighbour (the median edge detector of JPEG-LS, T.87).

// @ts-ignore: decorator
@inline
function predicted(at: usize, stride: usize, x: i32, y: i32): i32 {
  if (y == 0) return x == 0 ? 0 : <i32>load<i16>(at - 2);
  const above = <i32>load<i16>(at - stride);
  if (x == 0) return above;
  const left = <i32>load<i16>(at - 2);
  const corner = <i32>load<i16>(at - stride - 2);
  const low = min(left, above);
  const high = max(left, above);
  if (corner >= high) return low;
  if (corner <= low) return high;
  return left + above - corner;
}

/** Writes to `errors`, laid out like `plane`, what each sample is more than its prediction, modulo 2^16. */
export function predictionErrors(plane: usize, errors: usize, stride: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>y * stride;
    for (let x = 0; x < width; x++) {
      const at = row + (<usize>x << 1);
      store<i16>(errors + at, <i16>(<i32>load<i16>(plane + at) - predicted(plane + at, stride, x, y)));
    }
  }
}

/** Turns prediction errors back into samples, in place. */
export function undoPrediction(plane: usize, stride: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    let at = plane + <usize>y * stride;
    for (let x = 0; x < width; x++, at += 2) {
      store<i16>(at, <i16>(<i32>load<i16>(at) + predicted(at, stride, x, y)));
    }
  }
}
