// Attributes as searches name them: by keyword or tag, inside sequences with dots (PS3.18 section 8.3.4.1).
import type { DicomJson } from '@strata/dicom/json/types';
import { tagOfKeyword } from '@strata/dicom/keywords';
import { dictionaryVr } from '@strata/dicom/tags';

const MAX_DEPTH = 4;

/** The tags of `00400275.00401001` or `RequestAttributesSequence.RequestedProcedureID`; null when it is no such thing. */
export function attributePath(text: string): string[] | null {
  const steps = text.split('.');
  if (steps.length > MAX_DEPTH) return null;
  const tags = steps.map(tagKeyOf);
  return tags.every((tag) => tag !== null) ? tags : null;
}

function tagKeyOf(step: string): string | null {
  if (/^[0-9a-f]{8}$/i.test(step)) return step.toUpperCase();
  const tag = tagOfKeyword(step);
  return tag === null ? null : tag.toString(16).toUpperCase().padStart(8, '0');
}

/** The representation by the dictionary; where it leaves a choice, the first of it. */
export function vrOf(tag: string): string {
  const vr = dictionaryVr(Number.parseInt(tag, 16));
  if (vr === 'xs') return 'US';
  return vr === 'ox' ? 'OW' : vr;
}

/** Puts values in their place among the keys, inside sequences of one item each. */
export function addKey(
  keys: DicomJson,
  [tag = '', ...deeper]: readonly string[],
  values: readonly string[],
): void {
  if (deeper.length === 0) {
    keys[tag] = values.length > 0 ? { vr: vrOf(tag), Value: [...values] } : { vr: vrOf(tag) };
    return;
  }
  const sequence = keys[tag] ?? { vr: 'SQ' };
  sequence.Value ??= [{}];
  keys[tag] = sequence;
  addKey(sequence.Value[0] as DicomJson, deeper, values);
}
