// Values of a data set in the DICOM JSON model by the standard's keywords. What is missing or of another kind is '' or null.
import { tagKey } from '../json/read-value.ts';
import type { DicomJson, PersonNameJson } from '../json/types.ts';
import { tagOfKeyword } from '../keywords.ts';

const keys = new Map<string, string>();

function keyOf(keyword: string): string {
  const known = keys.get(keyword);
  if (known) return known;
  const tag = tagOfKeyword(keyword);
  if (tag === null) throw new Error(`the data dictionary has no ${keyword}`);
  keys.set(keyword, tagKey(tag));
  return tagKey(tag);
}

/** All values as they stand; none when there is no such attribute. */
export function all(json: DicomJson, keyword: string): readonly unknown[] {
  const { Value } = json[keyOf(keyword)] ?? {};
  return Array.isArray(Value) ? Value : [];
}

/** The first value as text; of a name its first group that has one. */
export function textOf(json: DicomJson, keyword: string): string {
  return oneText(all(json, keyword)[0]);
}

/** All values as text. */
export function textsOf(json: DicomJson, keyword: string): string[] {
  return all(json, keyword).map(oneText);
}

function oneText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  const { Alphabetic, Ideographic, Phonetic } = value as PersonNameJson;
  return [Alphabetic, Ideographic, Phonetic].find((group) => typeof group === 'string' && group) ?? '';
}

/** The first value as a number; null when it is none. */
export function numberOf(json: DicomJson, keyword: string): number | null {
  return oneNumber(all(json, keyword)[0]);
}

/** All values as numbers, those that are none left out. */
export function numbersOf(json: DicomJson, keyword: string): number[] {
  return all(json, keyword).flatMap((value) => oneNumber(value) ?? []);
}

function oneNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** The items of a sequence. */
export function items(json: DicomJson, keyword: string): readonly DicomJson[] {
  return all(json, keyword).filter(
    (item): item is DicomJson => typeof item === 'object' && item !== null && !Array.isArray(item),
  );
}
