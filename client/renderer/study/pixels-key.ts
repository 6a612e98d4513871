// Names the pixels that a frame becomes: two images may hold the same samples, kept once, and mean other values by them.
import type { Slice } from './stack.ts';

let tables = 0;
const numbers = new WeakMap<object, number>();

/** Tables are too long for a name: each has a number. */
function numberOf(table: object | null | undefined): number {
  if (!table) return 0;
  const number = numbers.get(table) ?? ++tables;
  numbers.set(table, number);
  return number;
}

/** Equal names mean equal pixels, as long as no VOI LUT is applied. */
export function pixelsKey({ key, presentation }: Pick<Slice, 'key' | 'presentation'>): string {
  const { photometric, rescale, pixelPadding, modalityLut, palette } = presentation;
  const values = [rescale?.slope, rescale?.intercept, ...(pixelPadding ?? []), photometric];
  return `${key} as ${values.join(' ')} ${numberOf(modalityLut)} ${numberOf(palette)}`;
}
