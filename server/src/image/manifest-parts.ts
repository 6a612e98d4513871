// Rows of the metadata service to the parts of a manifest, in messages of bounded size.
import { parseFrameIndex } from '@strata/codec/frames-blob';
import type { Json } from '@strata/metadata/json';
import type { InstanceRow, SeriesRows, StudyRows } from '@strata/metadata/records';
import { MAX_REPLICAS, MAX_TEXT, MAX_WINDOWS } from '@strata/protocol/limits';
import {
  checkFramePresentation,
  checkPresentation,
  type FramePresentation,
  type FrameSegments,
  type InstanceManifest,
  type ManifestPart,
  type Presentation,
  type SeriesHead,
} from '@strata/protocol/manifest';
import { PART_BYTES, SEGMENTS_PER_PART } from './limits.ts';

/** Says that something of an instance could not be told to clients. */
export type OnOddity = (instanceUid: string, what: string) => void;

// What a part costs on the wire, about.
const INSTANCE_BYTES = 600;
const SEGMENTS_BYTES = 90;
const NUMBER_BYTES = 5;

/** The parts of the manifest of these rows: heads first, then the instances in order. */
export function* manifestParts(rows: StudyRows, onOddity: OnOddity): Generator<ManifestPart> {
  const { patient, study, series } = rows;
  const instances = series.reduce((sum, each) => sum + each.instances.length, 0);
  yield {
    kind: 'heads',
    study: clipped(study),
    patient: clipped(patient),
    series: series.map(seriesHead),
    instances,
  };
  for (const each of series) yield* seriesParts(each, onOddity);
}

function* seriesParts(series: SeriesRows, onOddity: OnOddity): Generator<ManifestPart> {
  let instances: InstanceManifest[] = [];
  let bytes = 0;
  for (const row of series.instances) {
    const { instance, rest } = instanceManifest(row, onOddity);
    instances.push(instance);
    bytes += INSTANCE_BYTES + tableBytes(instance.presentation);
    bytes += instance.frameSegments.length * SEGMENTS_BYTES;
    if (bytes < PART_BYTES && rest.length === 0) continue;
    yield { kind: 'instances', series: series.uid, instances };
    for (let start = 0; start < rest.length; start += SEGMENTS_PER_PART) {
      const segments = rest.slice(start, start + SEGMENTS_PER_PART);
      yield { kind: 'segments', series: series.uid, instance: row.uid, segments };
    }
    instances = [];
    bytes = 0;
  }
  if (instances.length > 0) yield { kind: 'instances', series: series.uid, instances };
}

function tableBytes({ palette, modalityLut, voiLuts = [], shutter }: Presentation): number {
  const luts = [...voiLuts, ...(modalityLut ? [modalityLut] : [])];
  const corners = NUMBER_BYTES * (shutter?.polygon?.length ?? 0);
  return luts.reduce((sum, { entries }) => sum + entries.length, corners + (palette?.rgb.length ?? 0));
}

/** An instance with the first of its frames' segments, and the others. */
function instanceManifest(
  row: InstanceRow,
  onOddity: OnOddity,
): { instance: InstanceManifest; rest: FrameSegments[] } {
  const segments = frameSegments(row, onOddity);
  const instance: InstanceManifest = {
    uid: row.uid,
    sopClassUid: row.sopClassUid,
    number: row.number,
    frames: row.frames,
    format: segments ? row.format : null,
    presentation: presentationOf(row, onOddity),
    blob: segments ? (row.framesBlob?.digest ?? null) : null,
    blobLength: row.framesBlob?.length ?? 0,
    levels: segments?.[0]?.lengths.length ?? 0,
    frameSegments: segments?.slice(0, SEGMENTS_PER_PART) ?? [],
    ...(row.holders && { replicas: row.holders.slice(0, MAX_REPLICAS) }),
  };
  return { instance, rest: segments?.slice(SEGMENTS_PER_PART) ?? [] };
}

function frameSegments(row: InstanceRow, onOddity: OnOddity): FrameSegments[] | null {
  if (!row.frameIndex || !row.framesBlob) return null;
  try {
    const own = ownOfFrames(row, onOddity);
    return parseFrameIndex(row.frameIndex).map(({ segments }, frame) => ({
      lengths: segments.map((segment) => segment.length),
      crc32c: segments.map((segment) => segment.crc32c),
      ...(own[frame] && { own: own[frame] }),
    }));
  } catch (error) {
    onOddity(row.uid, `its frame index is damaged: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

/** What each frame says of its own; nothing where no frame does. */
function ownOfFrames(row: InstanceRow, onOddity: OnOddity): FramePresentation[] {
  const perFrame = (row.presentation as { perFrame?: unknown } | null)?.perFrame;
  if (!Array.isArray(perFrame)) return [];
  try {
    return perFrame.map((each) => checkFramePresentation(clippedJson(each)));
  } catch (error) {
    onOddity(row.uid, `what its frames say is left out: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

// One odd instance must not keep a study from being shown: what cannot be told is left out.
function presentationOf(row: InstanceRow, onOddity: OnOddity): Presentation {
  try {
    return withoutEmpty(checkPresentation(clippedJson(row.presentation)));
  } catch (error) {
    onOddity(row.uid, `its presentation is left out: ${error instanceof Error ? error.message : error}`);
    return { ...PLAIN, photometric: row.photometric.slice(0, MAX_TEXT) };
  }
}

/** What may be absent and says nothing is not sent with every instance. */
function withoutEmpty(presentation: Presentation): Presentation {
  const { voiLuts, notApplied, presentationLutShape, ...others } = presentation;
  const { frameOfReference, spacingCalibration, ultrasoundRegions, ...uncalibrated } = others;
  const { laterality, viewPosition, viewModified, units, ...rest } = uncalibrated;
  return {
    ...rest,
    ...(frameOfReference && { frameOfReference }),
    ...(spacingCalibration && { spacingCalibration }),
    ...(laterality && { laterality }),
    ...(viewPosition && { viewPosition }),
    ...(viewModified && { viewModified }),
    ...(units && { units }),
    ...(ultrasoundRegions && ultrasoundRegions.length > 0 && { ultrasoundRegions }),
    ...(voiLuts && voiLuts.length > 0 && { voiLuts }),
    ...(notApplied && notApplied.length > 0 && { notApplied }),
    ...(presentationLutShape && { presentationLutShape }),
  };
}

const PLAIN: Presentation = {
  photometric: '',
  windows: [],
  voiFunction: '',
  rescale: null,
  pixelSpacing: null,
  pixelAspectRatio: null,
  imagePosition: null,
  imageOrientation: null,
  sliceLocation: null,
  pixelPadding: null,
  frameTime: null,
  burnedInLossy: '',
  palette: null,
};

function seriesHead({
  uid,
  number,
  modality,
  description,
  bodyPart,
  laterality,
  date,
  time,
}: SeriesRows): SeriesHead {
  return clipped({ uid, number, modality, description, bodyPart, laterality, date, time });
}

/** Texts of files have no limit; those of messages do. */
function clipped<T extends object>(value: T): T {
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    typeof each === 'string' ? each.slice(0, MAX_TEXT) : each,
  ]);
  return Object.fromEntries(entries) as T;
}

function clippedJson(presentation: Json): Json {
  if (typeof presentation !== 'object' || presentation === null || !('windows' in presentation))
    return presentation;
  const { windows, lossy } = presentation;
  if (!Array.isArray(windows)) return presentation;
  return {
    ...clipped(presentation),
    ...(typeof lossy === 'object' && { lossy: lossy && (clipped(lossy) as Json) }),
    windows: windows.slice(0, MAX_WINDOWS).map((each) => clipped(each as object) as Json),
  };
}
