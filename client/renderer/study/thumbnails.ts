// Thumbnails: the middle image of a series at one of its first levels, fetched when everything visible is served.
import type { DecodePool } from '../decoding/decode-pool.ts';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import { Priority } from '../loading/fetch-plan.ts';
import { neededLevel } from '../loading/needed-level.ts';
import type { LevelSource } from '../loading/series-loader.ts';
import { rangeOfWindow, windowFromFile, windowOfRange } from '../viewport/window-level.ts';
import type { Slice } from './stack.ts';

/** The side of a thumbnail in CSS pixels. */
export const thumbnailSide = 64;

/** Fetches, decodes and windows a slice at the level that a thumbnail needs. Throws what fetching and decoding throw. */
export async function loadThumbnail(
  slice: Slice,
  source: LevelSource,
  pool: DecodePool,
  signal: AbortSignal,
): Promise<ImageData> {
  const { format, presentation } = slice;
  const level = Math.min(2, neededLevel(slice.levels, thumbnailSide / Math.max(format.width, format.height)));
  // Thumbnails have states of their own, so that the loader's count of a slice's levels stays right.
  const frame = `thumbnail ${slice.key}`;
  await source.get(
    { target: { frames: [slice.ref] }, from: 0, to: level, priority: Priority.thumbnail },
    (segment) => pool.add(frame, segment.level, segment.bytes.slice(), Priority.thumbnail),
    { signal },
  );
  const recipe = displayRecipe(format, presentation);
  const { pixels } = await pool.show(frame, { recipe, size: 'own' }, Priority.thumbnail);
  return picture(pixels, slice);
}

/** Pixels as a picture of 8-bit colours, by the slice's own window where it has one. */
function picture(pixels: DisplayPixels, { presentation }: Slice): ImageData {
  const { width, height, values, components } = pixels;
  const image = new ImageData(width, height);
  const window = windowFromFile(presentation.windows) ?? windowOfRange(...pixels.robust);
  const { lower, upper } = components === 3 ? { lower: 0, upper: 255 } : rangeOfWindow(window, 'LINEAR');
  const dark = presentation.photometric === 'MONOCHROME1' && components === 1;
  for (let at = 0; at < width * height; at++) {
    for (let c = 0; c < 3; c++) {
      const value = values[components === 3 ? at * 3 + c : at] as number;
      const grey = ((value - lower) / (upper - lower)) * 255;
      image.data[at * 4 + c] = dark ? 255 - grey : grey;
    }
    image.data[at * 4 + 3] = 255;
  }
  return image;
}
