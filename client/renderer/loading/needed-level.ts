// Which resolution levels the page's images need.
import type { ShownSize } from '@strata/protocol/messages';

/** Last of the levels that the whole series gets before anything is refined. */
export function coarseLevel(levels: number): number {
  return Math.min(levels, 2);
}

/** The part of the window that the images of a study have, about. */
const share = { width: 0.75, height: 0.85 };

/** A browser's window: CSS pixels, and device pixels in each. */
interface BrowserWindow {
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly devicePixelRatio: number;
}

/**
 * Device pixels that a viewport will have, about, before there is one: what is visible is then on its way while the page is
 * still being drawn.
 * @returns null for a window that has no size, as outside of browsers
 */
export function expectedPlace({
  innerWidth,
  innerHeight,
  devicePixelRatio,
}: BrowserWindow): ShownSize | null {
  if (!(innerWidth > 0 && innerHeight > 0)) return null;
  const width = Math.ceil(innerWidth * share.width * devicePixelRatio);
  return { width, height: Math.ceil(innerHeight * share.height * devicePixelRatio) };
}

/** Device pixels per image pixel that a viewport will have, about, before there is one; null as `expectedPlace`. */
export function expectedScale(image: ShownSize, window: BrowserWindow): number | null {
  const place = expectedPlace(window);
  return place && Math.min(place.width / image.width, place.height / image.height);
}
