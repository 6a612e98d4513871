// What lies over an image of a film: its overlay planes, its measurements, and what a presentation state draws on it.
import type { Measurement } from '../measuring/measurement.ts';
import { pathOf } from '../presenting/drawing-shapes.ts';
import { beginningOf, type Marks, marksOf, placing, stateMarks } from '../presenting/marks.ts';
import { pictureOf, planesOver } from '../study/planes-over.ts';
import type { Slice } from '../study/stack.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { ExportError } from './export-error.ts';
import type { Layer } from './layers.ts';
import { type Size, scaledBy } from './places.ts';

/** The image that is painted. */
export interface LaidSlice {
  readonly viewer: ViewerModel;
  readonly slice: Slice;
  /** All of the page; null where they are left out. */
  readonly measurements: readonly Measurement[] | null;
  /** Of the picture. */
  readonly size: Size;
  /** From pixels of the image to those of the picture. */
  readonly place: ImagePlace;
  /** Pixels for a CSS pixel. */
  readonly unit: number;
}

/**
 * The layers of a slice that need not be on the screen, the lowest first, in pixels of the picture.
 * @throws what asking for overlay planes throws, ExportError 'no-canvas'
 */
export async function frameLayers(laid: LaidSlice, signal: AbortSignal): Promise<Layer[]> {
  const { viewer, slice, measurements, size, place, unit } = laid;
  const layers: Layer[] = [];
  const { planes } = await viewer.overlays.of(slice, signal);
  const over = planesOver(viewer, slice, planes);
  const { width, height } = slice.format;
  if (over) {
    const { canvas, context } = canvasOf(slice.format);
    context.putImageData(pictureOf(over, width, height), 0, 0);
    layers.push({ source: canvas, box: [0, 0, width, height], matrix: place });
  }
  if (!measurements) return layers;
  const here = measurements.filter((one) => isOf(one, slice));
  const presented = viewer.presented.peek();
  const all = [...(presented ? [stateMarks(presented, slice, here)] : []), marksOf(here)];
  if (all.every(({ lines, texts }) => lines.length + texts.length === 0)) return layers;
  const { canvas, context } = canvasOf(size);
  context.scale(unit, unit);
  for (const marks of all) {
    paintMarks(context, marks, scaledPlace(place, 1 / unit), {
      width: size.width / unit,
      height: size.height / unit,
    });
  }
  layers.push({ source: canvas, box: [0, 0, size.width, size.height], matrix: scaledBy(1) });
  return layers;
}

const isOf = ({ place }: Measurement, { instanceUid, frameNumber }: Slice): boolean =>
  place.slice.instanceUid === instanceUid && place.slice.frameNumber === frameNumber;

function canvasOf({ width, height }: Size) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new ExportError('no-canvas');
  return { canvas, context };
}

const scaledPlace = (place: ImagePlace, factor: number) =>
  place.map((value) => value * factor) as unknown as ImagePlace;

const lineHeight = 16;
const edgeGap = 4;

type Context = OffscreenCanvasRenderingContext2D;

/** Seen on black and on white, as on the screen; what is written stays within the picture. @param bounds CSS pixels */
function paintMarks(context: Context, marks: Marks, place: ImagePlace, bounds: Size): void {
  for (const { drawing, colour } of marks.lines) {
    const path = new Path2D(pathOf(drawing, placing(marks, drawing, place)));
    Object.assign(context, { strokeStyle: '#000b', lineWidth: 3.5 });
    context.stroke(path);
    Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: 1.5 });
    context.stroke(path);
    if (drawing.filled) context.fill(path);
  }
  context.font = '13px system-ui, "Noto Sans", "Liberation Sans", sans-serif';
  for (const { text, colour } of marks.texts) {
    const [x, y] = placing(marks, text, place)(beginningOf(text));
    const lines = text.text.split(/\r?\n/);
    const isBeside = text.box === null;
    const width = Math.max(...lines.map((line) => context.measureText(line).width));
    const left = within(x + (isBeside ? 8 : 0), bounds.width - width);
    const height = lines.length * lineHeight;
    const top = within(y + (isBeside ? 0.3 - 1 : 0) * lineHeight, bounds.height - height);
    Object.assign(context, { strokeStyle: '#000', lineWidth: 3, lineJoin: 'round', fillStyle: colour });
    for (const [row, line] of lines.entries()) {
      context.strokeText(line, left, top + (row + 1) * lineHeight);
      context.fillText(line, left, top + (row + 1) * lineHeight);
    }
  }
}

const within = (at: number, most: number): number => Math.max(edgeGap, Math.min(at, most - edgeGap));
