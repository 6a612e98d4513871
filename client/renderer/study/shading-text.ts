// What makes brightness of values now, in words: the window, or the VOI LUT in its place.
import { displayNumber } from '../format/quantities.ts';
import { lutName } from './commands.ts';
import type { ViewerModel } from './viewer-model.ts';

/** 'C 40  W 400', or the VOI LUT's name; '' while there is neither. */
export function shadingText(viewer: ViewerModel): string {
  const { slice } = viewer;
  const lut = slice && viewer.tones.lutOf(slice);
  if (lut) return lutName(lut.explanation, slice.presentation.voiLuts?.indexOf(lut) ?? 0);
  const window = viewer.tones.window.value;
  return window ? `C ${displayNumber(window.centre)}  W ${displayNumber(window.width)}` : '';
}
