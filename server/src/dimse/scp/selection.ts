// Which instances an identifier of C-MOVE or C-GET names (PS3.4 section C.4.2.2.1).
import type { DicomJson } from '@strata/dicom/json/types';
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import { Key, textOf, textsOf } from '../identifier.ts';
import { type Sendable, sendableOf } from '../scu/stored-files.ts';
import { IdentifierError, levelOf } from './query-model.ts';

/** UIDs that one identifier may list. */
const MAX_UIDS = 100_000;
const PAGE = 500;

const uniqueKey = {
  study: Key.studyInstanceUid,
  series: Key.seriesInstanceUid,
  instance: Key.sopInstanceUid,
} as const;

/**
 * The instances below the unique keys: whole patients, studies, series, or single instances. Keys of upper levels must
 * fit where they are given, so that a study of another patient is not sent.
 * @throws IdentifierError, MetadataError
 */
export async function select(
  identifier: DicomJson,
  abstractSyntax: string,
  metadata: Pick<Metadata, 'instancesOf' | 'query'>,
): Promise<Sendable[]> {
  const level = levelOf(identifier, abstractSyntax);
  const uids =
    level === 'patient' ? await studiesOf(identifier, metadata) : textsOf(identifier, uniqueKey[level]);
  if (uids.length > MAX_UIDS) throw new IdentifierError(`More than ${MAX_UIDS} UIDs are asked for at once.`);
  if (level !== 'patient' && uids.filter((uid) => uid !== '').length === 0) {
    throw new IdentifierError(`The unique key of the level is missing.`);
  }
  const wanted = new Map<string, Sendable>();
  for (const uid of uids) {
    for await (const record of metadata.instancesOf(uid, level === 'patient' ? 'study' : level)) {
      if (fits(record, identifier, level === 'patient' ? 'study' : level, uid)) {
        wanted.set(record.instance.uid, sendableOf(record));
      }
    }
  }
  return [...wanted.values()];
}

/** The UIDs of the studies of a patient. */
async function studiesOf(identifier: DicomJson, metadata: Pick<Metadata, 'query'>): Promise<string[]> {
  const patientId = textOf(identifier, Key.patientId);
  if (patientId === '') throw new IdentifierError('The unique key of the level is missing.');
  const keys = { [Key.patientId]: { vr: 'LO', Value: [patientId] } };
  const uids: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const query = { level: 'study', keys, include: [], limit: PAGE } as const;
    const page = await metadata.query(after === undefined ? query : { ...query, after });
    uids.push(...page.matches.map((match) => textOf(match, Key.studyInstanceUid)));
    after = page.next;
  }
  return uids;
}

/** Whether the record lies under the unique keys of the levels above, and the UID is one of its level. */
function fits(
  record: InstanceRecord,
  identifier: DicomJson,
  level: keyof typeof uniqueKey,
  uid: string,
): boolean {
  const own = { study: record.study.uid, series: record.series.uid, instance: record.instance.uid };
  if (own[level] !== uid) return false;
  const above = { study: [], series: ['study'], instance: ['study', 'series'] } as const;
  const patient = textsOf(identifier, Key.patientId).filter((id) => id !== '');
  if (patient.length > 0 && !patient.includes(record.patient.id)) return false;
  return above[level].every((upper) => {
    const named = textsOf(identifier, uniqueKey[upper]).filter((one) => one !== '');
    return named.length === 0 || named.includes(own[upper]);
  });
}
