// What a stored softcopy presentation state says (PS3.3 A.33.1 to A.33.2), ours or another program's; what it says that
// cannot be shown is left out, in words.
import type { DicomJson } from '@strata/dicom/json/types';
import { items, numberOf, numbersOf, textOf } from '@strata/dicom/saved/reading';
import type { Shutter } from '@strata/protocol/manifest';
import { MAX_KEY_IMAGES } from '@strata/protocol/saved-key-images';
import {
  MAX_PARTS,
  type PresentationState,
  type StateArea,
  type StateLayer,
} from '@strata/protocol/saved-presentations';
import { imagesOf, type Note } from './named-images.ts';
import { readDrawings } from './read-drawings.ts';
import { readStateShutter } from './read-state-shutter.ts';
import { readStateWindow } from './read-state-window.ts';

/** Letters of a profile in which its name is looked for. */
const MOST_PROFILE = 16_384;

/** What was read, and what could not be. */
export interface ReadState {
  readonly content: PresentationState;
  readonly unread: readonly string[];
}

/** Never throws for what is inside the object. */
export function readState(object: DicomJson): ReadState {
  const unread = new Set<string>();
  const note: Note = (what) => void unread.add(what);
  const images = items(object, 'ReferencedSeriesSequence').flatMap((series) => imagesOf(series));
  if (images.length > MAX_KEY_IMAGES) note(`only the first ${MAX_KEY_IMAGES} of ${images.length} images`);
  for (const [keyword, what] of leftOut) if (items(object, keyword).length > 0) note(what);
  if (Object.keys(object).some((tag) => /^60..3000$/.test(tag))) note('its overlays are not drawn');
  if (hasOtherColours(object)) note('its ICC profile is not applied');
  const content: PresentationState = {
    label: textOf(object, 'ContentLabel').slice(0, 16),
    description: textOf(object, 'ContentDescription').slice(0, 64),
    images: images.slice(0, MAX_KEY_IMAGES),
    rescale: rescaleOf(object),
    modalityTable: items(object, 'ModalityLUTSequence').length > 0,
    windows: items(object, 'SoftcopyVOILUTSequence')
      .slice(0, MAX_PARTS)
      .flatMap((item) => {
        const window = readStateWindow(item, note);
        return window ? [{ images: imagesOf(item), ...window }] : [];
      }),
    inverse: textOf(object, 'PresentationLUTShape') === 'INVERSE',
    areas: items(object, 'DisplayedAreaSelectionSequence').slice(0, MAX_PARTS).flatMap(areaOf),
    rotation: rotationOf(object),
    flipped: textOf(object, 'ImageHorizontalFlip') === 'Y',
    shutter: shutterIn(object, note),
    ...readDrawings(object, note),
    layers: items(object, 'GraphicLayerSequence').slice(0, MAX_PARTS).map(layerOf),
  };
  return { content, unread: [...unread] };
}

/** Parts of presentation states that are not shown (PS3.3 C.11.6, C.11.13). */
const leftOut = [
  ['PresentationLUTSequence', 'its presentation LUT is not applied'],
  ['MaskSubtractionSequence', 'its mask is not subtracted'],
] as const;

/** The colours of images are shown as sRGB. */
function hasOtherColours(object: DicomJson): boolean {
  const { InlineBinary } = object['00282000'] ?? {};
  if (typeof InlineBinary !== 'string' || textOf(object, 'ColorSpace') === 'SRGB') return false;
  const letters = Buffer.from(InlineBinary.slice(0, MOST_PROFILE), 'base64').toString('latin1');
  // Its name may be in letters of two bytes.
  return !letters.replaceAll('\0', '').includes('sRGB');
}

function rescaleOf(object: DicomJson): PresentationState['rescale'] {
  const slope = numberOf(object, 'RescaleSlope');
  const intercept = numberOf(object, 'RescaleIntercept');
  return slope !== null && slope !== 0 && intercept !== null ? { slope, intercept } : null;
}

function rotationOf(object: DicomJson): PresentationState['rotation'] {
  const said = numberOf(object, 'ImageRotation');
  return said === 90 || said === 180 || said === 270 ? said : 0;
}

function areaOf(item: DicomJson): StateArea[] {
  const [left, top, ...more] = numbersOf(item, 'DisplayedAreaTopLeftHandCorner');
  const [right, bottom] = numbersOf(item, 'DisplayedAreaBottomRightHandCorner');
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
  if (more.length > 0) return [];
  const said = textOf(item, 'PresentationSizeMode');
  const mode = said === 'TRUE SIZE' || said === 'MAGNIFY' ? said : 'SCALE TO FIT';
  const magnification = numberOf(item, 'PresentationPixelMagnificationRatio');
  return [
    { images: imagesOf(item), topLeft: [left, top], bottomRight: [right, bottom], mode, magnification },
  ];
}

function shutterIn(object: DicomJson, note: Note): Shutter | null {
  const { shutter, problems } = readStateShutter(object);
  for (const problem of problems) note(problem);
  return shutter;
}

function layerOf(item: DicomJson): StateLayer {
  const grey = numberOf(item, 'GraphicLayerRecommendedDisplayGrayscaleValue');
  const lab = numbersOf(item, 'GraphicLayerRecommendedDisplayCIELabValue').filter(isWord);
  const [lightness, a, b] = lab;
  const order = numberOf(item, 'GraphicLayerOrder') ?? 0;
  return {
    name: textOf(item, 'GraphicLayer').slice(0, 64),
    order: Number.isInteger(order) && Math.abs(order) < 2 ** 31 ? order : 0,
    grey: grey !== null && isWord(grey) ? grey : null,
    colour:
      lightness !== undefined && a !== undefined && b !== undefined && lab.length === 3
        ? [lightness, a, b]
        : null,
  };
}

const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
