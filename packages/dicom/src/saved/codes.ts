// Coded concepts (PS3.3 section 8): a value, the scheme that it is of, and what it means.
import type { DicomJson } from '../json/types.ts';
import type { KeywordAttributes } from './attributes.ts';
import { items, textOf } from './reading.ts';

/** A concept. Two are the same when value and scheme are. */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** A concept; SCT is SNOMED CT, DCM the standard's own (PS3.16 annex D), UCUM units. */
export function code(value: string, scheme: string, meaning: string): Code {
  return { value, scheme, meaning };
}

/** The item of a code sequence; a value that is too long for its attribute stands in the one for long values. */
export function codeItem({ value, scheme, meaning }: Code): KeywordAttributes {
  const named = value.length > 16 ? { LongCodeValue: value } : { CodeValue: value };
  return { ...named, CodingSchemeDesignator: scheme, CodeMeaning: meaning.slice(0, 64) };
}

/** The concept of the first item of a code sequence; null when there is none. */
export function readCode(json: DicomJson, keyword: string): Code | null {
  const [item] = items(json, keyword);
  if (!item) return null;
  const value = textOf(item, 'CodeValue') || textOf(item, 'LongCodeValue') || textOf(item, 'URNCodeValue');
  return { value, scheme: textOf(item, 'CodingSchemeDesignator'), meaning: textOf(item, 'CodeMeaning') };
}

/** Codes of SNOMED's older scheme that objects still bear, by those that took their place (PS3.16 annex O). */
const retired: Record<string, string> = {
  'G-D7FE': '410668003',
  'G-A166': '42798000',
  'G-A185': '103339001',
  'G-A186': '103340004',
  'R-00317': '373098007',
  'R-10047': '386136009',
  'R-404FB': '255605001',
  'G-A437': '56851009',
  'M-02550': '81827009',
};

/** Whether two concepts are the same one. */
export function sameCode(a: Code | null, b: Code | null): boolean {
  if (!a || !b) return false;
  const [one, other] = [current(a), current(b)];
  return one.value === other.value && one.scheme === other.scheme;
}

/** A SNOMED concept by its present code, whatever its scheme was called when it was written. */
function current({ value, scheme }: Code): { value: string; scheme: string } {
  const snomed = ['SRT', 'SNM3', '99SDM', 'SCT'].includes(scheme);
  return snomed ? { value: retired[value] ?? value, scheme: 'SCT' } : { value, scheme };
}
