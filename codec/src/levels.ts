// How many resolution levels a frame has and how large each is (DESIGN section 2).

/** Most levels above level 0. */
export const MAX_LEVELS = 5;
/** Level 0 is not made smaller than this in its shorter direction. */
const SMALLEST_SIDE = 8;

/**
 * L, the number of a frame's full-size level: 5, or fewer when level 0 would be under 8 pixels in one direction.
 * A frame that is itself that small has L = 0.
 */
export function levelCount(width: number, height: number): number {
  const side = Math.min(width, height);
  let levels = 0;
  while (levels < MAX_LEVELS && levelSize(side, 0, levels + 1) >= SMALLEST_SIDE) levels++;
  return levels;
}

/**
 * The size of a level in one direction: `ceil(size / 2^(L - level))`.
 * @param size columns or rows of the frame
 * @param level 0 (smallest) to L (full size)
 * @param levels L, the frame's full-size level
 */
export function levelSize(size: number, level: number, levels: number): number {
  const step = 2 ** (levels - level);
  return Math.ceil(size / step);
}

/**
 * The smallest level whose pixels are not larger than the screen's own: more would not be seen, less would be blurred.
 * @param levels L, the frame's full-size level
 * @param scale device pixels per image pixel, above 0
 * @returns 0..L
 */
export function neededLevel(levels: number, scale: number): number {
  if (!(scale > 0)) return 0;
  // A level one below has pixels twice as large; allow a rounding error of the zoom.
  const halvings = Math.floor(Math.log2(1 / scale) + 1e-6);
  return Math.max(0, Math.min(levels, levels - halvings));
}
