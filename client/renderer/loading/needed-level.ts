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

/** The part of the window that the images of a study have, about. */
const share = { width: 0.75, height: 0.85 };

/**
 * Device pixels per image pixel that a viewport will have, about, before there is one: what is visible is then on its way
 * while the page is still being drawn.
 * @param window CSS pixels, and device pixels in each
 * @returns null for a window that has no size, as outside of browsers
 */
export function expectedScale(
  image: { readonly width: number; readonly height: number },
  window: { readonly innerWidth: number; readonly innerHeight: number; readonly devicePixelRatio: number },
): number | null {
  const { innerWidth, innerHeight, devicePixelRatio } = window;
  if (!(innerWidth > 0 && innerHeight > 0)) return null;
  const across = (innerWidth * share.width) / image.width;
  const down = (innerHeight * share.height) / image.height;
  return Math.min(across, down) * devicePixelRatio;
}
