// The first picture of a viewport, painted by the page itself while the renderer is still being made ready for it.

import { neededLevel } from '@strata/codec/levels';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { type ShadeTones, shaded } from '../exporting/shade.ts';
import { anchorOf } from '../viewport/image-edge.ts';
import { fittingScale } from '../viewport/slice-geometry.ts';
import type { Slice } from './stack.ts';

/** A slice as it is to be seen first, upright. */
export interface EarlySlice {
  readonly slice: Slice;
  readonly level: number;
  /** Of the level's own size, or of the frame's. */
  readonly pixels: DisplayPixels;
  readonly tones: ShadeTones;
}

/** CSS pixels, and device pixels in each. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

/** The level that an image which fills a screen needs. */
export function fittedLevel({ levels, geometry }: Slice, { width, height, density }: Screen): number {
  return neededLevel(levels, fittingScale(geometry, width, height) * density);
}

/**
 * From pixels as they are given to device pixels of the screen, when the image fills it: as the viewport will lay it.
 * Sample i of a level lies at pixel `i * step` of the frame (see `decoding/enlarge.ts`).
 */
export function earlyPlace(
  { slice: { geometry, wall }, pixels }: Pick<EarlySlice, 'slice' | 'pixels'>,
  { width, height, density }: Screen,
): Required<Pick<DOMMatrix2DInit, 'a' | 'd' | 'e' | 'f'>> {
  const { columns, rows, spacing } = geometry;
  const step = 2 ** Math.round(Math.log2(columns / pixels.width));
  const a = fittingScale(geometry, width, height) * density * step;
  const d = (a * spacing[0]) / spacing[1];
  // What lies at the same share of the image and of the screen, most often the middle; in the given pixels.
  const [x, y] = anchorOf(wall);
  const held = (pixel: number) => (pixel - 0.5) / step + 0.5;
  const e = width * density * x - a * held(columns * x);
  const f = height * density * y - d * held(rows * y);
  return { a, d, e, f };
}

/** Paints a slice so that it fills a canvas, which gets the screen's size. */
export function paintEarly(canvas: HTMLCanvasElement, early: EarlySlice, screen: Screen): void {
  const size = { width: screen.width * screen.density, height: screen.height * screen.density };
  Object.assign(canvas, { width: Math.round(size.width), height: Math.round(size.height) });
  const context = canvas.getContext('2d', { alpha: false });
  const { width, height } = early.pixels;
  const source = new OffscreenCanvas(width, height);
  const pixels = new ImageData(shaded(early.pixels, early.tones), width, height);
  source.getContext('2d', { alpha: false })?.putImageData(pixels, 0, 0);
  if (!context) return;
  context.setTransform(earlyPlace(early, screen));
  context.drawImage(source, 0, 0);
}
