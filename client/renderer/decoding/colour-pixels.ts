// Colour samples as 8-bit RGB.
import type { FrameFormat, Pixels } from '@strata/codec/format';
import type { ColourSpace } from './display-recipe.ts';

/** Interleaved RGB, 3 bytes a pixel, from samples of a colour space; more than 8 bits keep their highest 8. */
export function rgbFromSamples(pixels: Pixels, format: FrameFormat, space: ColourSpace): Uint8Array {
  const rgb = new Uint8ClampedArray(pixels.length);
  const shift = Math.max(0, format.bits - 8);
  const offset = format.signed ? 2 ** (format.bits - 1) : 0;
  for (let at = 0; at < pixels.length; at++) rgb[at] = ((pixels[at] as number) + offset) >> shift;
  if (space !== 'rgb') ybrToRgb(rgb, space);
  return new Uint8Array(rgb.buffer);
}

/** In place, by the equations of ITU-T T.871 (full range) or PS3.3 C.7.6.3.1.2 (partial range). */
function ybrToRgb(samples: Uint8ClampedArray, space: ColourSpace): void {
  const partial = space === 'ybr-partial';
  const gain = partial ? 255 / 219 : 1;
  const chroma = partial ? 255 / 224 : 1;
  const black = partial ? 16 : 0;
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const y = ((samples[at] as number) - black) * gain;
    const cb = ((samples[at + 1] as number) - 128) * chroma;
    const cr = ((samples[at + 2] as number) - 128) * chroma;
    samples[at] = y + 1.402 * cr;
    samples[at + 1] = y - 0.344136 * cb - 0.714136 * cr;
    samples[at + 2] = y + 1.772 * cb;
  }
}

/**
 * Interleaved RGB from palette indices.
 * @param first the index that the palette's first colour stands for; indices outside the palette take its ends
 * @param colours 3 bytes a colour, at least one colour
 */
export function rgbFromPalette(pixels: Pixels, first: number, colours: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(pixels.length * 3);
  const last = colours.length / 3 - 1;
  for (let at = 0; at < pixels.length; at++) {
    const colour = 3 * Math.max(0, Math.min(last, (pixels[at] as number) - first));
    rgb[at * 3] = colours[colour] as number;
    rgb[at * 3 + 1] = colours[colour + 1] as number;
    rgb[at * 3 + 2] = colours[colour + 2] as number;
  }
  return rgb;
}
