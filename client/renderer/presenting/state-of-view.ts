// What a viewport shows, as a presentation state that can be kept: pure, over plain data.
import type { Shutter } from '@strata/protocol/manifest';
import { MAX_KEY_IMAGES } from '@strata/protocol/saved-key-images';
import type {
  PresentationState,
  StateArea,
  StateDrawing,
  StateText,
  StateWindow,
} from '@strata/protocol/saved-presentations';
import { isInverse } from '../study/grey-sense.ts';
import { isColour } from '../study/slice-window.ts';
import type { Slice } from '../study/stack.ts';
import { windowInFile } from '../study/suv-values.ts';
import type { Tones } from '../study/tones.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import type { Turn } from '../viewport/turn.ts';

export interface View {
  /** The image on the screen, and all of its series. */
  readonly slice: Slice;
  readonly slices: readonly Slice[];
  readonly tones: Pick<Tones, 'window' | 'inverted' | 'lutOf' | 'kindOf'>;
  readonly turn: Turn;
  readonly shutter: Shutter | null;
  readonly place: ImagePlace;
  /** CSS pixels of the viewport. */
  readonly size: readonly [number, number];
  readonly drawings: readonly StateDrawing[];
  readonly texts: readonly StateText[];
}

/** @param name in the user's words */
export function stateOfView(name: string, view: View): PresentationState {
  const { slice, turn, tones, shutter } = view;
  const images = imagesLike(slice, view.slices);
  const named = new Set(images.map(({ sopInstanceUid }) => sopInstanceUid));
  const isNamed = (part: StateDrawing | StateText) =>
    part.images.every(({ sopInstanceUid }) => named.has(sopInstanceUid));
  const drawings = view.drawings.filter(isNamed);
  const texts = view.texts.filter(isNamed);
  return {
    label: labelOf(name),
    description: name.trim().slice(0, 64).toWellFormed(),
    images,
    rescale: null,
    modalityTable: false,
    windows: windowsOf(view),
    inverse: !isColour(slice) && tones.inverted.peek() !== isInverse(slice.presentation),
    areas: [areaOf(view)],
    rotation: turn.rotation as PresentationState['rotation'],
    flipped: turn.mirrored,
    shutter,
    drawings,
    texts,
    layers: [...new Set([...drawings, ...texts].map(({ layer }) => layer))].map((layer, at) => ({
      name: layer,
      order: at + 1,
      grey: 65_535,
      colour: null,
    })),
  };
}

/** A code string of the name. */
function labelOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return (
    plain
      .replace(/[^A-Z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 16) || 'VIEW'
  );
}

/**
 * The images that can share one state with an image: their values become modality values in the same way, and they are of
 * its size. The image itself comes first.
 */
function imagesLike(slice: Slice, slices: readonly Slice[]): PresentationState['images'] {
  const wayOf = ({ presentation, suv, format }: Slice) => {
    const slope = (presentation.rescale?.slope ?? 1) / (suv?.factor ?? 1);
    const intercept = (presentation.rescale?.intercept ?? 0) / (suv?.factor ?? 1);
    const rounded = [slope, intercept].map((value) => value.toPrecision(9));
    return JSON.stringify([
      rounded,
      presentation.modalityLut,
      format.width,
      format.height,
      isColour({ format, presentation } as Slice),
    ]);
  };
  const way = wayOf(slice);
  const alike = slices.filter((one) => wayOf(one) === way).map(({ instanceUid }) => instanceUid);
  return [...new Set([slice.instanceUid, ...alike])]
    .slice(0, MAX_KEY_IMAGES)
    .map((sopInstanceUid) => ({ sopInstanceUid, frames: [] }));
}

function windowsOf({ slice, tones }: View): StateWindow[] {
  if (isColour(slice)) return [];
  const lut = tones.lutOf(slice);
  if (lut) return [{ images: [], window: null, voiFunction: '', lut }];
  const window = tones.window.peek();
  if (!window) return [];
  const { centre, width } = slice.suv ? windowInFile(window, slice.suv) : window;
  return [
    {
      images: [],
      window: { centre: short(centre), width: short(width) },
      voiFunction: slice.suv ? 'LINEAR_EXACT' : tones.kindOf(slice),
      lut: null,
    },
  ];
}

/** As decimal strings can hold it. */
const short = (value: number): number => Number(value.toPrecision(9));

/** The part of the image that is in the viewport; all of the image where nothing of it is cut off. */
function areaOf({ slice, place, size: [width, height] }: View): StateArea {
  const inverse = inverseOf(place);
  const [x0, y0] = inverse(0, 0);
  const [x1, y1] = inverse(width, height);
  const [columns, rows] = [slice.format.width, slice.format.height];
  const isWhole = holds(x0, x1, columns) && holds(y0, y1, rows);
  const [across, down] = isWhole
    ? [ends(x0 < x1 ? 0 : columns, x0 < x1 ? columns : 0), ends(y0 < y1 ? 0 : rows, y0 < y1 ? rows : 0)]
    : [ends(x0, x1), ends(y0, y1)];
  return {
    images: [],
    topLeft: [across[0], down[0]],
    bottomRight: [across[1], down[1]],
    mode: 'SCALE TO FIT',
    magnification: null,
  };
}

/** Whether all of a side of the image is in view, a pixel more or less. */
const holds = (from: number, to: number, length: number): boolean =>
  Math.min(from, to) <= 1 && Math.max(from, to) >= length - 1;

/** The pixels, from 1, at the ends of a stretch in the order in which it is seen. */
function ends(from: number, to: number): [number, number] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const [first, last] = [
    Math.floor(low + 1e-3) + 1,
    Math.max(Math.floor(low + 1e-3) + 1, Math.ceil(high - 1e-3)),
  ];
  return from < to ? [first, last] : [last, first];
}

/** From CSS pixels of the viewport to pixels of the image. */
function inverseOf([a, b, c, d, e, f]: ImagePlace): (x: number, y: number) => [number, number] {
  const determinant = a * d - b * c || 1;
  return (x, y) => [(d * (x - e) - c * (y - f)) / determinant, (a * (y - f) - b * (x - e)) / determinant];
}
