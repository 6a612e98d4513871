// Paints a picture: the image, what lies over it, and the text.

import type { ImagePlace } from '../viewport/stack-camera.ts';
import { ExportError } from './export-error.ts';
import type { Layer } from './layers.ts';
import type { Bearings, Corner, CornerText, TextLine } from './picture-text.ts';
import { after, type Size } from './places.ts';

export interface PaintedImage {
  readonly source: CanvasImageSource;
  /** In its own pixels, or the size that it is drawn in before it is moved. */
  readonly size: Size;
  /** To pixels of the picture. */
  readonly place: ImagePlace;
  readonly filter: string;
}

export interface Picture {
  readonly size: Size;
  readonly image: PaintedImage;
  readonly layers: readonly Layer[];
  /** From CSS pixels of the viewport to pixels of the picture. */
  readonly layerPlace: ImagePlace;
  readonly text: CornerText;
  readonly bearings: Bearings;
  /** Pixels for a CSS pixel of text. */
  readonly unit: number;
}

const fontSize = 12.5;
const lineHeight = 17.25;
const edgeGap = 10;

/** Paints over whatever is on the canvas, which gets the picture's size. */
export function paint(canvas: OffscreenCanvas, picture: Picture): void {
  const { size, image, layers, layerPlace } = picture;
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new ExportError('no-canvas');
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, 0, size.width, size.height);
  context.save();
  context.setTransform(...image.place);
  context.imageSmoothingQuality = 'high';
  context.filter = image.filter || 'none';
  context.drawImage(image.source, 0, 0, image.size.width, image.size.height);
  context.restore();
  for (const { source, box, matrix } of layers) {
    context.setTransform(...after(matrix, layerPlace));
    context.drawImage(source, ...box);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  paintText(context, picture);
}

type Context = OffscreenCanvasRenderingContext2D;

function paintText(context: Context, { size, text, bearings, unit }: Picture): void {
  context.save();
  Object.assign(context, { shadowColor: '#000', shadowBlur: 3 * unit, textBaseline: 'top' });
  const bounds = { width: size.width / unit, height: size.height / unit };
  context.scale(unit, unit);
  for (const [corner, lines] of Object.entries(text)) paintCorner(context, corner as Corner, lines, bounds);
  paintEdges(context, bearings, bounds);
  paintBar(context, bearings, bounds);
  context.restore();
}

function paintCorner(context: Context, corner: Corner, lines: readonly TextLine[], bounds: Size): void {
  const isRight = corner.endsWith('right');
  const top = corner.startsWith('top') ? 8 : bounds.height - 8 - lines.length * lineHeight;
  context.textAlign = isRight ? 'right' : 'left';
  const room = bounds.width / 2 - 28;
  for (const [at, { text, isStrong, colour }] of lines.entries()) {
    write(context, text, isStrong, colour, room, [
      isRight ? bounds.width - edgeGap : edgeGap,
      top + at * lineHeight,
    ]);
  }
}

function paintEdges(context: Context, { edges }: Bearings, { width, height }: Size): void {
  if (!edges) return;
  const middle = (height - fontSize) / 2;
  const places = [
    [edges.left, 'left', edgeGap, middle],
    [edges.right, 'right', width - edgeGap, middle],
    [edges.top, 'center', width / 2, 8],
    [edges.bottom, 'center', width / 2, height - 8 - lineHeight],
  ] as const;
  for (const [letters, align, x, y] of places) {
    context.textAlign = align;
    write(context, letters, true, '#aeb8c0', width, [x, y]);
  }
}

/** At the right edge, in the middle, a tick for each step. */
function paintBar(context: Context, { bar }: Bearings, { width, height }: Size): void {
  if (!bar) return;
  const [x, top] = [width - 34, (height - bar.pixels) / 2];
  context.fillStyle = '#aeb8c0';
  context.fillRect(x, top, 1, bar.pixels);
  for (let at = 0; at <= bar.steps; at++) {
    const length = at % bar.steps === 0 ? 9 : 5;
    context.fillRect(x - length, top + (at / bar.steps) * bar.pixels - 0.5, length, 1);
  }
  context.textAlign = 'right';
  write(context, bar.text, false, '#aeb8c0', width, [x - 14, height / 2 - fontSize / 2]);
}

function write(
  context: Context,
  text: string,
  isStrong: boolean,
  colour: string,
  room: number,
  [x, y]: readonly [number, number],
): void {
  context.font = `${isStrong ? 600 : 400} ${fontSize}px "Inter", "Segoe UI", system-ui, "Noto Sans", "Liberation Sans", sans-serif`;
  context.fillStyle = colour;
  const fitting = shortened(context, text, room);
  // Twice: one shadow is too faint over bright images.
  context.fillText(fitting, x, y);
  context.fillText(fitting, x, y);
}

function shortened(context: Context, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}
