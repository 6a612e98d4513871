// What is drawn and written on an image, by measurements or by a presentation state, ready to be laid over it.
import type { StateDrawing, StateText } from '@strata/protocol/saved-presentations';
import type { Measurement } from '../measuring/measurement.ts';
import type { Slice } from '../study/stack.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { fromDisplay, fromPixels, type ToScreen } from './drawing-shapes.ts';
import { drawingsOf, textsOf } from './measured-drawings.ts';
import type { Presented } from './presented.ts';
import { shutterColour } from './shutter-paths.ts';
import { type ImageArea, isFor, stateForImage } from './state-for-image.ts';

interface MarkLine {
  readonly drawing: StateDrawing;
  readonly colour: string;
}

export interface Marks {
  readonly lines: readonly MarkLine[];
  readonly texts: readonly { readonly text: StateText; readonly colour: string }[];
  /** What marks in parts of the displayed area are parts of; null where nothing is known of it. */
  readonly area: ImageArea | null;
}

/** As Cornerstone draws them (viewport/tools.ts). */
const measuredColour = '#f0d264';

/** The marks of measurements. */
export function marksOf(measurements: readonly Measurement[]): Marks {
  const colour = measuredColour;
  return {
    lines: measurements.flatMap(drawingsOf).map((drawing) => ({ drawing, colour })),
    texts: measurements.flatMap(textsOf).map((text) => ({ text, colour })),
    area: null,
  };
}

/** The marks of a state on a slice. @param measured what is drawn on the image already: it need not be drawn twice */
export function stateMarks({ state }: Presented, slice: Slice, measured: readonly Measurement[]): Marks {
  const { lines, texts } = marksOf(measured);
  const there = new Set([
    ...lines.map(({ drawing }) => keyOf(drawing)),
    ...texts.map(({ text }) => keyOf(text)),
  ]);
  const isShown = (one: StateDrawing | StateText) => isFor(one, slice) && !there.has(keyOf(one));
  const colour = ({ layer }: StateDrawing | StateText) => colourOf(state, layer);
  return {
    lines: state.drawings.filter(isShown).map((drawing) => ({ drawing, colour: colour(drawing) })),
    texts: state.texts.filter(isShown).map((text) => ({ text, colour: colour(text) })),
    area: stateForImage(state, slice).area,
  };
}

/** Where points of a mark come to lie. @param place from pixels of the image, 0, 0 at its corner */
export function placing(
  { area }: Marks,
  { units }: Pick<StateDrawing, 'units'>,
  place: ImagePlace,
): ToScreen {
  return units === 'DISPLAY' && area ? fromDisplay(place, area) : fromPixels(place);
}

/** Where a text begins: in its box, or beside what it is about. */
export function beginningOf({ box, anchor }: StateText): readonly [number, number] {
  return box ? [box[0], box[1]] : (anchor ?? [0, 0]);
}

/** Two drawings, or texts, at the same place are the same. */
function keyOf(one: StateDrawing | StateText): string {
  const places = 'points' in one ? one.points : [...(one.anchor ?? []), ...(one.box ?? [])];
  const where = places.map((value) => value.toFixed(1)).join(' ');
  return 'points' in one ? `${one.kind} ${where}` : `text ${where}`;
}

/** What its layer recommends, where that can be seen; black drawings on black images cannot. */
function colourOf({ layers }: Presented['state'], layer: string): string {
  const { colour = null, grey = null } = layers.find(({ name }) => name === layer) ?? {};
  if (colour) return `rgb(${shutterColour({ colour }).join(' ')})`;
  return grey !== null && grey > 16_384 ? `rgb(${shutterColour({ grey }).join(' ')})` : '#f2c14e';
}
