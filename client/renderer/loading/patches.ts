// Sharper pixels of a part of an image, laid over those of all of it.
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { type Area, covers } from './region-wishes.ts';

/** A part of an image that is sharper than the rest. */
export interface SharpPart {
  readonly level: number;
  /** In pixels of the frame. */
  readonly area: Area;
}

/** Pixels of a part, as many as its area has. */
export interface Patch extends SharpPart {
  readonly pixels: DisplayPixels;
}

/** Parts remembered of one image; more would be looked through at every move. */
const mostParts = 16;

/**
 * An image with a patch over it; the image itself stays as it was. Statistics stay those of all of it, so that a window made
 * from them does not change as one looks around.
 * @returns null when the patch does not fit the image
 */
export function patched(image: DisplayPixels, { area, pixels }: Patch): DisplayPixels | null {
  const { components, width, height } = image;
  const isOfKind = pixels.components === components && pixels.values.constructor === image.values.constructor;
  const isWhole = pixels.width === area.width && pixels.height === area.height;
  if (!isOfKind || !isWhole || !covers({ x: 0, y: 0, width, height }, area)) return null;
  const values = image.values.slice() as DisplayPixels['values'];
  lay(pixels, { ...area, x: 0, y: 0 }, { ...image, values }, area);
  const range = [
    Math.min(image.range[0], pixels.range[0]),
    Math.max(image.range[1], pixels.range[1]),
  ] as const;
  return { ...image, values, range };
}

/** The parts of an image that are sharper than the rest once one more is: what lies under that is no sharper than that. */
export function withPart(parts: readonly SharpPart[], { level, area }: SharpPart): readonly SharpPart[] {
  const left = parts.filter(
    (part) =>
      !(level >= part.level && covers(area, part.area)) && !(level < part.level && meet(area, part.area)),
  );
  return [...left, { level, area }].slice(-mostParts);
}

/**
 * Pixels of an image at a better level that must not undo what was sharper still: these parts are taken over from before.
 * @param image changes
 * @returns the parts
 */
export function takeOver(
  before: { readonly pixels: DisplayPixels; readonly parts?: readonly SharpPart[] },
  { level, pixels: image }: { readonly level: number; readonly pixels: DisplayPixels },
): readonly SharpPart[] {
  const parts = before.parts?.filter((part) => part.level > level) ?? [];
  for (const { area } of parts) lay(before.pixels, area, image, area);
  return parts;
}

/** Lays an area of one image over an area as large of another one. */
function lay(from: DisplayPixels, { x, y, width, height }: Area, image: DisplayPixels, to: Area): void {
  const { components, values } = image;
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * from.width + x) * components;
    const line = from.values.subarray(start, start + width * components);
    values.set(line, ((to.y + row) * image.width + to.x) * components);
  }
}

/** Whether all that is visible is as sharp as a level. */
export function isSharpAt(parts: readonly SharpPart[], visible: Area, level: number): boolean {
  return parts.some((part) => part.level >= level && covers(part.area, visible));
}

function meet(one: Area, other: Area): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
