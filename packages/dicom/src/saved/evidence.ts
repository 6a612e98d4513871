// References that documents keep beside their content: what they speak of and follow on (PS3.3 C.17.2.3), and who says it.
import type { KeywordAttributes } from './attributes.ts';
import { code, codeItem } from './codes.ts';

/** A stored instance and where it belongs. */
export interface StoredReference {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

/**
 * Instances by study and series, as the sequences of evidence and of predecessor documents have them (PS3.3 table
 * C.17-3b); each instance once.
 */
export function evidenceItems(references: Iterable<StoredReference>): KeywordAttributes[] {
  const studies = new Map<string, Map<string, Map<string, KeywordAttributes>>>();
  for (const { studyUid, seriesUid, sopInstanceUid, sopClassUid } of references) {
    const series = studies.get(studyUid) ?? new Map<string, Map<string, KeywordAttributes>>();
    const instances = series.get(seriesUid) ?? new Map<string, KeywordAttributes>();
    instances.set(sopInstanceUid, sopReference({ sopInstanceUid, sopClassUid }));
    studies.set(studyUid, series.set(seriesUid, instances));
  }
  return [...studies].map(([StudyInstanceUID, series]) => ({
    StudyInstanceUID,
    ReferencedSeriesSequence: [...series].map(([SeriesInstanceUID, instances]) => ({
      SeriesInstanceUID,
      ReferencedSOPSequence: [...instances.values()],
    })),
  }));
}

/** The attributes that refer to an instance (PS3.3 table 10-11). */
export function sopReference({
  sopInstanceUid,
  sopClassUid,
}: Pick<StoredReference, 'sopInstanceUid' | 'sopClassUid'>): KeywordAttributes {
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid };
}

/** Content items that say who a document is by: a person (PS3.16 TID 1002 and 1003). */
export function personObserver(author: string): KeywordAttributes[] {
  const context = { RelationshipType: 'HAS OBS CONTEXT' };
  return [
    {
      ...context,
      ValueType: 'CODE',
      ConceptNameCodeSequence: [codeItem(code('121005', 'DCM', 'Observer Type'))],
      ConceptCodeSequence: [codeItem(code('121006', 'DCM', 'Person'))],
    },
    {
      ...context,
      ValueType: 'PNAME',
      ConceptNameCodeSequence: [codeItem(code('121008', 'DCM', 'Person Observer Name'))],
      PersonName: author,
    },
  ];
}
