// Window centre and width: from the file, from the pixels, as a range of values (PS3.3 C.11.2.1.2).

/** A window in modality values (Hounsfield units for CT). */
export interface WindowLevel {
  readonly centre: number;
  readonly width: number;
}

/** The VOI LUT functions of PS3.3 C.11.2.1.3. */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A DICOM VOI LUT Function value as one of ours; anything unknown counts as LINEAR, the standard's default. */
export function windowFunction(value: string): WindowFunction {
  return value === 'LINEAR_EXACT' || value === 'SIGMOID' ? value : 'LINEAR';
}

/** The first usable window of a list from the file, or null. @param narrowest that it may be, 1 for whole values */
export function windowFromFile(
  windows: readonly { readonly centre: number; readonly width: number }[],
  narrowest = 1,
): WindowLevel | null {
  const found = windows.find(({ centre, width }) => Number.isFinite(centre) && width > 0);
  return found ? { centre: found.centre, width: Math.max(narrowest, found.width) } : null;
}

/**
 * The window that spans the values from a low to a high one. For whole values it is as LINEAR counts them: the low one
 * black, the high one white. Fractional values (a parametric map from 0 to 0.001) are spanned as they are.
 */
export function windowOfRange(low: number, high: number, values: 'whole' | 'fractional'): WindowLevel {
  const span = Math.max(0, high - low);
  if (values === 'whole') return { centre: (low + high + 1) / 2, width: span + 1 };
  return { centre: (low + high) / 2, width: Math.max(span, Number.EPSILON) };
}

/** The values shown black and white. All but LINEAR_EXACT shift by half a value, as the standard defines it. */
export function rangeOfWindow(
  window: WindowLevel,
  kind: WindowFunction,
): { readonly lower: number; readonly upper: number } {
  // LINEAR knows no windows narrower than 1.
  const exact = kind === 'LINEAR_EXACT' || window.width < 1;
  const half = exact ? window.width / 2 : (window.width - 1) / 2;
  const centre = exact ? window.centre : window.centre - 0.5;
  // A renderer divides by the span, so the narrowest window is a steep step.
  const least = exact ? half : Math.max(half, 0.01);
  return { lower: centre - half, upper: centre + least };
}

/**
 * A window after a drag of the mouse.
 * @param dx pixels to the right: wider
 * @param dy pixels down: centre up, so the picture gets darker
 * @param span the span of values that the image holds, above 0; a drag over 500 pixels covers it
 */
export function dragWindow(window: WindowLevel, dx: number, dy: number, span: number): WindowLevel {
  const step = span / 500;
  const narrowest = span > 100 ? 1 : span / 1000;
  const width = Math.max(narrowest, window.width + dx * step);
  return { centre: window.centre + dy * step, width };
}
