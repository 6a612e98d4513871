// Frequencies of the tokens of one context from weights, as FORMAT.md section 5 makes them.

export const TOKENS: i32 = 64;
/** Sum of the frequencies of a context. */
const TOTAL: i32 = 1024;
const LAST_WEIGHT: i32 = 43;

/** The weight that an index stands for. */
// @ts-ignore: decorator
@inline
export function weightOf(index: i32): i32 {
  return index < 4 ? index : (4 | (index & 3)) << ((index >> 2) - 1);
}

/** The index whose weight is nearest to a value, at least 1: what occurs must have a frequency. */
// @ts-ignore: decorator
@inline
export function nearestWeight(value: f32): i32 {
  if (value < 4) return max(1, <i32>nearest(value));
  // Weights from 4 on are the floats of two bits of mantissa, so the nearest is a float's upper bits, rounded.
  return min(LAST_WEIGHT, <i32>((reinterpret<u32>(value) + (1 << 20)) >> 21) - (129 << 2) + 4);
}

/**
 * Scales the first `count` of 64 weights (u16) to frequencies (u16, 64 of them): floor(weight x 1024 / sum), at least 1
 * for any weight above 0; then the largest, the first of equals, gains what is missing or gives one at a time.
 */
export function normalise(weights: usize, count: i32, frequencies: usize): void {
  let sum = 0;
  for (let token = 0; token < count; token++) sum += <i32>load<u16>(weights + (token << 1));
  const all = <f64>sum;
  let total = 0;
  memory.fill(frequencies, 0, TOKENS << 1);
  for (let token = 0; token < count; token++) {
    const weight = <i32>load<u16>(weights + (token << 1));
    if (weight == 0) continue;
    const frequency = max(1, <i32>(<f64>(weight * TOTAL) / all));
    store<u16>(frequencies + (token << 1), <u16>frequency);
    total += frequency;
  }
  while (total != TOTAL) {
    let largest = 0;
    let most: u32 = 0;
    for (let token = 0; token < count; token++) {
      const frequency = <u32>load<u16>(frequencies + (token << 1));
      if (frequency > most) {
        most = frequency;
        largest = token;
      }
    }
    const change = total < TOTAL ? TOTAL - total : -1;
    store<u16>(frequencies + (largest << 1), <u16>(<i32>most + change));
    total += change;
  }
}
