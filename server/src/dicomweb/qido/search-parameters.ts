// The parameters of a search: matching keys, what to return, which page (PS3.18 section 8.3.4).
import type { DicomJson } from '@strata/dicom/json/types';
import { HttpError } from '../../http/http-error.ts';
import { addKey, attributePath, vrOf } from './attribute-path.ts';

/** Parameters as they came: one that came twice is a list. */
export type SearchQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface SearchParameters {
  readonly keys: DicomJson;
  /** Tags to return beside what every match has. */
  readonly include: readonly string[] | 'all';
  readonly fuzzy: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Parameters that name no attribute. */
  readonly unknown: readonly string[];
}

/** More matches than this take several requests. */
const MAX_RESULTS = 1000;
const MAX_OFFSET = 1_000_000;
const handled = new Set(['limit', 'offset', 'fuzzymatching', 'includefield', 'accept']);
const switches = new Set(['emptyvaluematching', 'multiplevaluematching']);

/** @throws HttpError 400 that names the parameter */
export function readSearchParameters(query: SearchQuery): SearchParameters {
  const keys: DicomJson = {};
  const unknown: string[] = [];
  for (const [name, given] of Object.entries(query)) {
    if (handled.has(name) || given === undefined) continue;
    if (switches.has(name)) {
      flag(query, name);
      continue;
    }
    const path = attributePath(name);
    if (path)
      addKey(
        keys,
        path,
        [given].flat().flatMap((text) => valuesOf(path.at(-1) ?? '', text, query)),
      );
    else unknown.push(name.slice(0, 64));
  }
  return {
    keys,
    include: includeOf(query.includefield),
    fuzzy: flag(query, 'fuzzymatching'),
    limit: Math.min(whole(query, 'limit', MAX_RESULTS), MAX_RESULTS),
    offset: Math.min(whole(query, 'offset', 0), MAX_OFFSET),
    unknown,
  };
}

/** UIDs and codes may be separated by commas, which cannot stand in them; everything by backslashes. */
function valuesOf(tag: string, text: string, query: SearchQuery): string[] {
  if (text === '') return [];
  if (text === '""') return flag(query, 'emptyvaluematching') ? [''] : [text];
  const listed = ['UI', 'CS'].includes(vrOf(tag)) ? /[\\,]/ : /\\/;
  return text.split(listed).map((value) => value.trim());
}

function includeOf(given: SearchQuery[string]): readonly string[] | 'all' {
  const fields = [given ?? []].flat().flatMap((text) => text.split(','));
  const names = fields.map((field) => field.trim()).filter((field) => field !== '');
  if (names.includes('all')) return 'all';
  return names.map((name) => {
    // What lies inside a sequence comes with the sequence.
    const [tag] = attributePath(name) ?? [];
    if (tag !== undefined) return tag;
    throw bad(
      'includefield',
      `"${name.slice(0, 64)}" is neither a keyword nor a tag of 8 hexadecimal digits`,
    );
  });
}

function flag(query: SearchQuery, name: string): boolean {
  const value = query[name] ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw bad(name, 'true or false is wanted');
}

function whole(query: SearchQuery, name: string, otherwise: number): number {
  const value = query[name];
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && /^\d{1,12}$/.test(value)) return Number(value);
  throw bad(name, 'a whole number is wanted');
}

function bad(name: string, what: string): HttpError {
  return new HttpError(400, 'bad-parameter', `The parameter ${name} cannot be used: ${what}.`);
}
