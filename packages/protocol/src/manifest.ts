// The manifest: all that a client needs to show a study, and the parts in which it travels.
import {
  type Check,
  flag,
  integer,
  list,
  nullable,
  numbers,
  object,
  oneOf,
  optional,
  real,
  text,
} from './checks.ts';
import { count, digest, u32, whole, words } from './fields.ts';
import {
  MAX_CORNERS,
  MAX_FRAMES_PER_PART,
  MAX_INSTANCES_PER_PART,
  MAX_LUT,
  MAX_LUT_ENTRIES,
  MAX_OVERLAYS,
  MAX_PALETTE,
  MAX_REASONS,
  MAX_REGIONS,
  MAX_REPLICAS,
  MAX_SEGMENTS,
  MAX_SERIES,
  MAX_VOI_LUTS,
  MAX_WINDOWS,
} from './limits.ts';

/** Geometry and sample type of a frame: the codec's FrameFormat, declared anew because the protocol imports nothing. */
export interface FrameFormat {
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3;
  readonly bits: number;
  readonly signed: boolean;
}

/** A look-up table (DICOM PS3.3 C.11.1, C.11.2). */
export interface LookupTable {
  /** The input that the first entry is for; lower ones take the first entry, higher ones the last. */
  first: number;
  count: number;
  /** Outputs go from 0 to 2 ** bits - 1. */
  bits: number;
  explanation: string;
  /** Base64 of the entries, 16 bits each, little endian. */
  entries: string;
}

/** A part of an ultrasound image with a scale of its own (DICOM PS3.3 C.8.5.5), as @strata/dicom/calibration reads it. */
export interface UltrasoundRegion {
  /** First and last column and row: x0, y0, x1, y1; pixels from 0. */
  box: [number, number, number, number];
  /** Codes of what a step right and down measures: 3 is centimetres. */
  units: [number, number];
  /** How much a pixel measures right and down, in these units; above 0. */
  deltas: [number, number];
}

/** What of an image is to be seen (DICOM PS3.3 C.7.6.11, C.7.6.15), as @strata/dicom/shutter reads it. Columns and rows from 1. */
export interface Shutter {
  /** First and last column, first and last row that are seen. */
  rectangle?: [number, number, number, number];
  /** Column and row of its middle, and its radius as a number of columns. */
  circle?: [number, number, number];
  /** Column and row of each corner, one after the other. */
  polygon?: number[];
  /** Group of the overlay whose points hide: '6000'. */
  overlay?: string;
  /** What the hidden part is shown as: a P-Value, 0 for black to 65535 for white. */
  grey?: number;
  /** The same as CIELab, 0 to 65535 each (DICOM PS3.3 C.10.7.1.1). */
  colour?: [number, number, number];
}

/**
 * By what modality values are multiplied to be standardized uptake values: by body weight and lean body mass in g/ml, by body
 * surface in cm²/ml; null where the header does not allow it, and why there is none at all.
 */
export interface SuvFactors {
  bw: number | null;
  lbm: number | null;
  bsa: number | null;
  problem: string;
}

/** How an instance's frames are to be shown (DICOM PS3.3 C.7.6, C.11), as @strata/dicom/attributes reads it. */
export interface Presentation {
  photometric: string;
  windows: { centre: number; width: number; explanation: string }[];
  voiFunction: string;
  rescale: { slope: number; intercept: number; type: string } | null;
  /** Millimetres between rows, between columns. */
  pixelSpacing: [number, number] | null;
  pixelAspectRatio: [number, number] | null;
  imagePosition: [number, number, number] | null;
  imageOrientation: [number, number, number, number, number, number] | null;
  sliceLocation: number | null;
  pixelPadding: [number, number] | null;
  /** Milliseconds. */
  frameTime: number | null;
  burnedInLossy: string;
  /** `rgb` is base64 of 3 bytes for each of `count` colours. */
  palette: { first: number; count: number; rgb: string } | null;
  /** Compressed with loss, here or before: how (a term of PS3.3 C.7.6.1.1.5.1 or ''), and how much smaller it became. */
  lossy?: { ratio: number | null; method: string };
  /** The frames are made for looking at: of what kind the kept pixels are, and the step between two that look different. */
  rendition?: { of: string; step: number | null };
  /** Why an image has no frames. */
  unshown?: string;
  /** In place of the rescale; `type` says what its outputs are (HU, OD, US, ...). */
  modalityLut?: LookupTable & { type: string };
  /** Takes modality values; of all frames, unless a frame names its own. */
  voiLuts?: LookupTable[];
  /** IDENTITY or INVERSE: goes before the photometric interpretation (DICOM PS3.3 C.11.6). */
  presentationLutShape?: string;
  /** What of the instance's tables is not applied and why, for people. */
  notApplied?: string[];
  /** Overlay planes that the server can give; absent when it does not know. */
  overlays?: number;
  /** UID of the space that the image lies in. */
  frameOfReference?: string;
  /** Where rows and columns lead, in letters: 'L', 'PF'. */
  patientOrientation?: [string, string];
  /** Of the imaged part of the body: R, L or B for both. */
  laterality?: string;
  /** How the beam went through it, in the field's letters: CC, MLO, AP. */
  viewPosition?: string;
  /** The view is not the plain one: magnified, a spot, rolled. */
  viewModified?: boolean;
  /** At the front of the detector, millimetres between rows, between columns. */
  imagerPixelSpacing?: [number, number];
  /** GEOMETRY, FIDUCIAL or '': how Pixel Spacing was corrected (DICOM PS3.3 10.7). */
  spacingCalibration?: string;
  /** Of what is at the detector over what is in the patient, estimated; above 0. */
  magnification?: number;
  ultrasoundRegions?: UltrasoundRegion[];
  /** What the modality values are in, where the file says it in a term of DICOM PS3.3 C.8.9.1.1.3: BQML. */
  units?: string;
  /** Of PET images: see SuvFactors. */
  suv?: SuvFactors;
  shutter?: Shutter;
}

/** Of one frame's codestream, per level: bytes of the segment and the CRC-32C over them. */
export interface FrameSegments {
  lengths: number[];
  crc32c: number[];
  /** What the frame says in place of the instance's presentation. */
  own?: FramePresentation;
}

/** See Presentation; what is absent is that of the instance. */
export interface FramePresentation {
  windows?: Presentation['windows'];
  voiFunction?: string;
  /** Indices into the instance's VOI LUTs. */
  voiLuts?: number[];
  rescale?: NonNullable<Presentation['rescale']>;
  pixelSpacing?: NonNullable<Presentation['pixelSpacing']>;
  imagePosition?: NonNullable<Presentation['imagePosition']>;
  imageOrientation?: NonNullable<Presentation['imageOrientation']>;
  shutter?: Shutter;
}

export interface InstanceManifest {
  uid: string;
  sopClassUid: string;
  number: number | null;
  frames: number;
  format: FrameFormat | null;
  presentation: Presentation;
  /** Digest of the frames blob; null when the instance has no frames that can be streamed. */
  blob: string | null;
  blobLength: number;
  /** Levels of each frame (L + 1), 0 without frames. */
  levels: number;
  frameSegments: FrameSegments[];
  /** Ids of the servers that hold the frames blob, where the server knows them; any server may be asked all the same. */
  replicas?: string[];
}

export interface SeriesHead {
  uid: string;
  number: number | null;
  modality: string;
  description: string;
  bodyPart: string;
  laterality: string;
  date: string;
  time: string;
}

export interface SeriesManifest extends SeriesHead {
  instances: InstanceManifest[];
}

export interface StudyHead {
  uid: string;
  id: string;
  accessionNumber: string;
  date: string;
  time: string;
  description: string;
  referringPhysician: string;
}

export interface PatientHead {
  id: string;
  issuer: string;
  name: string;
  birthDate: string;
  sex: string;
}

export interface StudyManifest {
  study: StudyHead;
  patient: PatientHead;
  series: SeriesManifest[];
}

/** First of all parts. */
export interface HeadsPart {
  kind: 'heads';
  study: StudyHead;
  patient: PatientHead;
  series: SeriesHead[];
  /** Instances that the parts to come will hold, so that a progress bar has an end. */
  instances: number;
}

/** More instances of one series, in order. */
export interface InstancesPart {
  kind: 'instances';
  series: string;
  instances: InstanceManifest[];
}

/** More frameSegments of one instance, which was sent with its first ones. */
export interface SegmentsPart {
  kind: 'segments';
  series: string;
  instance: string;
  segments: FrameSegments[];
}

export type ManifestPart = HeadsPart | InstancesPart | SegmentsPart;

export const checkFrameFormat = object<FrameFormat>({
  width: integer(1, 65535),
  height: integer(1, 65535),
  samples: oneOf(1, 3),
  bits: integer(1, 16),
  signed: flag,
});

const checkWindows = list(object({ centre: real, width: real, explanation: words }), MAX_WINDOWS);
const lookupTable = {
  first: whole,
  count: integer(1, MAX_LUT_ENTRIES),
  bits: integer(1, 16),
  explanation: words,
  entries: text(MAX_LUT),
};
export const checkLookupTable = object<LookupTable>(lookupTable);
const checkPair = numbers<[number, number]>(2);
const checkLetters: Check<[string, string]> = (value) => {
  const [row = '', column = ''] = list(words, 2)(value);
  return [row, column];
};
const checkRegion = object<UltrasoundRegion>({
  box: numbers<[number, number, number, number]>(4),
  units: checkPair,
  deltas: checkPair,
});
const pValue = integer(0, 65_535);
const checkColour: Check<[number, number, number]> = (value) => {
  const [lightness = 0, a = 0, b = 0] = list(pValue, 3)(value);
  return [lightness, a, b];
};
export const checkShutter = object<Shutter>({
  rectangle: optional(numbers<[number, number, number, number]>(4)),
  circle: optional(numbers<[number, number, number]>(3)),
  polygon: optional(list(real, MAX_CORNERS)),
  overlay: optional(words),
  grey: optional(pValue),
  colour: optional(checkColour),
});
const checkSuv = object<SuvFactors>({
  bw: nullable(real),
  lbm: nullable(real),
  bsa: nullable(real),
  problem: words,
});
const checkRescale = object({ slope: real, intercept: real, type: words });

export const checkPresentation = object<Presentation>({
  photometric: words,
  windows: checkWindows,
  voiFunction: words,
  rescale: nullable(checkRescale),
  pixelSpacing: nullable(numbers<[number, number]>(2)),
  pixelAspectRatio: nullable(numbers<[number, number]>(2)),
  imagePosition: nullable(numbers<[number, number, number]>(3)),
  imageOrientation: nullable(numbers<[number, number, number, number, number, number]>(6)),
  sliceLocation: nullable(real),
  pixelPadding: nullable(numbers<[number, number]>(2)),
  frameTime: nullable(real),
  burnedInLossy: words,
  palette: nullable(object({ first: whole, count: integer(0, 65536), rgb: text(MAX_PALETTE) })),
  lossy: optional(object({ ratio: nullable(real), method: words })),
  rendition: optional(object({ of: words, step: nullable(real) })),
  unshown: optional(words),
  modalityLut: optional(object({ ...lookupTable, type: words })),
  voiLuts: optional(list(checkLookupTable, MAX_VOI_LUTS)),
  presentationLutShape: optional(words),
  notApplied: optional(list(words, MAX_REASONS)),
  overlays: optional(integer(0, MAX_OVERLAYS)),
  frameOfReference: optional(words),
  patientOrientation: optional(checkLetters),
  laterality: optional(words),
  viewPosition: optional(words),
  viewModified: optional(flag),
  imagerPixelSpacing: optional(checkPair),
  spacingCalibration: optional(words),
  magnification: optional(real),
  ultrasoundRegions: optional(list(checkRegion, MAX_REGIONS)),
  units: optional(words),
  suv: optional(checkSuv),
  shutter: optional(checkShutter),
});

export const checkFramePresentation = object<FramePresentation>({
  windows: optional(checkWindows),
  voiFunction: optional(words),
  voiLuts: optional(list(integer(0, MAX_VOI_LUTS - 1), MAX_VOI_LUTS)),
  rescale: optional(checkRescale),
  pixelSpacing: optional(checkPair),
  imagePosition: optional(numbers<[number, number, number]>(3)),
  imageOrientation: optional(numbers<[number, number, number, number, number, number]>(6)),
  shutter: optional(checkShutter),
});

const checkSegments = object<FrameSegments>({
  lengths: list(u32, MAX_SEGMENTS),
  crc32c: list(u32, MAX_SEGMENTS),
  own: optional(checkFramePresentation),
});

const checkInstance = object<InstanceManifest>({
  uid: words,
  sopClassUid: words,
  number: nullable(whole),
  frames: count,
  format: nullable(checkFrameFormat),
  presentation: checkPresentation,
  blob: nullable(digest),
  blobLength: count,
  levels: integer(0, MAX_SEGMENTS),
  frameSegments: list(checkSegments, MAX_FRAMES_PER_PART),
  replicas: optional(list(words, MAX_REPLICAS)),
});

const checkHeads = object<HeadsPart>({
  kind: oneOf('heads'),
  study: object<StudyHead>({
    uid: words,
    id: words,
    accessionNumber: words,
    date: words,
    time: words,
    description: words,
    referringPhysician: words,
  }),
  patient: object<PatientHead>({ id: words, issuer: words, name: words, birthDate: words, sex: words }),
  series: list(
    object<SeriesHead>({
      uid: words,
      number: nullable(whole),
      modality: words,
      description: words,
      bodyPart: words,
      laterality: words,
      date: words,
      time: words,
    }),
    MAX_SERIES,
  ),
  instances: count,
});

const checkInstances = object<InstancesPart>({
  kind: oneOf('instances'),
  series: words,
  instances: list(checkInstance, MAX_INSTANCES_PER_PART),
});

const checkSegmentsPart = object<SegmentsPart>({
  kind: oneOf('segments'),
  series: words,
  instance: words,
  segments: list(checkSegments, MAX_FRAMES_PER_PART),
});

const checkKind = object({ kind: oneOf('heads', 'instances', 'segments') });

export const checkManifestPart: Check<ManifestPart> = (value) => {
  const { kind } = checkKind(value);
  if (kind === 'heads') return checkHeads(value);
  return kind === 'instances' ? checkInstances(value) : checkSegmentsPart(value);
};
