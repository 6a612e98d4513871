// Attributes by the standard's keywords, as data sets that are made here are written down.

import { tagKey } from '../json/read-value.ts';
import type { DicomJson, DicomJsonElement, PersonNameJson } from '../json/types.ts';
import { tagOfKeyword } from '../keywords.ts';
import { dictionaryVr } from '../tags.ts';

/**
 * A value of an attribute: one or several texts or numbers, items of a sequence, bytes; null and an empty list are an
 * attribute without a value, undefined is no attribute.
 */
export type KeywordValue =
  | string
  | number
  | null
  | undefined
  | Uint8Array
  | KeywordAttributes
  | readonly (string | number | KeywordAttributes)[];

/** Attributes by keyword: `{ Modality: 'SR', ContentSequence: [{ ValueType: 'TEXT' }] }`. */
export interface KeywordAttributes {
  readonly [keyword: string]: KeywordValue;
}

/** Where the dictionary leaves the representation to the pixels. */
const chosen: Record<string, string> = { xs: 'US', ox: 'OW', lt: 'OW', up: 'UL' };

/**
 * The attributes in the DICOM JSON model; names are written by their component groups.
 * @throws Error for a keyword that the data dictionary does not have: a mistake of the program
 */
export function attributesOf(attributes: KeywordAttributes): DicomJson {
  const json: DicomJson = {};
  for (const [keyword, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const tag = tagOfKeyword(keyword);
    if (tag === null) throw new Error(`the data dictionary has no ${keyword}`);
    const vr = dictionaryVr(tag);
    json[tagKey(tag)] = elementOf(chosen[vr] ?? vr, value);
  }
  return json;
}

function elementOf(vr: string, value: Exclude<KeywordValue, undefined>): DicomJsonElement {
  if (value instanceof Uint8Array) {
    return { vr, InlineBinary: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') };
  }
  const values = value === null ? [] : Array.isArray(value) ? value : [value];
  if (values.length === 0) return { vr };
  return { vr, Value: values.map((each) => written(vr, each)) };
}

function written(vr: string, value: string | number | KeywordAttributes): unknown {
  if (typeof value === 'object') return attributesOf(value);
  return vr === 'PN' ? personName(String(value)) : value;
}

/** A name as it stands in a data set, by its component groups (PS3.5 section 6.2.1). */
function personName(name: string): PersonNameJson {
  const [Alphabetic = '', Ideographic, Phonetic] = name.split('=');
  return { Alphabetic, ...(Ideographic && { Ideographic }), ...(Phonetic && { Phonetic }) };
}
