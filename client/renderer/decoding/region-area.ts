// Which pixels of a frame are made from a rectangle of a level.
import type { Region } from '@strata/codec/regions';

/**
 * The pixels of the frame that a region of a level makes: from its first sample to its last, and up to the frame's own
 * edge where it reaches that. `width` and `height` are the frame's.
 */
export function areaOf(
  region: Region,
  step: number,
  { width, height }: Pick<Region, 'width' | 'height'>,
): Region {
  const end = (from: number, length: number, whole: number) => {
    const next = (from + length) * step;
    return next >= whole ? whole : next - step + 1;
  };
  const [x, y] = [region.x * step, region.y * step];
  return {
    x,
    y,
    width: end(region.x, region.width, width) - x,
    height: end(region.y, region.height, height) - y,
  };
}
