// Records as rows of the tables.
import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import { identifierKey, nameKey } from './names.ts';
import { slicePosition } from './position.ts';
import type { AttributesByLevel } from './query/column-attributes.ts';
import { searchDocument } from './query/search-document.ts';
import type { DicomJson } from './query/types.ts';
import type { BlobRef, InstanceRecord } from './records.ts';
import { searchText } from './search-text.ts';
import type { Tables } from './tables.ts';

/**
 * What tells patients apart: the id and its issuer. Without an id nothing does, so a study without one has a patient of
 * its own.
 */
export function patientIdentity({ patient, study }: InstanceRecord): Buffer {
  const parts = patient.id.trim() === '' ? ['', study.uid] : [patient.id.trim(), patient.issuer.trim()];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** A record with its attributes by what they describe. */
export interface DescribedRecord extends InstanceRecord {
  readonly described: AttributesByLevel;
}

export function patientRow(record: DescribedRecord): Insertable<Tables['patients']> {
  const { id, issuer, name, birthDate, sex } = record.patient;
  return {
    identity: patientIdentity(record),
    patient_id: id,
    issuer,
    name,
    birth_date: birthDate,
    sex,
    ...describedColumns(record.described.patient),
  };
}

export function studyRow(
  { patient, study, described }: DescribedRecord,
  patientKey: number,
): Insertable<Tables['studies']> {
  return {
    uid: study.uid,
    patient: patientKey,
    patient_id: patient.id,
    issuer: patient.issuer,
    patient_name: patient.name,
    birth_date: patient.birthDate,
    sex: patient.sex,
    study_id: study.id,
    accession_number: study.accessionNumber,
    date: study.date,
    time: study.time,
    description: study.description,
    referring_physician: study.referringPhysician,
    patient_id_key: identifierKey(patient.id),
    accession_key: identifierKey(study.accessionNumber),
    name_key: nameKey(patient.name),
    name_search: searchText(patient.name),
    description_search: searchText(study.description),
    referring_search: searchText(study.referringPhysician),
    ...describedColumns(described.study),
  };
}

export function seriesRow(
  { series, described }: DescribedRecord,
  studyKey: number,
): Insertable<Tables['series']> {
  return {
    uid: series.uid,
    study: studyKey,
    number: series.number,
    modality: series.modality,
    description: series.description,
    body_part: series.bodyPart,
    laterality: series.laterality,
    date: series.date,
    time: series.time,
    ...describedColumns(described.series),
  };
}

/** The columns of an instance that are texts and numbers, but for its series. */
export function plainInstanceRow({ instance, transferSyntaxUid, file }: InstanceRecord) {
  return {
    uid: instance.uid,
    sop_class_uid: instance.sopClassUid,
    number: instance.number,
    position: slicePosition(instance.presentation),
    frames: instance.frames,
    photometric: instance.photometric,
    transfer_syntax_uid: transferSyntaxUid,
    file_length: file.length,
  };
}

export function instanceRow(record: DescribedRecord, seriesKey: number): Insertable<Tables['instances']> {
  return {
    ...plainInstanceRow(record),
    series: seriesKey,
    presentation: JSON.stringify(record.instance.presentation),
    file_digest: Buffer.from(record.file.digest, 'hex'),
    ...blobsColumnsOf(record),
    ...describedColumns(record.described.instance),
  };
}

/** Attributes and the search document made of them. */
function describedColumns(attributes: DicomJson): { attributes: string; search: string } {
  return { attributes: JSON.stringify(attributes), search: JSON.stringify(searchDocument(attributes)) };
}

/** The columns of an instance that say which blobs it has and how to read them. */
export function blobsColumnsOf(record: InstanceRecord) {
  return {
    object_blob: Buffer.from(record.objectBlob.digest, 'hex'),
    frames_blob: record.framesBlob && Buffer.from(record.framesBlob.digest, 'hex'),
    frame_index: record.frameIndex && Buffer.from(record.frameIndex),
    frame_digests: record.frameDigests && Buffer.from(record.frameDigests),
    format: record.format && JSON.stringify(record.format),
  };
}

/** The blobs of the records, each once, ordered by digest. */
export function blobRows(records: readonly InstanceRecord[]): Insertable<Tables['blobs']>[] {
  const blobs = new Map<string, BlobRef & { kind: 'object' | 'frames' }>();
  for (const { objectBlob, framesBlob } of records) {
    blobs.set(objectBlob.digest, { ...objectBlob, kind: 'object' });
    if (framesBlob) blobs.set(framesBlob.digest, { ...framesBlob, kind: 'frames' });
  }
  const sorted = [...blobs.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return sorted.map(({ digest, length, kind }) => ({ digest: Buffer.from(digest, 'hex'), length, kind }));
}
