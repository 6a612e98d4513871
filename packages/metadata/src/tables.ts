// The tables as Kysely sees them; the migrations make them.
import type { FrameFormat } from '@strata/codec/format';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ErrandKind, ErrandState } from './errands/errand.ts';
import type { Json } from './json.ts';
import type { DicomJson } from './query/types.ts';

/** Attributes as they are told, and the search document that queries are run against. */
interface DescribedTable {
  attributes: ColumnType<DicomJson, string, string>;
  search: ColumnType<never, string, string>;
}

interface PatientTable extends DescribedTable {
  id: Generated<number>;
  /** SHA-256 of what tells patients apart. */
  identity: Buffer;
  patient_id: string;
  issuer: string;
  name: string;
  birth_date: string;
  sex: string;
}

interface StudyTable extends DescribedTable {
  id: Generated<number>;
  uid: string;
  patient: number;
  // As this study's files say it: another study of the same patient may have another spelling.
  patient_id: string;
  issuer: string;
  patient_name: string;
  birth_date: string;
  sex: string;
  study_id: string;
  accession_number: string;
  date: string;
  time: string;
  description: string;
  referring_physician: string;
  // Folded, for search and order.
  patient_id_key: string;
  accession_key: string;
  name_key: string;
  // As `searchText` makes them; '' of what an older server stored.
  name_search: Generated<string>;
  description_search: Generated<string>;
  referring_search: Generated<string>;
  modalities: Generated<string[]>;
  sop_classes: Generated<string[]>;
  series_count: Generated<number>;
  instance_count: Generated<number>;
  frame_count: Generated<number>;
  bytes: Generated<number>;
}

interface StudyNameTable {
  word: string;
  study: number;
}

interface SeriesTable extends DescribedTable {
  id: Generated<number>;
  uid: string;
  study: number;
  number: number | null;
  modality: string;
  description: string;
  body_part: string;
  laterality: string;
  date: string;
  time: string;
  instance_count: Generated<number>;
  frame_count: Generated<number>;
  bytes: Generated<number>;
}

interface InstanceTable extends DescribedTable {
  id: Generated<number>;
  uid: string;
  series: number;
  sop_class_uid: string;
  number: number | null;
  /** Along the normal of the image's plane, mm. */
  position: number | null;
  frames: number;
  photometric: string;
  presentation: ColumnType<Json, string, never>;
  transfer_syntax_uid: string;
  file_digest: Buffer;
  file_length: number;
  object_blob: Buffer;
  frames_blob: Buffer | null;
  frame_index: Buffer | null;
  frame_digests: Buffer | null;
  format: JSONColumnType<FrameFormat> | null;
}

interface BlobTable {
  digest: Buffer;
  length: number;
  kind: 'object' | 'frames';
}

interface ReplicaTable {
  blob: Buffer;
  server: string;
  disk: string | null;
  /** How near: at once, after a while, after somebody has fetched it. */
  tier: Generated<'online' | 'nearline' | 'offline'>;
}

interface WorklistItemTable {
  id: string;
  attributes: ColumnType<DicomJson, string, string>;
  search: ColumnType<never, string, string>;
  /** Date and time of the scheduled start, as text that sorts. */
  start_at: string;
  station: string;
  updated_at: Generated<Date>;
}

interface ErrandTable {
  id: Generated<number>;
  kind: ErrandKind;
  target: string;
  rule: string;
  uid: string;
  details: ColumnType<Json, string, never>;
  state: Generated<ErrandState>;
  attempts: Generated<number>;
  /** When it may be begun; while it is under way, when that is no longer believed. */
  due_at: Generated<Date>;
  error: Generated<string>;
  created_at: Generated<Date>;
}

/** All tables. */
export interface Tables {
  patients: PatientTable;
  studies: StudyTable;
  study_names: StudyNameTable;
  series: SeriesTable;
  instances: InstanceTable;
  blobs: BlobTable;
  replicas: ReplicaTable;
  worklist_items: WorklistItemTable;
  errands: ErrandTable;
}
