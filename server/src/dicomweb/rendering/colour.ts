// Colour samples and palette indices to RGB, 8 bits a sample.
import type { FrameFormat, Pixels } from '@strata/codec/format';

/** Interleaved RGB from samples of a colour space; more than 8 bits keep their highest 8. */
export function rgbPixels(pixels: Pixels, format: FrameFormat, photometric: string): Uint8Array {
  const rgb = new Uint8ClampedArray(pixels.length);
  const shift = Math.max(0, format.bits - 8);
  const offset = format.signed ? 2 ** (format.bits - 1) : 0;
  for (let at = 0; at < pixels.length; at++) rgb[at] = ((pixels[at] as number) + offset) >> shift;
  if (photometric.startsWith('YBR_FULL')) fromYbr(rgb, { black: 0, luma: 1, chroma: 1 });
  if (photometric.startsWith('YBR_PARTIAL')) fromYbr(rgb, { black: 16, luma: 255 / 219, chroma: 255 / 224 });
  return new Uint8Array(rgb.buffer);
}

/** In place, by the equations of ITU-T T.871, after bringing a narrower range to the full one (PS3.3 C.7.6.3.1.2). */
function fromYbr(samples: Uint8ClampedArray, range: { black: number; luma: number; chroma: number }): void {
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const y = ((samples[at] as number) - range.black) * range.luma;
    const cb = ((samples[at + 1] as number) - 128) * range.chroma;
    const cr = ((samples[at + 2] as number) - 128) * range.chroma;
    samples[at] = y + 1.402 * cr;
    samples[at + 1] = y - 0.344136 * cb - 0.714136 * cr;
    samples[at + 2] = y + 1.772 * cb;
  }
}

/** Interleaved RGB from palette indices. @param rgb base64 of 3 bytes a colour */
export function palettePixels(pixels: Pixels, { first, rgb }: { first: number; rgb: string }): Uint8Array {
  const colours = Buffer.from(rgb, 'base64');
  const last = Math.floor(colours.length / 3) - 1;
  const shown = new Uint8Array(pixels.length * 3);
  for (let at = 0; at < pixels.length; at++) {
    const colour = 3 * Math.max(0, Math.min(last, (pixels[at] as number) - first));
    shown[at * 3] = colours[colour] ?? 0;
    shown[at * 3 + 1] = colours[colour + 1] ?? 0;
    shown[at * 3 + 2] = colours[colour + 2] ?? 0;
  }
  return shown;
}
