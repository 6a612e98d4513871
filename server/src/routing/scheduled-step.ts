// A step on the modality worklist as prefetching looks at it.
import type { DicomJson } from '@strata/metadata/query/types';
import type { PrefetchDetails } from './errand-rules.ts';

/** The patient, modality and study of a scheduled procedure step (PS3.4 table K.6-1). */
export function detailsOfStep(attributes: DicomJson): PrefetchDetails {
  const [step] = (attributes['00400100']?.Value ?? []) as DicomJson[];
  return {
    patientId: text(attributes, '00100020'),
    issuer: text(attributes, '00100021'),
    modality: text(step ?? {}, '00080060'),
    bodyPart: text(attributes, '00180015'),
    studyUid: text(attributes, '0020000D'),
  };
}

function text(attributes: DicomJson, tag: string): string {
  const value = attributes[tag]?.Value?.[0];
  return typeof value === 'string' ? value.trim() : '';
}
