// Instances as JSON, so that one statement inserts any number of them and PostgreSQL reads each value once.
import { searchDocument } from './query/search-document.ts';
import type { InstanceRecord } from './records.ts';
import { type DescribedRecord, plainInstanceRow } from './rows.ts';

/** The columns of `jsonb_to_recordset` over what `instanceJson` makes. */
export const GIVEN = `uid text, series_uid text, study_uid text, modality text, sop_class_uid text, number integer,
  position double precision, frames integer, photometric text, presentation jsonb, transfer_syntax_uid text,
  file_digest text, file_length bigint, object_blob text, frames_blob text, frame_index text, frame_digests text,
  format jsonb, attributes jsonb, search jsonb`;

/** The columns of an instance but for its series, and their values out of what was given. */
export const COLUMNS = `uid, sop_class_uid, number, position, frames, photometric, presentation, transfer_syntax_uid,
  file_digest, file_length, object_blob, frames_blob, frame_index, frame_digests, format, attributes, search`;
export const VALUES = `uid, sop_class_uid, number, position, frames, photometric, coalesce(presentation, 'null'),
  transfer_syntax_uid, decode(file_digest, 'hex'), file_length, decode(object_blob, 'hex'),
  decode(frames_blob, 'hex'), decode(frame_index, 'base64'), decode(frame_digests, 'base64'), format, attributes, search`;

/** The record as an object of JSON with these columns. */
export function instanceJson(record: DescribedRecord) {
  const { file, objectBlob, framesBlob, frameIndex, frameDigests } = record;
  return {
    ...plainInstanceRow(record),
    series_uid: record.series.uid,
    study_uid: record.study.uid,
    modality: record.series.modality,
    presentation: record.instance.presentation,
    format: record.format,
    attributes: record.described.instance,
    search: searchDocument(record.described.instance),
    file_digest: file.digest,
    object_blob: objectBlob.digest,
    frames_blob: framesBlob?.digest ?? null,
    frame_index: base64(frameIndex),
    frame_digests: base64(frameDigests),
  };
}

/** The blobs of the records as objects of JSON, each once, ordered by digest. */
export function blobsJson(records: readonly InstanceRecord[]) {
  const blobs = new Map<string, { digest: string; length: number; kind: 'object' | 'frames' }>();
  for (const { objectBlob, framesBlob } of records) {
    blobs.set(objectBlob.digest, { digest: objectBlob.digest, length: objectBlob.length, kind: 'object' });
    if (!framesBlob) continue;
    blobs.set(framesBlob.digest, { digest: framesBlob.digest, length: framesBlob.length, kind: 'frames' });
  }
  return [...blobs.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
