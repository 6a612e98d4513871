// The worklist: what a client asks for and the pages it gets.
import {
  integer,
  list,
  nullable,
  type OptionalCheck,
  object,
  oneOf,
  optional,
  pattern,
  text,
} from './checks.ts';
import { count, uid, words } from './fields.ts';
import { MAX_PAGE, MAX_TEXT } from './limits.ts';

/** What the worklist is sorted by. By series and images only where at most 5,000 studies are found. */
export type WorklistSort = (typeof sorts)[number];
const sorts = [
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

/** How far a study's report is, that which is furthest of several; `unread`: there is none. */
export type ReportState = (typeof reportStates)[number];
const reportStates = ['unread', 'preliminary', 'final'] as const;

/** Filters of the worklist; absent ones do not filter. */
export interface WorklistQuery {
  /** Words that begin parts of the name, in any order; `*` and `?` are wildcards. Case and accents do not matter. */
  patientName?: string;
  /**
   * `anywhere`: words of three letters or more, or with a letter beyond ASCII, may be inside of parts of the name, too; those
   * with wildcards begin parts unless they begin with `*`. Older servers know beginnings only.
   */
  patientNameMatch?: 'beginnings' | 'anywhere';
  patientId?: string;
  accessionNumber?: string;
  /** Words anywhere in the referring physician's name, by the rules of names. */
  referringPhysician?: string;
  /** Words anywhere in the study's description, by the rules of names. */
  description?: string;
  /** Any of these modalities. */
  modality?: string[];
  /** First and last study date, YYYYMMDD, inclusive. */
  dateFrom?: string;
  dateTo?: string;
  studyUid?: string;
  /** Any of these states of the report. Older servers do not filter by it. */
  report?: ReportState[];
  /** Studies on the page, 1 to 500. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
  sort?: WorklistSort;
  /** When absent: descending for date, series, images and report (unread and newest first), ascending for all else. */
  direction?: 'ascending' | 'descending';
}

export interface WorklistStudy {
  studyUid: string;
  patientName: string;
  patientId: string;
  birthDate: string;
  sex: string;
  accessionNumber: string;
  studyDate: string;
  studyTime: string;
  description: string;
  /** Older servers do not tell it. */
  referringPhysician?: string;
  modalities: string[];
  seriesCount: number;
  instanceCount: number;
  frameCount: number;
  /** Bytes of the study's blobs. */
  bytes: number;
  /** Older servers do not tell it. */
  report?: ReportState;
}

export interface WorklistPage {
  studies: WorklistStudy[];
  /** `after` of the next page, or null on the last. */
  next: string | null;
  /** Studies that match, on all pages together: exactly so many, or more than that, which 5,000 are. */
  total: number;
  /** `exact` when absent. */
  totalKind?: 'exact' | 'moreThan';
  /** How old the answer is at most, in milliseconds, while the metadata service changes over; of now when absent. */
  ageMs?: number;
}

const some = (limit: number): OptionalCheck<string> => optional(text(limit));
const date = optional(pattern(/^\d{8}$/, 8, 'a date as YYYYMMDD'));

export const checkWorklistQuery = object<WorklistQuery>({
  patientName: some(256),
  patientId: some(256),
  accessionNumber: some(256),
  patientNameMatch: optional(oneOf('beginnings', 'anywhere')),
  referringPhysician: some(256),
  description: some(256),
  modality: optional(list(text(16), 64)),
  dateFrom: date,
  dateTo: date,
  studyUid: optional(uid),
  report: optional(list(oneOf(...reportStates), 8)),
  limit: integer(1, MAX_PAGE),
  after: some(MAX_TEXT),
  sort: optional(oneOf(...sorts)),
  direction: optional(oneOf('ascending', 'descending')),
});

export const checkWorklistPage = object<WorklistPage>({
  studies: list(
    object<WorklistStudy>({
      studyUid: words,
      patientName: words,
      patientId: words,
      birthDate: words,
      sex: words,
      accessionNumber: words,
      studyDate: words,
      studyTime: words,
      description: words,
      referringPhysician: optional(words),
      modalities: list(words, 256),
      seriesCount: count,
      instanceCount: count,
      frameCount: count,
      bytes: count,
      report: optional(oneOf(...reportStates)),
    }),
    MAX_PAGE,
  ),
  next: nullable(words),
  total: count,
  totalKind: optional(oneOf('exact', 'moreThan')),
  ageMs: optional(count),
});
