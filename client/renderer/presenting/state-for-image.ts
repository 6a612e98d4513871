// What of a presentation state is for an image, as the viewport takes it: windows in the image's own values, areas as
// edges, and in words what cannot be applied (PS3.3 C.11, PS3.4 N.2).
import type { LookupTable } from '@strata/protocol/manifest';
import type { KeyImage } from '@strata/protocol/saved-key-images';
import type { PresentationState, StateArea, StateWindow } from '@strata/protocol/saved-presentations';
import { isInverse } from '../study/grey-sense.ts';
import { isColour } from '../study/slice-window.ts';
import type { Slice } from '../study/stack.ts';
import {
  type WindowFunction,
  type WindowLevel,
  windowFunction,
  windowOfRange,
} from '../viewport/window-level.ts';

/** Edges in pixels of the image, 0, 0 at its upper left corner. */
export interface ImageArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels of the screen for one of the image; null for as large as fits. */
  readonly magnification: number | null;
}

export interface StateTones {
  readonly window: WindowLevel | null;
  readonly kind: WindowFunction;
  readonly lut: LookupTable | null;
  /** Beside what the image says of itself. */
  readonly inverted: boolean;
}

export interface StateForImage {
  readonly tones: StateTones;
  readonly area: ImageArea | null;
  /** Codes of what is not applied. */
  readonly missed: readonly Missed[];
}

export type Missed = 'modality-table' | 'lut-of-other-values' | 'other-windows' | 'true-size';

/** Whether a part of a state that names images is for this one. */
export function isFor({ images }: { readonly images: readonly KeyImage[] }, slice: Slice): boolean {
  return images.length === 0 || names(images, slice);
}

function names(images: readonly KeyImage[], { instanceUid, frameNumber }: Slice): boolean {
  return images.some(
    ({ sopInstanceUid, frames }) =>
      sopInstanceUid === instanceUid && (frames.length === 0 || frames.includes(frameNumber)),
  );
}

/** Whether a state is for an image at all: it must name it. */
export function fits({ images }: Pick<PresentationState, 'images'>, slice: Slice): boolean {
  return names(images, slice);
}

export function stateForImage(state: PresentationState, slice: Slice): StateForImage {
  const missed = new Set<Missed>();
  const own = isColour(slice) ? undefined : state.windows.find((part) => isFor(part, slice));
  if (!isColour(slice) && state.windows.some((part) => !sameShading(part, own))) missed.add('other-windows');
  const area = state.areas.find((part) => isFor(part, slice));
  if (area?.mode === 'TRUE SIZE') missed.add('true-size');
  return {
    tones: tonesOf(state, own, slice, missed),
    area: area ? edgesOf(area) : null,
    missed: [...missed],
  };
}

/** The viewport has one window for the images of a series. */
function sameShading(part: StateWindow, own: StateWindow | undefined): boolean {
  return JSON.stringify([part.window, part.lut]) === JSON.stringify([own?.window, own?.lut]);
}

function tonesOf(
  state: PresentationState,
  part: StateWindow | undefined,
  slice: Slice,
  missed: Set<Missed>,
): StateTones {
  if (isColour(slice)) return { window: null, kind: 'LINEAR', lut: null, inverted: false };
  const inverted = state.inverse !== isInverse(slice.presentation);
  const kind = windowFunction(part?.voiFunction ?? '');
  const between = valuesBetween(state, slice);
  if (!between) {
    missed.add('modality-table');
    return { window: null, kind, lut: null, inverted };
  }
  if (part?.lut) {
    const isSame = between.factor === 1 && between.shift === 0;
    if (!isSame) missed.add('lut-of-other-values');
    return { window: null, kind, lut: isSame ? part.lut : null, inverted };
  }
  const { factor, shift } = between;
  const { centre, width } = part?.window ?? wholeRange(slice, state);
  const window = { centre: centre * factor + shift, width: width * Math.abs(factor) };
  // Scaled values are meant exactly: LINEAR's half value is one of the state's own values.
  if (factor === 1 || kind !== 'LINEAR') return { window, kind, lut: null, inverted };
  const exact = {
    centre: (centre - 0.5) * factor + shift,
    width: Math.max(width - 1, 0.01) * Math.abs(factor),
  };
  return { window: exact, kind: 'LINEAR_EXACT', lut: null, inverted };
}

/** How values of the state become those that the page has of the image; null where a table stands between. */
function valuesBetween(
  { rescale, modalityTable }: PresentationState,
  { presentation }: Slice,
): { factor: number; shift: number } | null {
  if (modalityTable || presentation.modalityLut) {
    // The object says that it is the image's own table.
    return modalityTable && presentation.modalityLut ? { factor: 1, shift: 0 } : null;
  }
  const theirs = rescale ?? { slope: 1, intercept: 0 };
  const ours = presentation.rescale ?? { slope: 1, intercept: 0 };
  const factor = ours.slope / theirs.slope;
  const near = Math.abs(factor - 1) < 1e-9 ? 1 : factor;
  return { factor: near, shift: ours.intercept - near * theirs.intercept };
}

/** Without a window the whole range of values is shown (PS3.4 N.2.1.2). */
function wholeRange({ format }: Slice, { rescale }: PresentationState): WindowLevel {
  const lowest = format.signed ? -(2 ** (format.bits - 1)) : 0;
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  const ends = [lowest, lowest + 2 ** format.bits - 1].map((value) => value * slope + intercept);
  return windowOfRange(Math.min(...ends), Math.max(...ends), 'whole');
}

/** The pixels named are inside. */
function edgesOf({ topLeft, bottomRight, mode, magnification }: StateArea): ImageArea {
  const [x, y] = [0, 1].map((axis) => [topLeft[axis] ?? 1, bottomRight[axis] ?? 1]) as [number[], number[]];
  return {
    left: Math.min(...x) - 1,
    right: Math.max(...x),
    top: Math.min(...y) - 1,
    bottom: Math.max(...y),
    magnification: mode === 'MAGNIFY' && magnification !== null && magnification > 0 ? magnification : null,
  };
}
