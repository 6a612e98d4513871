// What every structured report has around its content, written and read (PS3.3 A.35, C.17).
import type { DicomJson } from '../json/types.ts';
import type { KeywordAttributes } from './attributes.ts';
import { code, codeItem, readCode, sameCode } from './codes.ts';
import { dateAndTime, momentText } from './derived-object.ts';
import { evidenceItems, type StoredReference } from './evidence.ts';
import { items, textOf } from './reading.ts';

/** SOP classes of structured reports that are read (PS3.4 B.5). */
export const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11';
export const ENHANCED_SR = '1.2.840.10008.5.1.4.1.1.88.22';
export const COMPREHENSIVE_SR = '1.2.840.10008.5.1.4.1.1.88.33';
export const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';
export const EXTENSIBLE_SR = '1.2.840.10008.5.1.4.1.1.88.35';

export interface SrDocument {
  readonly author: string;
  readonly at: Date;
  /** What the content speaks of. */
  readonly evidence: Iterable<StoredReference>;
  readonly predecessors: readonly StoredReference[];
  /** The root: Concept Name, template and content. */
  readonly content: KeywordAttributes;
}

/** The modules SR Document Series, General and Content, beside what `derivedObject` gives; nobody has verified it. */
export function srDocument({ author, at, evidence, predecessors, content }: SrDocument): KeywordAttributes {
  const { date, time } = dateAndTime(at);
  const spokenOf = evidenceItems(evidence);
  return {
    ReferencedPerformedProcedureStepSequence: null,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    ContentDate: date,
    ContentTime: time,
    AuthorObserverSequence: [
      {
        ObserverType: 'PSN',
        PersonName: author,
        PersonIdentificationCodeSequence: null,
        InstitutionName: null,
        InstitutionCodeSequence: null,
      },
    ],
    ...(predecessors.length > 0 && { PredecessorDocumentsSequence: evidenceItems(predecessors) }),
    PerformedProcedureCodeSequence: null,
    ...(spokenOf.length > 0 && { CurrentRequestedProcedureEvidenceSequence: spokenOf }),
    ValueType: 'CONTAINER',
    ContinuityOfContent: 'SEPARATE',
    ...content,
  };
}

/** The language of a document (PS3.16 TID 1204). */
export function languageItem(tag: string, meaning: string): KeywordAttributes {
  return {
    RelationshipType: 'HAS CONCEPT MOD',
    ValueType: 'CODE',
    ConceptNameCodeSequence: [codeItem(code('121049', 'DCM', 'Language of Content Item and Descendants'))],
    ConceptCodeSequence: [codeItem(code(tag, 'RFC5646', meaning))],
  };
}

const personName = code('121008', 'DCM', 'Person Observer Name');

/** Who a document is by: its author, else whom its content names as observer, else who verified it; ''. */
export function authorOf(object: DicomJson): string {
  const [author] = items(object, 'AuthorObserverSequence');
  const observer = items(object, 'ContentSequence').find((item) =>
    sameCode(readCode(item, 'ConceptNameCodeSequence'), personName),
  );
  const [verifier] = items(object, 'VerifyingObserverSequence');
  const names = [
    author ? textOf(author, 'PersonName') : '',
    observer ? textOf(observer, 'PersonName') : '',
    verifier ? textOf(verifier, 'VerifyingObserverName') : '',
  ];
  return names.find((name) => name !== '') ?? '';
}

/** When its content was made; see `momentText`. */
export function contentMoment(object: DicomJson): string {
  return momentText(textOf(object, 'ContentDate'), textOf(object, 'ContentTime'));
}

/** SOP Instance UIDs of the documents that it follows on. */
export function predecessorsOf(object: DicomJson): string[] {
  return items(object, 'PredecessorDocumentsSequence')
    .flatMap((study) => items(study, 'ReferencedSeriesSequence'))
    .flatMap((series) => items(series, 'ReferencedSOPSequence'))
    .map((reference) => textOf(reference, 'ReferencedSOPInstanceUID'))
    .filter((uid) => /^[0-9A-Za-z._-]{1,64}$/.test(uid));
}
