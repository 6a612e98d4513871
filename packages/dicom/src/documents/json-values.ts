// Values of the DICOM JSON model, believed only as far as they are what they should be.
import type { DicomJson } from '../json/types.ts';

/** All values of an attribute, of whatever kind they are. */
function valuesIn(json: DicomJson, tag: string): readonly unknown[] {
  const values: unknown = json[tag]?.Value;
  return Array.isArray(values) ? values : [];
}

/** The items of a sequence; those that are none are left out. */
export function itemsIn(json: DicomJson, tag: string): DicomJson[] {
  return valuesIn(json, tag).filter((one): one is DicomJson => typeof one === 'object' && one !== null);
}

/** The first item of a sequence; an empty one when there is none. */
export function firstIn(json: DicomJson, tag: string): DicomJson {
  return itemsIn(json, tag)[0] ?? {};
}

/** All values as texts, names with their component groups joined by `=`. */
export function textsIn(json: DicomJson, tag: string): string[] {
  return valuesIn(json, tag).map(textOf);
}

/** The first value as text, or ''. */
export function textIn(json: DicomJson, tag: string): string {
  return textsIn(json, tag)[0] ?? '';
}

/** The values that are numbers. */
export function numbersIn(json: DicomJson, tag: string): number[] {
  return valuesIn(json, tag).filter((one) => typeof one === 'number');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) => {
    const text = (value as Record<string, unknown>)[group];
    return typeof text === 'string' ? text : '';
  });
  return groups.join('=').replace(/=+$/, '');
}
