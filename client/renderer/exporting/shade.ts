// Shown values to red, green, blue: as the viewport does it, for pictures that are not of the screen's size.

import type { SlicePixels } from '../viewport/slice-image.ts';
import type { Greys } from '../viewport/stack-view.ts';
import { rangeOfWindow } from '../viewport/window-level.ts';

export interface ShadeTones {
  readonly greys: Greys;
  readonly colours: 'inverted' | 'as they are';
}

/** Four bytes a pixel, opaque. */
export function shaded(
  { values, components }: SlicePixels,
  tones: ShadeTones,
): Uint8ClampedArray<ArrayBuffer> {
  return components === 3 ? shadedColours(values, tones.colours) : shadedGreys(values, tones.greys);
}

function shadedColours(
  values: SlicePixels['values'],
  colours: ShadeTones['colours'],
): Uint8ClampedArray<ArrayBuffer> {
  const shown = new Uint8ClampedArray((values.length / 3) * 4);
  const turned = colours === 'inverted' ? 255 : 0;
  for (let at = 0, to = 0; to < shown.length; at += 3, to += 4) {
    shown[to] = (values[at] as number) ^ turned;
    shown[to + 1] = (values[at + 1] as number) ^ turned;
    shown[to + 2] = (values[at + 2] as number) ^ turned;
    shown[to + 3] = 255;
  }
  return shown;
}

function shadedGreys(values: SlicePixels['values'], greys: Greys): Uint8ClampedArray<ArrayBuffer> {
  const curve = curveOf(greys);
  if (!(values instanceof Float32Array)) return shadedByTable(values, curve);
  const shown = new Uint8ClampedArray(values.length * 4);
  for (let at = 0, to = 0; to < shown.length; at++, to += 4) {
    const grey = curve(values[at] as number);
    shown[to] = grey;
    shown[to + 1] = grey;
    shown[to + 2] = grey;
    shown[to + 3] = 255;
  }
  return shown;
}

/** Values are few, pixels are many: each value is looked up. */
function shadedByTable(
  values: Exclude<SlicePixels['values'], Float32Array>,
  curve: (value: number) => number,
): Uint8ClampedArray<ArrayBuffer> {
  const shown = new Uint8ClampedArray(values.length * 4);
  const words = new Uint32Array(shown.buffer);
  const [low, high] = extremes(values);
  const table = new Uint8ClampedArray(high - low + 1);
  for (let at = 0; at < table.length; at++) table[at] = curve(low + at);
  // Four equal bytes but for the last, which is 255 wherever the machine has it.
  const opaque = new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0] as number;
  const grey = new Uint32Array(Uint8Array.of(1, 1, 1, 0).buffer)[0] as number;
  const colours = Uint32Array.from(table, (value) => value * grey + opaque);
  for (let at = 0; at < words.length; at++) words[at] = colours[(values[at] as number) - low] as number;
  return shown;
}

function extremes(values: ArrayLike<number>): [number, number] {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (let at = 1; at < values.length; at++) {
    const value = values[at] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
}

/** From a value to 0 to 255 (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
function curveOf({ window, kind, inverted }: Greys): (value: number) => number {
  const [black, white] = inverted ? [255, 0] : [0, 255];
  if (kind === 'SIGMOID') {
    const { centre, width } = window;
    return (value) => black + (white - black) / (1 + Math.exp((-4 * (value - centre)) / width));
  }
  const { lower, upper } = rangeOfWindow(window, kind);
  return (value) => {
    const part = Math.max(0, Math.min(1, (value - lower) / (upper - lower)));
    return black + (white - black) * part;
  };
}
