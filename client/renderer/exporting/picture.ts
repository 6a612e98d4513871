// The picture of a viewport: at the size it has on the screen, or of the whole image from its pixels.

import type { ImageLoader } from '../loading/image-loader.ts';
import { paintShutter } from '../presenting/paint-shutter.ts';
import type { Slice } from '../study/stack.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { SlicePixels } from '../viewport/slice-image.ts';
import { ExportError } from './export-error.ts';
import { FramePixels } from './frame-pixels.ts';
import { layersOf } from './layers.ts';
import { type PaintedImage, type Picture, paint } from './paint.ts';
import { bearingsOf, type CornerText, cornerText, noText, withoutScreen } from './picture-text.ts';
import { after, back, type FittedPicture, scaledBy, wholeImage } from './places.ts';
import { shaded } from './shade.ts';

export interface PictureOptions {
  readonly size: 'screen' | 'full';
  /** Measurements and other marks. */
  readonly marks: boolean;
  /** The text in the corners; letters and scale bar always come. */
  readonly text: boolean;
  /** Also lines that tell who the patient is. */
  readonly identity: boolean;
}

/** The element of a viewport. @throws ExportError when it is not on the page */
export function rootOf(viewer: Pick<ViewerModel, 'id'>): HTMLElement {
  const root = document.querySelector<HTMLElement>(`[data-viewport="${CSS.escape(viewer.id)}"]`);
  if (!root) throw new ExportError('no-image');
  return root;
}

/** The corner text that is wanted. */
export function textOf(
  root: Element,
  { text, identity }: Pick<PictureOptions, 'text' | 'identity'>,
): CornerText {
  return text ? cornerText(root, identity ? 'with identity' : 'without identity') : noText;
}

/**
 * Paints what a viewport shows. For the full size, the full level is fetched first.
 * @throws ExportError when the image cannot be had, the signal's reason when that ends it
 */
export async function paintViewport(
  viewer: ViewerModel,
  images: Pick<ImageLoader, 'view'>,
  options: PictureOptions,
  signal: AbortSignal,
): Promise<OffscreenCanvas> {
  const picture =
    options.size === 'screen'
      ? await screenPicture(viewer, options)
      : await fullPicture(viewer, images, options, signal);
  signal.throwIfAborted();
  const canvas = new OffscreenCanvas(picture.size.width, picture.size.height);
  paint(canvas, picture);
  return canvas;
}

/** The viewport's own canvas, pixel by pixel. */
async function screenPicture(viewer: ViewerModel, options: PictureOptions): Promise<Picture> {
  const root = rootOf(viewer);
  const { slice } = viewer;
  const place = viewer.imagePlace.peek();
  const source = root.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
  if (!slice || !place || !source) throw new ExportError('no-image');
  const size = { width: source.width, height: source.height };
  const unit = size.width / root.clientWidth;
  return {
    size,
    image: { source, size, place: scaledBy(1), filter: source.style.filter },
    layers: await layersOf(root, options.marks ? 'with marks' : 'without marks', unit),
    layerPlace: scaledBy(unit),
    text: textOf(root, options),
    bearings: bearingsOf(slice, after(place, scaledBy(unit)), unit),
    unit,
  };
}

async function fullPicture(
  viewer: ViewerModel,
  images: Pick<ImageLoader, 'view'>,
  options: PictureOptions,
  signal: AbortSignal,
): Promise<Picture> {
  const root = rootOf(viewer);
  const series = viewer.series.peek();
  const { slice } = viewer;
  const place = viewer.imagePlace.peek();
  if (!series || !slice || !place) throw new ExportError('no-image');
  const index = viewer.target.peek();
  const text = withoutScreen(textOf(root, options));
  const frames = new FramePixels(images, viewer, series, index, 'full');
  try {
    const pixels = await frames.get(index, signal);
    const fitted = fittedFor(viewer, slice, 'full');
    const { size } = fitted;
    const unit = Math.max(0.75, Math.min(size.width / 600, size.height / 500));
    const layerPlace = after(back(place), fitted.place);
    const sharpness = Math.hypot(layerPlace[0], layerPlace[1]);
    return {
      size,
      image: imageOf(viewer, slice, pixels, fitted),
      layers: await layersOf(root, options.marks ? 'with marks' : 'without marks', sharpness),
      layerPlace,
      text,
      bearings: bearingsOf(slice, fitted.place, unit),
      unit,
    };
  } finally {
    frames.close();
  }
}

/** A slice of a viewport's series as a whole, turned as the viewport is. @param side see `wholeImage` */
export function fittedFor(
  viewer: ViewerModel,
  slice: Slice,
  side: number | 'full',
  even: 'even' | 'any' = 'any',
): FittedPicture {
  const [vertical, horizontal] = slice.geometry.spacing;
  const { width: columns, height: rows } = slice.format;
  const place = viewer.imagePlace.peek() ?? scaledBy(1);
  return wholeImage({ columns, rows, aspect: vertical / horizontal, place }, side, even);
}

/** The pixels of a slice in the viewport's tones, under its shutter. */
export function imageOf(
  viewer: ViewerModel,
  slice: Slice,
  pixels: SlicePixels,
  { place }: FittedPicture,
): PaintedImage {
  const tones = viewer.tones.of(slice);
  if (!tones) throw new ExportError('no-image');
  const { width, height } = slice.format;
  const source = new OffscreenCanvas(width, height);
  const context = source.getContext('2d');
  if (!context) throw new ExportError('no-canvas');
  context.putImageData(new ImageData(shaded(pixels, tones), width, height), 0, 0);
  const shutter = viewer.shutters.covering(slice.presentation);
  if (shutter) paintShutter(context, shutter, slice.geometry);
  return { source, size: { width, height }, place, filter: '' };
}
