// What is another from frame to frame of an enhanced multi-frame object: its functional groups (PS3.3 C.7.6.16).
import { type DataSet, firstItem } from './data-set.ts';
import { readFrameLuts } from './frame-luts.ts';
import { itemsOf } from './items.ts';
import {
  type FramePresentation,
  type Presentation,
  positivePair,
  readRescale,
  readWindows,
  reasons,
} from './presentation.ts';
import { readShutter } from './shutter.ts';
import { Tag } from './tags.ts';
import { code, tuple, type Values } from './values.ts';

/** More would make a manifest large; whole slide images have as many, and place their frames otherwise. */
const MOST_FRAMES = 20_000;
const MOST_WINDOWS = 2;
const MOST_EXPLANATION = 64;
const MOST_VERTICES = 64;

/**
 * Adds what the frames say of their own.
 * @param frames of the object
 * @param shared what is said of all frames, where a frame says nothing of its own
 */
export function withFrames(values: Values, frames: number, shared: Presentation): Presentation {
  const perFrame = readFramePresentations(values, frames, shared);
  const luts = frames >= 2 && frames <= MOST_FRAMES ? readFrameLuts(values, frames, shared) : null;
  if (!luts) return { ...shared, perFrame };
  return {
    ...shared,
    voiLuts: luts.tables,
    notApplied: reasons([...shared.notApplied, ...luts.problems]),
    perFrame: luts.ofFrames.map((voiLuts, frame) => ({ ...perFrame?.[frame], voiLuts })),
  };
}

/** For each frame what differs from `shared`; null where nothing does, or the groups cannot be read. */
function readFramePresentations(
  values: Values,
  frames: number,
  shared: Presentation,
): FramePresentation[] | null {
  const sequence = values.set.elements.get(Tag.PerFrameFunctionalGroupsSequence);
  if (!sequence || frames < 2 || frames > MOST_FRAMES) return null;
  const all: FramePresentation[] = [];
  for (const item of itemsOf(values.set, sequence)) {
    all.push(differing(ownOf(item, values), shared));
    if (all.length === frames) break;
  }
  const differs = all.some((one) => Object.keys(one).length > 0);
  return differs && all.length === frames ? all : null;
}

function ownOf(item: DataSet, { decode }: Values): FramePresentation {
  const group = (tag: number, wanted: number): Values | null => {
    const set = firstItem(item, tag);
    return set?.elements.has(wanted) ? { set, decode } : null;
  };
  const position = group(Tag.PlanePositionSequence, Tag.ImagePositionPatient);
  const orientation = group(Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient);
  const voi = group(Tag.FrameVOILUTSequence, Tag.WindowCenter);
  const transformation = group(Tag.PixelValueTransformationSequence, Tag.RescaleSlope);
  const measures = group(Tag.PixelMeasuresSequence, Tag.PixelSpacing);
  const shutter = group(Tag.FrameDisplayShutterSequence, Tag.ShutterShape);
  const hidden = shutter && readShutter(shutter, MOST_VERTICES).shutter;
  const spacing = measures && positivePair(measures, Tag.PixelSpacing);
  const place = position && tuple(position, Tag.ImagePositionPatient, 3);
  const directions = orientation && tuple(orientation, Tag.ImageOrientationPatient, 6);
  const rescale = transformation && readRescale(transformation);
  return {
    ...(place && { imagePosition: place as [number, number, number] }),
    ...(directions && { imageOrientation: directions as Presentation['imageOrientation'] & object }),
    ...(spacing && { pixelSpacing: spacing }),
    ...(voi && { windows: readWindows(voi).slice(0, MOST_WINDOWS).map(brief) }),
    ...(voi && { voiFunction: code(voi, Tag.VOILUTFunction) }),
    ...(rescale && { rescale }),
    ...(hidden && { shutter: hidden }),
  };
}

/** A manifest repeats it for every frame. */
function brief(window: Presentation['windows'][number]): Presentation['windows'][number] {
  return { ...window, explanation: window.explanation.slice(0, MOST_EXPLANATION) };
}

function differing(own: FramePresentation, shared: Presentation): FramePresentation {
  const names = Object.keys(own) as (keyof FramePresentation)[];
  const others = names.filter((name) => JSON.stringify(own[name]) !== JSON.stringify(shared[name]));
  return Object.fromEntries(others.map((name) => [name, own[name]]));
}
