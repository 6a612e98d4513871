// Which resolution level the screen can show.

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

/** Last of the levels that the whole series gets before anything is refined. */
export function coarseLevel(levels: number): number {
  return Math.min(levels, 2);
}
