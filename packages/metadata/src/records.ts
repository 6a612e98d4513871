// What the metadata service takes and gives: records of instances, rows of a study, pages of the worklist.
import type { FrameFormat } from '@strata/codec/format';
import type { NewErrand } from './errands/errand.ts';
import type { Json } from './json.ts';
import type { Place } from './pool/model.ts';
import type { DicomJson } from './query/types.ts';

/** A blob by its SHA-256 (64 hex digits) and its length in bytes. */
export interface BlobRef {
  readonly digest: string;
  readonly length: number;
}

/** A blob that was stored just now, with where its replicas are. */
export interface StoredBlob extends BlobRef {
  /** Written down in the commit; given back by `holders` of the pool, not here. */
  readonly replicas?: readonly Place[];
  /** Whether the pool is to look at its replicas again, because they are not where they are wanted yet. */
  readonly settle?: boolean;
}

/** A patient as the files of one study name them; birth date `YYYYMMDD` or ''. */
export interface PatientAttributes {
  readonly id: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** A study as its first instance describes it. */
export interface StudyAttributes {
  readonly uid: string;
  readonly id: string;
  readonly accessionNumber: string;
  readonly date: string;
  readonly time: string;
  readonly description: string;
  readonly referringPhysician: string;
}

/** A series as its first instance describes it. */
export interface SeriesAttributes {
  readonly uid: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly laterality: string;
  readonly date: string;
  readonly time: string;
}

/** An instance; `presentation` is kept as it is for the viewer. */
export interface InstanceAttributes {
  readonly uid: string;
  readonly sopClassUid: string;
  readonly number: number | null;
  readonly frames: number;
  readonly photometric: string;
  readonly presentation: Json;
}

/** Where an instance's bytes are, and how to read its frames. */
export interface InstanceStorage {
  readonly transferSyntaxUid: string;
  /** SHA-256 and length of the original file. */
  readonly file: BlobRef;
  readonly objectBlob: StoredBlob;
  /** The codestreams; null for an instance without frames, or one that is kept as it came. */
  readonly framesBlob: StoredBlob | null;
  /** Index of the frames blob, as its head has it. */
  readonly frameIndex: Uint8Array | null;
  /** SHA-256 of each frame's pixels, 32 bytes each. */
  readonly frameDigests: Uint8Array | null;
  readonly format: FrameFormat | null;
}

/** All that is kept about one instance. */
export interface InstanceRecord extends InstanceStorage {
  readonly patient: PatientAttributes;
  readonly study: StudyAttributes;
  readonly series: SeriesAttributes;
  readonly instance: InstanceAttributes;
  /**
   * The attributes of the object for queries, in the DICOM JSON model; what is kept of them says `keptAttributes`. Of what
   * is read, those of patient, study and series are as their first instance had them.
   */
  readonly attributes: DicomJson;
  /** What rules ask for when it is stored; kept with it or not at all. Not given back. */
  readonly errands?: readonly NewErrand[];
}

/**
 * `stored`: committed now; `already`: the same file was committed before; `conflict`: another file is known under this
 * SOP Instance UID, or its series under another study. Nothing of a conflict is kept.
 */
export type CommitOutcome = 'stored' | 'already' | 'conflict';

/** One instance of a manifest. */
export interface InstanceRow extends InstanceAttributes, InstanceStorage {
  /** Ids of the servers that hold its frames blob (the object blob where it has none), where that is written down. */
  readonly holders?: readonly string[];
}

/** One series of a manifest; instances by number, then position along the normal, then UID. */
export interface SeriesRows extends SeriesAttributes {
  readonly instances: readonly InstanceRow[];
}

/** What a manifest needs; series by number, then UID. */
export interface StudyRows {
  readonly patient: PatientAttributes;
  readonly study: StudyAttributes;
  readonly series: readonly SeriesRows[];
}

/** What a UID names, with the UIDs above it. */
export type Found =
  | { readonly kind: 'study'; readonly studyUid: string }
  | { readonly kind: 'series'; readonly studyUid: string; readonly seriesUid: string }
  | {
      readonly kind: 'instance';
      readonly studyUid: string;
      readonly seriesUid: string;
      readonly instanceUid: string;
    };

/** A blob that the metadata refers to. */
export interface KnownBlob extends BlobRef {
  readonly kind: 'object' | 'frames';
}

/** How near an instance is: at once, after a while, after somebody has fetched it, or not at all. */
export interface InstanceAvailability {
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly sopClassUid: string;
  readonly availability: 'ONLINE' | 'NEARLINE' | 'OFFLINE' | 'UNAVAILABLE';
}

/** How much there is. */
export interface Counts {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly frames: number;
  readonly bytes: number;
}

/** What the worklist is sorted by. By series and images only where at most 5,000 studies are found. */
export const worklistSorts = [
  'date',
  'name',
  'patientId',
  'birthDate',
  'modality',
  'description',
  'accession',
  'referringPhysician',
  'series',
  'images',
  'report',
] as const;
export type WorklistSort = (typeof worklistSorts)[number];

/** How far a study's report is, that which is furthest of several; `unread`: there is none. */
export const reportStates = ['unread', 'preliminary', 'final'] as const;
export type ReportState = (typeof reportStates)[number];

export type WorklistDirection = 'ascending' | 'descending';

/**
 * What to list. Texts are compared without regard to case; `*` and `?` are wildcards. Dates `YYYYMMDD`, inclusive.
 * `limit` 1 to 500; `after` is the `next` of the page before, with the same query.
 */
export interface WorklistQuery {
  /** Words, in any order, without regard to accents. */
  readonly patientName?: string;
  /** Whether its words begin parts of the name (when absent), or may be inside them: see `wordSearches`. */
  readonly patientNameMatch?: 'beginnings' | 'anywhere';
  readonly patientId?: string;
  readonly accessionNumber?: string;
  /** Words anywhere in the name, as those of the description in it. */
  readonly referringPhysician?: string;
  readonly description?: string;
  readonly modality?: readonly string[];
  readonly dateFrom?: string;
  readonly dateTo?: string;
  readonly studyUid?: string;
  /** Any of these. */
  readonly report?: readonly ReportState[];
  readonly limit: number;
  readonly after?: string;
  /** `date` when absent. */
  readonly sort?: WorklistSort;
  /** When absent: descending for date, series, images and report (unread and newest first), ascending for all else. */
  readonly direction?: WorklistDirection;
}

/** How many studies the whole query finds: exactly so many, or, of more than 5,000, more than those. */
export interface WorklistTotal {
  readonly total: number;
  readonly totalKind: 'exact' | 'moreThan';
}

/** A page of the worklist. */
export interface WorklistPage extends WorklistTotal {
  readonly studies: WorklistStudy[];
  readonly next: string | null;
  /** How old it is at most, in ms, when it is not of now: from a standby, while there is no primary. */
  readonly ageMs?: number;
}

/** A line of the worklist; `bytes` counts the original files. */
export interface WorklistStudy {
  readonly studyUid: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly accessionNumber: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly description: string;
  readonly referringPhysician: string;
  readonly modalities: string[];
  readonly seriesCount: number;
  readonly instanceCount: number;
  readonly frameCount: number;
  readonly bytes: number;
  readonly report: ReportState;
}
