// Values as colours that let the image below through.

/** Part of the window in which colours come up out of nothing: what is cold does not darken the image below. */
const fadeIn = 0.1;

/**
 * Paints values over an image.
 * @param values NaN where there is none
 * @param range of values from the first to the last colour
 * @param table 256 colours, three bytes each
 * @param opacity 0 to 1, of colours that are fully there
 * @param into four bytes a pixel
 */
export function paintColours(
  values: Float32Array,
  range: { readonly lower: number; readonly upper: number },
  table: Uint8Array,
  opacity: number,
  into: Uint8ClampedArray,
): void {
  const span = Math.max(range.upper - range.lower, Number.EPSILON);
  for (let at = 0; at < values.length; at++) {
    const part = ((values[at] as number) - range.lower) / span;
    const to = at * 4;
    if (!(part > 0)) {
      into[to + 3] = 0;
      continue;
    }
    const entry = Math.min(255, Math.round(part * 255)) * 3;
    into[to] = table[entry] as number;
    into[to + 1] = table[entry + 1] as number;
    into[to + 2] = table[entry + 2] as number;
    into[to + 3] = 255 * opacity * Math.min(1, part / fadeIn);
  }
}
