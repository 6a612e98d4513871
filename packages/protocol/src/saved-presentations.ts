// Presentation states as pages and servers exchange them: how images are to be shown, and what is written and drawn on them
// (DICOM PS3.3 A.33.1, C.11). Columns and rows of pixels from 1 in areas; in drawings 0, 0 is the corner of the first pixel.
import { type Check, flag, integer, list, nullable, numbers, object, oneOf, real, text } from './checks.ts';
import { uid, words } from './fields.ts';
import { checkLookupTable, checkShutter, type LookupTable, type Shutter } from './manifest.ts';
import { type KeyImage, MAX_KEY_FRAMES, MAX_KEY_IMAGES } from './saved-key-images.ts';

/** Drawings, texts, and numbers of one drawing's points, at most. */
export const MAX_DRAWINGS = 2000;
export const MAX_TEXTS = 1000;
export const MAX_POINTS = 8192;
/** Alternatives for images of one state: windows, areas, layers. */
export const MAX_PARTS = 500;

/** The images that a part of a state is for; none for all. */
type ForImages = { readonly images: readonly KeyImage[] };

export interface StateWindow extends ForImages {
  /** In the modality values of the file; null where there is a table. */
  readonly window: { readonly centre: number; readonly width: number } | null;
  /** LINEAR, LINEAR_EXACT, SIGMOID or ''. */
  readonly voiFunction: string;
  readonly lut: LookupTable | null;
}

export interface StateArea extends ForImages {
  /** Column and row of the pixels that are to lie at the corners of the screen, turned as it is to be. */
  readonly topLeft: [number, number];
  readonly bottomRight: [number, number];
  readonly mode: 'SCALE TO FIT' | 'TRUE SIZE' | 'MAGNIFY';
  /** Pixels of the screen for one of the image; with MAGNIFY. */
  readonly magnification: number | null;
}

export interface StateDrawing extends ForImages {
  readonly layer: string;
  readonly kind: 'POINT' | 'POLYLINE' | 'INTERPOLATED' | 'CIRCLE' | 'ELLIPSE' | 'ARROW';
  /** PIXEL of the image, or DISPLAY: parts of the displayed area from 0 to 1. */
  readonly units: 'PIXEL' | 'DISPLAY';
  /** Across and down, one after the other; of an arrow, where it points and where it begins. */
  readonly points: readonly number[];
  readonly filled: boolean;
}

export interface StateText extends ForImages {
  readonly layer: string;
  readonly text: string;
  readonly units: 'PIXEL' | 'DISPLAY';
  /** Its corners, left, top, right, bottom; null when it has only a place that it is about. */
  readonly box: [number, number, number, number] | null;
  readonly anchor: [number, number] | null;
}

export interface StateLayer {
  readonly name: string;
  readonly order: number;
  /** As in Shutter; null where nothing is recommended. */
  readonly grey: number | null;
  readonly colour: [number, number, number] | null;
}

export interface PresentationState extends ForImages {
  /** Short and in capitals; and in words. */
  readonly label: string;
  readonly description: string;
  /** Of stored values before anything else; null when they are taken as they are. Not read when something is saved. */
  readonly rescale: { readonly slope: number; readonly intercept: number } | null;
  /** In place of the rescale there is a table. */
  readonly modalityTable: boolean;
  readonly windows: readonly StateWindow[];
  /** Whether small values are bright in the end, whatever the image says of itself. */
  readonly inverse: boolean;
  readonly areas: readonly StateArea[];
  /** Degrees clockwise; left and right exchanged after that. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flipped: boolean;
  readonly shutter: Shutter | null;
  readonly drawings: readonly StateDrawing[];
  readonly texts: readonly StateText[];
  readonly layers: readonly StateLayer[];
}

const images = list(
  object<KeyImage>({ sopInstanceUid: uid, frames: list(integer(1, 0x7fff_ffff), MAX_KEY_FRAMES) }),
  MAX_KEY_IMAGES,
);
const pair = numbers<[number, number]>(2);
const units = oneOf('PIXEL', 'DISPLAY');
const pValue = integer(0, 65_535);
const lab: Check<[number, number, number]> = (value) => {
  const [lightness = 0, a = 0, b = 0] = list(pValue, 3)(value);
  return [lightness, a, b];
};

export const checkPresentationState = object<PresentationState>({
  label: text(16),
  description: text(64),
  images,
  rescale: nullable(object({ slope: real, intercept: real })),
  modalityTable: flag,
  windows: list(
    object<StateWindow>({
      images,
      window: nullable(object({ centre: real, width: real })),
      voiFunction: text(16),
      lut: nullable(checkLookupTable),
    }),
    MAX_PARTS,
  ),
  inverse: flag,
  areas: list(
    object<StateArea>({
      images,
      topLeft: pair,
      bottomRight: pair,
      mode: oneOf('SCALE TO FIT', 'TRUE SIZE', 'MAGNIFY'),
      magnification: nullable(real),
    }),
    MAX_PARTS,
  ),
  rotation: oneOf(0, 90, 180, 270),
  flipped: flag,
  shutter: nullable(checkShutter),
  drawings: list(
    object<StateDrawing>({
      images,
      layer: text(64),
      kind: oneOf('POINT', 'POLYLINE', 'INTERPOLATED', 'CIRCLE', 'ELLIPSE', 'ARROW'),
      units,
      points: list(real, MAX_POINTS),
      filled: flag,
    }),
    MAX_DRAWINGS,
  ),
  texts: list(
    object<StateText>({
      images,
      layer: text(64),
      text: words,
      units,
      box: nullable(numbers<[number, number, number, number]>(4)),
      anchor: nullable(pair),
    }),
    MAX_TEXTS,
  ),
  layers: list(
    object<StateLayer>({
      name: text(64),
      order: integer(-0x8000_0000, 0x7fff_ffff),
      grey: nullable(pValue),
      colour: nullable(lab),
    }),
    MAX_PARTS,
  ),
});
