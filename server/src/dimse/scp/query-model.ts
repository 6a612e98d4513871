// The query/retrieve models: their levels, and what an identifier of them asks (PS3.4 section C.6).
import type { DicomJson } from '@strata/dicom/json/types';
import type { QueryLevel } from '@strata/metadata/query/types';
import { Key, textOf } from '../identifier.ts';
import { SopClass } from '../uids.ts';

/** An identifier does not fit its model; the message is for the peer. */
export class IdentifierError extends Error {
  override readonly name = 'IdentifierError';
  readonly code = 'bad-identifier';
}

const levels: Readonly<Record<string, QueryLevel>> = {
  PATIENT: 'patient',
  STUDY: 'study',
  SERIES: 'series',
  IMAGE: 'instance',
};

const patientRoot = new Set<string>([
  SopClass.patientRootFind,
  SopClass.patientRootMove,
  SopClass.patientRootGet,
]);

/** Elements that say how to ask, and are nothing to match with. */
const notKeys = [
  Key.specificCharacterSet,
  Key.queryRetrieveLevel,
  Key.retrieveAeTitle,
  '00080053', // Query/Retrieve View
  '00080201', // Timezone Offset From UTC
];

/** @throws IdentifierError for a level that the model does not have */
export function levelOf(identifier: DicomJson, abstractSyntax: string): QueryLevel {
  const word = textOf(identifier, Key.queryRetrieveLevel);
  const level = levels[word];
  if (!level) throw new IdentifierError(`There is no query/retrieve level '${word}'.`);
  if (level === 'patient' && !patientRoot.has(abstractSyntax)) {
    throw new IdentifierError('The study root model has no level PATIENT.');
  }
  return level;
}

/** The attributes of an identifier that are matched and returned. */
export function keysOf(identifier: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(identifier).filter(([tag]) => !notKeys.includes(tag)));
}

/** What extended negotiation agreed on (PS3.4 section C.5.1.1). */
export interface QueryOptions {
  readonly combineDateTime: boolean;
  readonly fuzzy: boolean;
}

/** Relational queries, combined date and time, and fuzzy names are served; time zones are not. */
export function agreeOnQueries(information: Uint8Array): Uint8Array {
  const served = [1, 1, 1, 0, 0];
  return information.map((wish, index) => wish & (served[index] ?? 0));
}

export function queryOptionsOf(agreed: Uint8Array | undefined): QueryOptions {
  return { combineDateTime: agreed?.[1] === 1, fuzzy: agreed?.[2] === 1 };
}
