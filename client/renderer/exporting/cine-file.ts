// A film of a series: every frame painted as a picture of its own and given to an encoder, one after the other.

import type { ImageLoader } from '../loading/image-loader.ts';
import type { Measurement } from '../measuring/measurement.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { CineEncoder, FilmSize } from './cine-encoder.ts';
import { ExportError } from './export-error.ts';
import { frameLayers } from './frame-layers.ts';
import { FramePixels } from './frame-pixels.ts';
import { paint } from './paint.ts';
import { fittedFor, imageOf, rootOf, textOf } from './picture.ts';
import { bearingsOf, type CornerText, plainLine, withoutScreen } from './picture-text.ts';
import { scaledBy } from './places.ts';

export interface FilmOptions {
  readonly kind: 'mp4' | 'gif';
  /** Pictures per second. */
  readonly rate: number;
  /** First and last image, from 1. */
  readonly from: number;
  readonly to: number;
  /** Of the longer side in pixels. */
  readonly side: number;
  /** Measurements and other marks. */
  readonly marks: boolean;
  readonly text: boolean;
  readonly identity: boolean;
}

export interface FilmEvents {
  onProgress(done: number, of: number): void;
  /** All of the page, as they are now. */
  measurements(): readonly Measurement[];
  /** The text that says which image it is. @param number from 1 */
  imageText(number: number, count: number): string;
}

/** The size of the film that the options make. @throws ExportError when nothing is shown */
export function filmSize(viewer: ViewerModel, { side, rate, from }: FilmOptions): FilmSize {
  const slice = viewer.series.peek()?.stack.slices[from - 1];
  if (!slice) throw new ExportError('no-image');
  return { ...fittedFor(viewer, slice, side, 'even').size, rate };
}

/**
 * Makes the film of a viewport's series. One frame's pixels are in memory at a time, beside what the page keeps ready.
 * @throws ExportError when an image cannot be had or encoded, the signal's reason when that ends it
 */
export async function makeFilm(
  viewer: ViewerModel,
  images: Pick<ImageLoader, 'view'>,
  options: FilmOptions,
  events: FilmEvents,
  signal: AbortSignal,
): Promise<Blob> {
  const series = viewer.series.peek();
  if (!series) throw new ExportError('no-image');
  const size = filmSize(viewer, options);
  const canvas = new OffscreenCanvas(size.width, size.height);
  const first = options.from - 1;
  const { width, height } = series.stack.slices[first]?.format ?? size;
  const scale = options.side / Math.max(width, height);
  const frames = new FramePixels(images, viewer, series, first, scale);
  const text = textOf(rootOf(viewer), options);
  let encoder: CineEncoder | null = null;
  try {
    encoder = await encoderFor(canvas, size, options);
    for (let number = options.from; number <= options.to; number++) {
      const own = options.text
        ? withNumber(text, events.imageText(number, series.stack.slices.length))
        : text;
      const measurements = options.marks ? events.measurements() : null;
      const frame = { viewer, series, frames, index: number - 1, size, text: own, measurements };
      await paintFrame(canvas, frame, signal);
      await encoder.add(canvas);
      events.onProgress(number - options.from + 1, options.to - options.from + 1);
    }
    signal.throwIfAborted();
    return await encoder.finish();
  } catch (error) {
    await encoder?.cancel();
    throw error;
  } finally {
    frames.close();
  }
}

/** Encoders are large: they are fetched when they are needed. */
async function encoderFor(
  canvas: OffscreenCanvas,
  size: FilmSize,
  { kind }: FilmOptions,
): Promise<CineEncoder> {
  if (kind === 'gif') return (await import('./gif-encoder.ts')).gifEncoder(size);
  const { mp4Codec, mp4Encoder } = await import('./mp4-encoder.ts');
  const codec = await mp4Codec(size);
  if (!codec) throw new ExportError('no-encoder');
  return mp4Encoder(canvas, codec, size);
}

interface FramePicture {
  readonly viewer: ViewerModel;
  readonly series: StudySeries;
  readonly frames: FramePixels;
  readonly index: number;
  readonly size: FilmSize;
  readonly text: CornerText;
  /** See LaidSlice. */
  readonly measurements: readonly Measurement[] | null;
}

async function paintFrame(
  canvas: OffscreenCanvas,
  { viewer, series, frames, index, size, text, measurements }: FramePicture,
  signal: AbortSignal,
): Promise<void> {
  const slice = series.stack.slices[index];
  if (!slice) throw new ExportError('no-image');
  const pixels = await frames.get(index, signal);
  const fitted = fittedFor(viewer, slice, Math.max(size.width, size.height));
  // An image of another shape is in the middle.
  const [a, b, c, d, e, f] = fitted.place;
  const [right, down] = [(size.width - fitted.size.width) / 2, (size.height - fitted.size.height) / 2];
  const place = [a, b, c, d, e + right, f + down] as const;
  const unit = Math.max(0.75, Math.min(size.width / 600, size.height / 500));
  paint(canvas, {
    size,
    image: imageOf(viewer, slice, pixels, { ...fitted, place }),
    layers: await frameLayers({ viewer, slice, measurements, size, place, unit }, signal),
    layerPlace: scaledBy(1),
    text,
    bearings: bearingsOf(slice, place, unit),
    unit,
  });
}

/** What the page says of the one image on the screen gives way to the number of each. */
function withNumber(text: CornerText, line: string): CornerText {
  return { ...withoutScreen(text), 'bottom left': [plainLine(line)] };
}
