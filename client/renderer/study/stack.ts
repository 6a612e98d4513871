// A series as a viewport scrolls through it: one slice per frame, instances in order; what has no image is listed apart.
import type {
  FrameFormat,
  FramePresentation,
  InstanceManifest,
  Presentation,
  SeriesManifest,
} from '@strata/protocol/manifest';
import type { FrameRef } from '@strata/protocol/messages';
import type { ImageEdge } from '../viewport/image-edge.ts';
import { type SliceGeometry, sliceGeometry } from '../viewport/slice-geometry.ts';
import { serverText } from '../words/server.ts';
import { documentTexts } from '../words/study.ts';
import { isInverse } from './grey-sense.ts';
import { chestWall } from './mammogram.ts';
import { inSuv, type SeriesSuv, type SliceSuv, suvOfSeries } from './suv-values.ts';

/** One frame of one instance. */
export interface Slice {
  /** Names the frame among all frames. */
  readonly key: string;
  readonly ref: FrameRef;
  readonly instanceUid: string;
  readonly instanceNumber: number | null;
  /** 1 for the first frame of the instance, and how many it has. */
  readonly frameNumber: number;
  readonly frames: number;
  readonly format: FrameFormat;
  readonly presentation: Presentation;
  /** L, the full-size level. */
  readonly levels: number;
  /** Bytes of each level. */
  readonly lengths: readonly number[];
  readonly geometry: SliceGeometry;
  /** Of a mammogram, the edge at which the chest wall lies, as it is stored. */
  readonly wall?: ImageEdge | undefined;
  /** It is first shown inverted, as PET is read: what is hot is dark. */
  readonly isHotDark?: boolean;
  /** That its presentation is in SUV, and how it became so. */
  readonly suv?: SliceSuv;
}

/** Something of a series that is no image: a report, a plan, a presentation state. */
interface Document {
  readonly uid: string;
  /** In words: 'structured report', or why an image has no pixels to show. */
  readonly kind: string;
}

export interface Stack {
  readonly slices: readonly Slice[];
  readonly documents: readonly Document[];
  /** Whether values are SUV; of PET images that are not, why. */
  readonly suv?: SeriesSuv;
}

/** The stack of a series. Instances stay in the manifest's order. */
export function stackOfSeries(series: SeriesManifest): Stack {
  const own = series.instances.flatMap(slicesOf).map((slice) => ({ ...slice, ...habitOf(slice, series) }));
  const suv = suvOfSeries(
    series.modality,
    own.map(({ presentation }) => presentation),
  );
  const slices =
    suv && 'kind' in suv ? own.map((slice) => ({ ...slice, ...inSuv(slice.presentation, suv.kind) })) : own;
  const documents = series.instances
    .filter((instance) => slicesOf(instance).length === 0)
    .map(({ uid, sopClassUid, presentation: { unshown } }) => ({
      uid,
      get kind() {
        return unshown ? serverText(unshown) : kindOfDocument(sopClassUid);
      },
    }));
  return { slices, documents, suv };
}

/** How images of some modalities are looked at, whatever their files say. */
function habitOf(
  { presentation, format }: Slice,
  { modality, instances }: SeriesManifest,
): Pick<Slice, 'wall' | 'isHotDark'> {
  if (modality === 'MG') return { wall: chestWall(presentation) };
  const isGrey = format.samples === 1 && presentation.palette === null;
  const isCapture = instances.some(({ sopClassUid }) => secondaryCapture.test(sopClassUid));
  return modality === 'PT' && isGrey && !isCapture && !isInverse(presentation) ? { isHotDark: true } : {};
}

const secondaryCapture = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.7(\.|$)/;

function slicesOf(instance: InstanceManifest): Slice[] {
  const { blob, format, presentation, levels, frameSegments } = instance;
  if (blob === null || format === null || levels < 1) return [];
  const shared = { presentation, geometry: sliceGeometry(format, presentation) };
  return frameSegments.map((segments, frame) => ({
    key: `${blob}/${frame}`,
    ref: { blob, frame },
    instanceUid: instance.uid,
    instanceNumber: instance.number,
    frameNumber: frame + 1,
    frames: frameSegments.length,
    format,
    levels: levels - 1,
    lengths: segments.lengths,
    ...(segments.own ? ofFrame(format, presentation, segments.own) : shared),
  }));
}

/** What the frame says goes before what the instance says; its VOI LUTs are named by their place in the instance's list. */
function ofFrame(
  format: FrameFormat,
  shared: Presentation,
  { voiLuts, ...own }: FramePresentation,
): Pick<Slice, 'presentation' | 'geometry'> {
  const tables = voiLuts?.flatMap((index) => shared.voiLuts?.[index] ?? []);
  const presentation = { ...shared, ...own, ...(tables && { voiLuts: tables }) };
  return { presentation, geometry: sliceGeometry(format, presentation) };
}

/** Beginnings of SOP Class UIDs (PS3.4 B.5) and what they are to a reader. The longest match counts. */
const kinds: readonly (readonly [string, keyof (typeof documentTexts)['value']])[] = [
  ['1.2.840.10008.5.1.4.1.1.88', 'report'],
  ['1.2.840.10008.5.1.4.1.1.88.59', 'keyObjects'],
  ['1.2.840.10008.5.1.4.1.1.88.67', 'dose'],
  ['1.2.840.10008.5.1.4.1.1.104.1', 'pdf'],
  ['1.2.840.10008.5.1.4.1.1.104.2', 'clinical'],
  ['1.2.840.10008.5.1.4.1.1.104', 'document'],
  ['1.2.840.10008.5.1.4.1.1.11', 'presentation'],
  ['1.2.840.10008.5.1.4.1.1.9', 'waveform'],
  ['1.2.840.10008.5.1.4.1.1.66', 'raw'],
  ['1.2.840.10008.5.1.4.1.1.66.4', 'segmentation'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'rtDose'],
  ['1.2.840.10008.5.1.4.1.1.481.3', 'rtStructures'],
  ['1.2.840.10008.5.1.4.1.1.481', 'rt'],
];

/** What an instance without an image is, in words. */
export function kindOfDocument(sopClassUid: string): string {
  const matches = kinds.filter(([uid]) => sopClassUid === uid || sopClassUid.startsWith(`${uid}.`));
  const longest = matches.sort(([a], [b]) => b.length - a.length)[0];
  return documentTexts.value[longest?.[1] ?? 'other'];
}
