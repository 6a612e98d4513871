// How a large frame is cut so that several workers decode it at once.
import type { Header } from '../header.ts';
import type { Region } from '../regions.ts';
import { TILE_SIDE } from '../wavelet/geometry.ts';
import { REACH } from '../windows.ts';

/** Rows of pixels that a row of tiles makes. */
const TILE_ROWS = 2 * TILE_SIDE;

/**
 * Stripes of the full level, top to bottom, of about equal height: at most `most`, fewer when the frame is too small to be
 * worth it. They end a filter's reach before a row of tiles does, so that only one of two neighbours needs its tiles.
 */
export function stripesOf({ format, levels }: Header, most: number): Region[] {
  const { width, height } = format;
  const rows = levels === 0 ? 1 : Math.ceil(height / TILE_ROWS);
  const count = Math.max(1, Math.min(most, Math.floor(rows / 2)));
  const ends = Array.from({ length: count }, (_, index) =>
    index === count - 1 ? height : Math.round(((index + 1) * rows) / count) * TILE_ROWS - REACH,
  );
  return ends.map((end, index) => {
    const y = ends[index - 1] ?? 0;
    return { x: 0, y, width, height: end - y };
  });
}
