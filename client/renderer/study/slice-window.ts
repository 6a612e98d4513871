// The window that an image is first shown with.

import type { LookupTable } from '@strata/protocol/manifest';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { rangeOfWindow, type WindowLevel, windowFromFile, windowOfRange } from '../viewport/window-level.ts';
import { presetsFor } from '../viewport/window-presets.ts';
import type { Slice } from './stack.ts';
import type { StudySeries } from './study-model.ts';

const colourWindow: WindowLevel = { centre: 127.5, width: 255 };

/** Whether a slice is shown in colour, by RGB samples or a palette. */
export function isColour({ format, presentation }: Slice): boolean {
  return format.samples === 3 || presentation.palette !== null;
}

/** The modality whose presets fit a slice: '' for a PET image that is not in SUV, which no scale fits. */
export function scaleOf(slice: Slice | undefined, modality: string): string {
  return modality === 'PT' && !slice?.suv ? '' : modality;
}

/** The window of the file; where it has none, the first preset of a modality with a scale; else null. */
export function fileWindow(slice: Slice, modality: string): WindowLevel | null {
  if (isColour(slice)) return colourWindow;
  const [preset] = presetsFor(scaleOf(slice, modality));
  return windowFromFile(slice.presentation.windows, slice.suv ? 0 : 1) ?? preset ?? null;
}

/**
 * The window that a series begins with: of PET in SUV whose images have each a window of their own, which would make the
 * strongest of every image black, one on the scale; else that of the image that speaks for it.
 */
export function openingWindow(
  slices: readonly Slice[],
  speaking: Slice,
  modality: string,
): WindowLevel | null {
  const [preset] = presetsFor(modality);
  if (!speaking.suv || !preset) return fileWindow(speaking, modality);
  const [said] = speaking.presentation.windows;
  const isOther = ({ presentation: { windows } }: Slice) =>
    windows[0]?.centre !== said?.centre || windows[0]?.width !== said?.width;
  const { centre, width } = preset;
  return slices.some(isOther) ? { centre, width } : fileWindow(speaking, modality);
}

/** The VOI LUTs that a slice can be shown with. */
export function lutsOf(slice: Slice): readonly LookupTable[] {
  return isColour(slice) ? [] : (slice.presentation.voiLuts ?? []);
}

/** Which of them a slice is first shown with: the first, where the file has no window; else none, -1. */
export function firstLut(slice: Slice): number {
  return lutsOf(slice).length > 0 && windowFromFile(slice.presentation.windows) === null ? 0 : -1;
}

/** The window that spans what an image holds, but for its extremes. */
export function automaticWindow({
  components,
  robust,
  values,
}: Pick<DisplayPixels, 'components' | 'robust' | 'values'>): WindowLevel {
  if (components === 3) return colourWindow;
  const fractional = values instanceof Float32Array && robust[1] - robust[0] < 16;
  return windowOfRange(...robust, fractional ? 'fractional' : 'whole');
}

/** Whether a window shows nothing of an image: all of it lies on one side, and is black or white. */
export function showsNothing(window: WindowLevel, { components, robust }: DisplayPixels): boolean {
  const { lower, upper } = rangeOfWindow(window, 'LINEAR');
  return components === 1 && (robust[0] >= upper || robust[1] <= lower) && robust[0] < robust[1];
}

/** Whether the images of such a series are each of another part or view, with a window of their own. */
export function isProjection(modality: string | undefined): boolean {
  return modality !== undefined && /^(MG|DX|CR|RG|IO|PX)$/.test(modality);
}

/**
 * The image that speaks for a whole series: its middle one, which shows the anatomy where the first may show air.
 * @param first the image that the series is opened at
 */
export function speakingSlice(
  { stack: { slices }, manifest }: StudySeries,
  first: number,
): Slice | undefined {
  return isProjection(manifest.modality) ? slices[first] : middleOf(slices);
}

/** The window of a whole series of slices: that of its middle one. */
export function seriesWindow(slices: readonly Slice[], modality: string): WindowLevel | null {
  const middle = middleOf(slices);
  return middle ? fileWindow(middle, modality) : null;
}

const middleOf = (slices: readonly Slice[]): Slice | undefined => slices[Math.floor(slices.length / 2)];
