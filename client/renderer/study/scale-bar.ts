// How long the scale bar is: a round length that takes a good part of the viewport, in steps.

export interface Bar {
  /** CSS pixels. */
  readonly pixels: number;
  readonly steps: number;
  readonly text: string;
}

const lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const;
const longest = 150;
const shortest = 24;

/** @param pixelsPerMillimetre CSS pixels; @returns null when no round length fits */
export function barOf(pixelsPerMillimetre: number): Bar | null {
  const fitting = lengths.filter((length) => length * pixelsPerMillimetre <= longest);
  const length = fitting.at(-1);
  if (length === undefined || length * pixelsPerMillimetre < shortest) return null;
  const steps = String(length).startsWith('2') ? 2 : String(length).startsWith('5') ? 5 : 10;
  const text = length >= 10 ? `${length / 10} cm` : `${length} mm`;
  return { pixels: length * pixelsPerMillimetre, steps, text };
}
