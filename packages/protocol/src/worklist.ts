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

/** Filters of the worklist; absent ones do not filter. */
export interface WorklistQuery {
  /** Words that begin parts of the name, in any order; `*` and `?` are wildcards. Case and accents do not matter. */
  patientName?: string;
  patientId?: string;
  accessionNumber?: string;
  /** Any of these modalities. */
  modality?: string[];
  /** First and last study date, YYYYMMDD, inclusive. */
  dateFrom?: string;
  dateTo?: string;
  studyUid?: string;
  /** Studies on the page, 1 to 500. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
  sort?: 'date' | 'name';
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
  modalities: string[];
  seriesCount: number;
  instanceCount: number;
  frameCount: number;
  /** Bytes of the study's blobs. */
  bytes: number;
}

export interface WorklistPage {
  studies: WorklistStudy[];
  /** `after` of the next page, or null on the last. */
  next: string | null;
  /** Studies that match, on all pages together. */
  total: number;
}

const some = (limit: number): OptionalCheck<string> => optional(text(limit));
const date = optional(pattern(/^\d{8}$/, 8, 'a date as YYYYMMDD'));

export const checkWorklistQuery = object<WorklistQuery>({
  patientName: some(256),
  patientId: some(256),
  accessionNumber: some(256),
  modality: optional(list(text(16), 64)),
  dateFrom: date,
  dateTo: date,
  studyUid: optional(uid),
  limit: integer(1, MAX_PAGE),
  after: some(MAX_TEXT),
  sort: optional(oneOf('date', 'name')),
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
      modalities: list(words, 256),
      seriesCount: count,
      instanceCount: count,
      frameCount: count,
      bytes: count,
    }),
    MAX_PAGE,
  ),
  next: nullable(words),
  total: count,
});
