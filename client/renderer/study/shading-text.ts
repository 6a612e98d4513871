// What makes brightness of values now, in words: the window, or the VOI LUT in its place.
import { displayNumber } from '../format/quantities.ts';
import type { WindowLevel } from '../viewport/window-level.ts';
import { lutName } from './lut-name.ts';
import { type SuvKind, suvNames } from './suv-values.ts';
import type { ViewerModel } from './viewer-model.ts';

/** 'C 40  W 400', or the VOI LUT's name; '' while there is neither. */
export function shadingText(viewer: ViewerModel): string {
  const { slice } = viewer;
  const lut = slice && viewer.tones.lutOf(slice);
  if (lut) return lutName(lut.explanation, slice.presentation.voiLuts?.indexOf(lut) ?? 0);
  const window = viewer.tones.window.value;
  return window ? windowText(window, slice?.suv?.kind ?? null) : '';
}

/** 'C 40  W 400'; of SUV what is black and what is white: 'SUVbw 0–5 g/ml'. */
export function windowText({ centre, width }: WindowLevel, kind: SuvKind | null): string {
  if (!kind) return `C ${displayNumber(centre)}  W ${displayNumber(width)}`;
  const { name, unit } = suvNames[kind];
  const [low, high] = [centre - width / 2, centre + width / 2].map((value) => displayNumber(value));
  return `${name} ${low}–${high} ${unit}`;
}
