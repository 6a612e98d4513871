// The frames of an image as they are coded and shown, wherever they come from.
import type { FrameFormat, Pixels } from '@strata/codec/format';
import type { Frame } from '../frames.ts';
import { readFrame } from '../frames.ts';
import type { DicomFile } from '../part10.ts';

/** Frames of one format, each made when it is asked for. */
export interface ImageFrames {
  readonly format: FrameFormat;
  readonly count: number;
  /** Values are names of things and must not be averaged. */
  readonly categorical: boolean;
  /** @param index 0 to `count - 1` @throws DicomError or DecodeError */
  frame(index: number): Pixels;
}

/** The native frames of a file; null when it has none. */
export function nativeFrames(file: DicomFile): ImageFrames | null {
  const layout = file.pixels;
  if (!layout) return null;
  const { format, frames: count, categorical } = layout;
  return { format, count, categorical, frame: (index): Frame['pixels'] => readFrame(file, index).pixels };
}
