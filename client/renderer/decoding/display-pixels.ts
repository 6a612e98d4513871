// From a decoded level to what the viewport takes: shown values at full geometry, with their statistics.
import type { FrameFormat, Pixels } from '@strata/codec/format';
import { levelSize } from '@strata/codec/levels';
import type { Region } from '@strata/codec/regions';
import type { DecodedRegion } from '@strata/stream/frame-loader';
import { rgbFromPalette, rgbFromSamples } from './colour-pixels.ts';
import type { DisplayRecipe } from './display-recipe.ts';
import { enlarge, type LevelImage } from './enlarge.ts';
import { type GreyStatistics, type GreyValues, greyStatistics, modalityValues } from './grey-pixels.ts';
import { throughModality, throughVoi } from './lookup-table.ts';
import { areaOf } from './region-area.ts';

/** Pixels for the screen, at a size that need not be the level's own; statistics are of modality values. */
export interface DisplayPixels extends GreyStatistics {
  readonly values: GreyValues | Uint8Array<ArrayBuffer>;
  readonly components: 1 | 3;
  readonly width: number;
  readonly height: number;
}

/** Which level the pixels are of, of how many. */
export interface LevelPlace {
  readonly level: number;
  /** L, the full-size level. */
  readonly levels: number;
}

/** `full`: enlarged to the frame's size. `own`: as many pixels as the level has, for thumbnails. */
export type DisplaySize = 'full' | 'own';

const colourStatistics: GreyStatistics = { range: [0, 255], robust: [0, 255] };

/** Makes a level's pixels showable. */
export function displayPixels(
  pixels: Pixels,
  format: FrameFormat,
  place: LevelPlace,
  recipe: DisplayRecipe,
  size: DisplaySize,
): DisplayPixels {
  const step = size === 'full' ? 2 ** (place.levels - place.level) : 1;
  const at = {
    width: levelSize(format.width, place.level, place.levels),
    height: levelSize(format.height, place.level, place.levels),
  };
  const { image, statistics } = shownValues(pixels, format, recipe, at);
  return { ...enlarge(image, step, format.width, format.height), ...statistics };
}

/**
 * Makes the pixels of a rectangle of a level showable, enlarged to those of the frame: from its first sample to its last,
 * and up to the frame's own edge where it reaches that.
 * @param region in pixels of the level
 */
export function regionPixels(
  { pixels, format, lastLevel }: DecodedRegion,
  level: number,
  region: Region,
  recipe: DisplayRecipe,
): DisplayPixels {
  const { image, statistics } = shownValues(pixels, format, recipe, region);
  const { width, height } = areaOf(region, 2 ** (lastLevel - level), format);
  return { ...enlarge(image, 2 ** (lastLevel - level), width, height), ...statistics };
}

/** The values that a viewport shows, as many as there are pixels. */
function shownValues(
  pixels: Pixels,
  format: FrameFormat,
  recipe: DisplayRecipe,
  { width, height }: Pick<Region, 'width' | 'height'>,
): { image: LevelImage<DisplayPixels['values']>; statistics: GreyStatistics } {
  if (recipe.kind === 'grey') {
    const modality: GreyValues = recipe.modality
      ? throughModality(pixels, recipe.modality)
      : modalityValues(pixels, format, recipe.slope, recipe.intercept);
    const statistics = greyStatistics(modality, modalityPadding(recipe));
    const values = recipe.voi ? throughVoi(modality, recipe.voi) : modality;
    return { image: { values, width, height, components: 1 }, statistics };
  }
  const values =
    recipe.kind === 'palette'
      ? rgbFromPalette(pixels, recipe.first, recipe.colours)
      : rgbFromSamples(pixels, format, recipe.space);
  const rgb = values as Uint8Array<ArrayBuffer>;
  return { image: { values: rgb, width, height, components: 3 }, statistics: colourStatistics };
}

/** Modality values that stand for no image, smallest and largest. */
export function modalityPadding(recipe: DisplayRecipe & { kind: 'grey' }): readonly [number, number] | null {
  if (!recipe.padding) return null;
  const ends = recipe.modality
    ? [...throughModality(recipe.padding, recipe.modality)]
    : recipe.padding.map((value) => value * recipe.slope + recipe.intercept);
  return [Math.min(...ends), Math.max(...ends)];
}
