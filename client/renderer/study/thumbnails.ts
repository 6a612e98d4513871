// Thumbnails: the middle image of a series at one of its first levels, fetched when everything visible is served.

import { neededLevel } from '@strata/codec/levels';
import type { DecodePool } from '../decoding/decode-pool.ts';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import { voiTop } from '../decoding/lookup-table.ts';
import type { CodedLevel } from '../decoding/messages.ts';
import { Priority } from '../loading/fetch-plan.ts';
import type { LevelSource } from '../loading/request-desk.ts';
import { rangeOfWindow, type WindowLevel } from '../viewport/window-level.ts';
import { isInverse } from './grey-sense.ts';
import { automaticWindow, fileWindow, firstLut, lutsOf, showsNothing } from './slice-window.ts';
import type { Slice } from './stack.ts';

/** The side of a thumbnail in CSS pixels. */
export const thumbnailSide = 64;

/** A small picture and the window that it was made with. */
export interface Thumbnail {
  readonly picture: ImageData;
  readonly window: WindowLevel;
}

/** Fetches, decodes and windows a slice at the level that a thumbnail needs. Throws what fetching and decoding throw. */
export async function loadThumbnail(
  slice: Slice,
  modality: string,
  source: LevelSource,
  pool: DecodePool,
  signal: AbortSignal,
): Promise<Thumbnail> {
  const { format, presentation } = slice;
  const window = fileWindow(slice, modality);
  const voi = lutsOf(slice)[firstLut(slice)] ?? null;
  // Where the file has no window, the series waits for the one that is made from this image.
  const priority = window ? Priority.thumbnail : Priority.coarseNear;
  const level = Math.min(2, neededLevel(slice.levels, thumbnailSide / Math.max(format.width, format.height)));
  // Thumbnails have states of their own, so that the loader's count of a slice's levels stays right.
  const frame = `thumbnail ${slice.key}`;
  const levels: CodedLevel[] = [];
  await source.get(
    { target: { frames: [slice.ref] }, from: 0, to: level, priority },
    (segment) => void levels.push({ level: segment.level, bytes: segment.bytes.slice() }),
    { signal },
  );
  const recipe = displayRecipe(format, presentation, voi);
  const { pixels } = await pool.add(frame, levels, { recipe, size: 'own' }, priority);
  if (!pixels) throw new Error(`No thumbnail was made of ${slice.key}.`);
  const chosen = window && !showsNothing(window, pixels) ? window : automaticWindow(pixels);
  const range = voi ? { lower: 0, upper: voiTop } : rangeOfWindow(chosen, 'LINEAR');
  return { picture: picture(pixels, slice, range), window: chosen };
}

/** Pixels as a picture of 8-bit colours. */
function picture(
  pixels: DisplayPixels,
  slice: Slice,
  grey: { readonly lower: number; readonly upper: number },
): ImageData {
  const { width, height, values, components } = pixels;
  const image = new ImageData(width, height);
  const { lower, upper } = components === 3 ? { lower: 0, upper: 255 } : grey;
  const isDark = isInverse(slice.presentation) !== (slice.isHotDark ?? false);
  const dark = isDark && components === 1;
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
