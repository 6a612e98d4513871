// Stored grey values to what a screen shows, 8 bits a pixel (PS3.3 C.11.2.1.2).
import { type FrameFormat, type Pixels, sampleRange } from '@strata/codec/format';
import { type LookupTable, lookUp } from './lookup-table.ts';
import type { Window } from './render-request.ts';
import type { Shading } from './shading.ts';

export interface GreyOptions {
  readonly shading: Shading;
  /** Stored values that are shown black whatever the window is, first and last. */
  readonly padding: readonly [number, number] | null;
  /** MONOCHROME1: the smallest values are the brightest. */
  readonly inverted: boolean;
}

/** One byte a pixel, from black to white. */
export function greyPixels(pixels: Pixels, format: FrameFormat, options: GreyOptions): Uint8Array {
  const table = greyTable(pixels, format, options);
  const { min } = sampleRange(format);
  const grey = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) grey[at] = table[(pixels[at] as number) - min] as number;
  return grey;
}

/** What each stored value is shown as; a pixel then costs one look-up. */
function greyTable(
  pixels: Pixels,
  format: FrameFormat,
  { shading, padding, inverted }: GreyOptions,
): Uint8Array {
  const { min, max } = sampleRange(format);
  const isPadding = (stored: number) => padding !== null && stored >= padding[0] && stored <= padding[1];
  const modality = modalityOf(shading);
  const level = shading.voi === null ? fullRange(pixels, modality, isPadding) : levelOf(shading.voi);
  const table = new Uint8Array(max - min + 1);
  for (let stored = min; stored <= max; stored++) {
    const shown = Math.max(0, Math.min(1, level(modality(stored))));
    table[stored - min] = isPadding(stored) ? 0 : Math.round(255 * (inverted ? 1 - shown : shown));
  }
  return table;
}

type Curve = (value: number) => number;

function modalityOf({ modality }: Shading): Curve {
  if ('entries' in modality) return (stored) => lookUp(modality, stored);
  return (stored) => stored * modality.slope + modality.intercept;
}

/** From a modality value to 0 (black) to 1 (white), not yet clamped. */
function levelOf(voi: Window | LookupTable): Curve {
  if ('entries' in voi) return (value) => lookUp(voi, value) / voi.top;
  const { centre, width } = voi;
  switch (voi.function) {
    case 'SIGMOID':
      return (value) => 1 / (1 + Math.exp((-4 * (value - centre)) / width));
    case 'LINEAR_EXACT':
      return (value) => (value - centre) / width + 0.5;
    case 'LINEAR':
      // A width of 1 is a threshold.
      return width <= 1
        ? (value) => (value > centre - 0.5 ? 1 : 0)
        : (value) => (value - (centre - 0.5)) / (width - 1) + 0.5;
  }
}

function fullRange(pixels: Pixels, modality: Curve, isPadding: (stored: number) => boolean): Curve {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const stored of pixels) {
    if (isPadding(stored)) continue;
    if (stored < low) low = stored;
    if (stored > high) high = stored;
  }
  if (low > high) return () => 0;
  const ends = [modality(low), modality(high)];
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return from === to ? () => 0.5 : (value) => (value - from) / (to - from);
}
