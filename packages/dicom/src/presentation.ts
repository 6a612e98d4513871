// What a viewer needs to show the frames of an object: windows, look-up tables, spacing, place in space, palette.
import { type Calibration, readCalibration } from './calibration.ts';
import { firstItem } from './data-set.ts';
import {
  type LookupTable,
  type ModalityTable,
  readModalityLut,
  readVoiLuts,
  signOfModalityValues,
} from './lookup-table.ts';
import { countOverlays } from './overlay-places.ts';
import { type Palette, readPalette } from './palette.ts';
import { type Projection, readProjection } from './projection.ts';
import { readShutter, type Shutter } from './shutter.ts';
import { readSuv, type Suv } from './suv.ts';
import { Tag } from './tags.ts';
import { code, number, numbers, text, texts, tuple, type Values } from './values.ts';

/** How the frames that are shown differ from the pixels that are kept. */
export type Rendition = {
  /** Of the pixels that are kept, for people: '32-bit integers', '64-bit floating point numbers'. */
  readonly of: string;
  /** The step between two values that are shown apart, in the units of the kept pixels; null when every value is shown. */
  readonly step: number | null;
};

/** What a frame may say of its own. */
export type FramePresentation = {
  windows?: Presentation['windows'];
  voiFunction?: string;
  /** Which of the instance's VOI LUTs are the frame's, by their index. */
  voiLuts?: number[];
  rescale?: NonNullable<Presentation['rescale']>;
  pixelSpacing?: NonNullable<Presentation['pixelSpacing']>;
  imagePosition?: NonNullable<Presentation['imagePosition']>;
  imageOrientation?: NonNullable<Presentation['imageOrientation']>;
  shutter?: Shutter;
};

/** Can be written as JSON. Of an enhanced multi-frame object, the values of its first frame. */
export interface Presentation extends Calibration, Projection {
  /** Of the frames as they are streamed: chroma is always expanded to full width. */
  photometric: string;
  windows: { centre: number; width: number; explanation: string }[];
  /** LINEAR, LINEAR_EXACT, SIGMOID or ''. */
  voiFunction: string;
  /** Of all frames, unless a frame names its own. */
  voiLuts: LookupTable[];
  /** In place of the rescale. */
  modalityLut: ModalityTable | null;
  /** IDENTITY or INVERSE, which say how grey values are shown whatever the photometric interpretation; ''. */
  presentationLutShape: string;
  /** What of the tables could not be taken and why, for people. */
  notApplied: string[];
  /** Overlay planes that there are to draw; see overlays.ts. */
  overlays: number;
  /** What of the image is to be hidden; null for nothing. */
  shutter: Shutter | null;
  rescale: { slope: number; intercept: number; type: string } | null;
  /** Between rows, between columns, in mm. */
  pixelSpacing: [number, number] | null;
  pixelAspectRatio: [number, number] | null;
  imagePosition: [number, number, number] | null;
  imageOrientation: [number, number, number, number, number, number] | null;
  sliceLocation: number | null;
  /** First and last value that stand for no image. */
  pixelPadding: [number, number] | null;
  /** Milliseconds from frame to frame. */
  frameTime: number | null;
  /** '01' if the image was ever compressed with loss, '00' if not, '' if not said. */
  burnedInLossy: string;
  palette: Palette | null;
  /** That the image was compressed with loss, here or before: how, and how much smaller it became. Null when it was not. */
  lossy: { ratio: number | null; method: string } | null;
  /** That the frames are made for looking at: the pixels that are kept are of another kind. Null when they are the pixels. */
  rendition: Rendition | null;
  /** Why an object with pixels has no frames; null when it has, or has no pixels. */
  unshown: string | null;
  /** Of PET images, what their values are in: a term of PS3.3 C.8.9.1.1.3; '' when not said, and for all others. */
  units: string;
  /** Of PET images, how their values become standardized uptake values; null for all others. */
  suv: Suv | null;
  /** What is another in each of the frames; null when nothing is. */
  perFrame: FramePresentation[] | null;
}

/** Reads what there is; nothing is thrown. */
export function readPresentation(values: Values, photometric: string): Presentation {
  const inGroups = functionalGroups(values);
  const windowed = inGroups(Tag.FrameVOILUTSequence, Tag.WindowCenter);
  const position = inGroups(Tag.PlanePositionSequence, Tag.ImagePositionPatient);
  const orientation = inGroups(Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient);
  const measures = inGroups(Tag.PixelMeasuresSequence, Tag.PixelSpacing);
  const rescale = readRescale(inGroups(Tag.PixelValueTransformationSequence, Tag.RescaleSlope));
  const modality = readModalityLut(values);
  const sign = signOfModalityValues(values, rescale, modality.table !== null);
  const voi = readVoiLuts(inGroups(Tag.FrameVOILUTSequence, Tag.VOILUTSequence), sign);
  const { shutter, problems } = readShutter(inGroups(Tag.FrameDisplayShutterSequence, Tag.ShutterShape));
  return {
    ...readCalibration(values),
    ...readProjection(values, inGroups(Tag.FrameAnatomySequence, Tag.FrameLaterality)),
    photometric,
    windows: readWindows(windowed),
    voiFunction: code(windowed, Tag.VOILUTFunction),
    voiLuts: [...voi.tables],
    modalityLut: modality.table,
    presentationLutShape: lutShape(values),
    notApplied: reasons([...modality.problems, ...voi.problems, ...problems]),
    overlays: countOverlays(values),
    shutter,
    rescale,
    pixelSpacing: positivePair(measures, Tag.PixelSpacing),
    pixelAspectRatio: positivePair(values, Tag.PixelAspectRatio),
    imagePosition: tuple(position, Tag.ImagePositionPatient, 3) as [number, number, number] | null,
    imageOrientation: tuple(orientation, Tag.ImageOrientationPatient, 6) as Presentation['imageOrientation'],
    sliceLocation: number(values, Tag.SliceLocation),
    pixelPadding: pixelPadding(values),
    frameTime: frameTime(values),
    burnedInLossy: lossy(values),
    palette: photometric === 'PALETTE COLOR' ? readPalette(values) : null,
    lossy: lossyMark(values),
    rendition: null,
    unshown: null,
    units: code(values, Tag.Units),
    suv: readSuv(values),
    perFrame: null,
  };
}

/**
 * Where to look for an attribute: the functional group of the first frame, the one that all frames share, or the data
 * set itself (PS3.3 C.7.6.16).
 */
function functionalGroups(values: Values): (group: number, wanted: number) => Values {
  const places = [Tag.PerFrameFunctionalGroupsSequence, Tag.SharedFunctionalGroupsSequence]
    .map((tag) => firstItem(values.set, tag))
    .filter((item) => item !== null);
  return (group, wanted) => {
    for (const place of places) {
      const item = firstItem(place, group);
      if (item?.elements.has(wanted)) return { set: item, decode: values.decode };
    }
    return values;
  };
}

/** Those that have a width. */
export function readWindows(values: Values): Presentation['windows'] {
  const widths = numbers(values, Tag.WindowWidth);
  const explanations = texts(values, Tag.WindowCenterWidthExplanation);
  const found: Presentation['windows'] = [];
  for (const [index, centre] of numbers(values, Tag.WindowCenter).entries()) {
    const width = widths[index] ?? null;
    if (centre === null || width === null || width <= 0) continue;
    found.push({ centre, width, explanation: explanations[index] ?? '' });
    if (found.length === 32) break;
  }
  return found;
}

/** Null when it is incomplete, or its slope is 0. */
export function readRescale(values: Values): Presentation['rescale'] {
  const slope = number(values, Tag.RescaleSlope);
  const intercept = number(values, Tag.RescaleIntercept);
  if (slope === null || slope === 0 || intercept === null) return null;
  return { slope, intercept, type: text(values, Tag.RescaleType) };
}

/** Two numbers above 0, or null. */
export function positivePair(values: Values, tag: number): [number, number] | null {
  const pair = tuple(values, tag, 2);
  return pair?.every((value) => value > 0) ? (pair as [number, number]) : null;
}

function pixelPadding(values: Values): [number, number] | null {
  const value = number(values, Tag.PixelPaddingValue);
  if (value === null) return null;
  const limit = number(values, Tag.PixelPaddingRangeLimit) ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

function frameTime(values: Values): number | null {
  const rate = number(values, Tag.RecommendedDisplayFrameRate) ?? number(values, Tag.CineRate);
  const time =
    number(values, Tag.FrameTime) ??
    numbers(values, Tag.FrameTimeVector)[1] ??
    (rate !== null && rate > 0 ? 1000 / rate : null);
  return time !== null && time > 0 ? time : null;
}

/** Each once, and not more than people read. */
export function reasons(problems: readonly string[]): string[] {
  return [...new Set(problems)].slice(0, 8);
}

function lutShape(values: Values): string {
  const shape = code(values, Tag.PresentationLUTShape);
  return shape === 'IDENTITY' || shape === 'INVERSE' ? shape : '';
}

/** The marks of PS3.3 C.7.6.1.1.5: of several compressions the last. */
function lossyMark(values: Values): Presentation['lossy'] {
  if (lossy(values) !== '01') return null;
  const ratio = numbers(values, Tag.LossyImageCompressionRatio).at(-1) ?? null;
  return {
    ratio: ratio !== null && ratio > 1 ? ratio : null,
    method: texts(values, Tag.LossyImageCompressionMethod).at(-1) ?? '',
  };
}

function lossy(values: Values): string {
  const value = code(values, Tag.LossyImageCompression);
  return value === '00' || value === '01' ? value : '';
}
