// Pixels of more than 16 bits as 16-bit frames to look at, with the rescale that brings the values back: never the originals.
import { allocatePixels, type FrameFormat, MAX_SAMPLES_PER_FRAME, type Pixels } from '@strata/codec/format';
import { DecodeError } from '../decoders/decoder.ts';
import type { DicomFile } from '../part10.ts';
import type { Rendition } from '../presentation.ts';
import type { ImageFrames } from './frames.ts';
import type { WidePixels } from './pixel-source.ts';
import { wideValues } from './wide-values.ts';

export interface RenderedImage {
  readonly frames: ImageFrames;
  readonly rendition: Rendition;
  /** Kept value = shown value * slope + intercept. */
  readonly slope: number;
  readonly intercept: number;
}

const TOP = 65_535;

/**
 * The frames of wide pixels, spread over 16 bits by the smallest and greatest value of all frames. What is no number is
 * shown as the smallest value.
 * @throws DecodeError when a frame is larger than the codec takes
 */
export function renderWide(file: DicomFile, pixels: WidePixels): RenderedImage {
  const { width, height, samples } = pixels.expected;
  if (width * height * samples > MAX_SAMPLES_PER_FRAME || width > 65_535 || height > 65_535) {
    throw new DecodeError(`a frame of ${width} x ${height} is above the limit`);
  }
  const format: FrameFormat = { width, height, samples: samples === 3 ? 3 : 1, bits: 16, signed: false };
  const { least, greatest } = extent(file, pixels);
  const exact = pixels.kind === 'integer' && greatest - least <= TOP;
  const slope = exact || greatest === least ? 1 : (greatest - least) / TOP;
  const frame = (index: number): Pixels => {
    const shown = allocatePixels(format);
    let at = 0;
    for (const value of wideValues(file, pixels, index)) {
      shown[at++] = Number.isFinite(value) ? Math.round((value - least) / slope) : 0;
    }
    return pixels.planar && samples === 3 ? interleaved(shown) : shown;
  };
  return {
    frames: { format, count: pixels.frames, categorical: false, frame },
    rendition: { of: kinds[pixels.kind], step: exact ? null : slope },
    slope,
    intercept: least,
  };
}

const kinds = {
  integer: '32-bit integers',
  float: '32-bit floating point numbers',
  double: '64-bit floating point numbers',
} as const;

function extent(file: DicomFile, pixels: WidePixels): { least: number; greatest: number } {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < pixels.frames; index++) {
    for (const value of wideValues(file, pixels, index)) {
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  return least <= greatest ? { least, greatest } : { least: 0, greatest: 0 };
}

function interleaved(planes: Pixels): Pixels {
  const pixels = planes.slice();
  const size = planes.length / 3;
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = planes[(at % 3) * size + Math.floor(at / 3)] as number;
  return pixels;
}
