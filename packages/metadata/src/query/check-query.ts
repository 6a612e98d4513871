// The limits of a query from outside, checked before anything is made of it.
import { MetadataError } from '../errors.ts';
import { MAX_DEPTH } from './kept-attributes.ts';
import type { DicomJson } from './types.ts';

export const MAX_LIMIT = 1000;
export const MAX_OFFSET = 1_000_000;
const MAX_KEYS = 256;
const MAX_VALUES = 10_000;
const MAX_TEXT = 1024;
const MAX_INCLUDE = 1000;

/** What every query has, of whatever it is. */
export interface PageQuery {
  readonly keys: DicomJson;
  readonly include: readonly string[] | 'all';
  readonly limit: number;
  readonly offset?: number;
  readonly after?: string;
}

/** Throws MetadataError `invalid` for a query beyond a limit or with what is no attribute. */
export function checkQuery({ keys, include, limit, offset, after }: PageQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`A page has 1 to ${MAX_LIMIT} matches, not ${limit}.`);
  }
  if (offset !== undefined && (!Number.isInteger(offset) || offset < 0 || offset > MAX_OFFSET)) {
    throw invalid(`A query leaves out 0 to ${MAX_OFFSET} matches, not ${offset}.`);
  }
  if (offset && after !== undefined)
    throw invalid('A page is named by its offset or by the one before it, not both.');
  if (include !== 'all' && (include.length > MAX_INCLUDE || !include.every(isTag))) {
    throw invalid(`At most ${MAX_INCLUDE} attributes are returned, each by its tag of 8 digits.`);
  }
  checkKeys(keys, 1, { keys: 0, values: 0 });
}

const isTag = (tag: string): boolean => /^[0-9A-F]{8}$/.test(tag);

function checkKeys(keys: unknown, depth: number, seen: { keys: number; values: number }): void {
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys))
    throw invalid('The keys are no attributes.');
  if (depth > MAX_DEPTH) throw invalid(`Keys are nested deeper than ${MAX_DEPTH}.`);
  for (const [tag, element] of Object.entries(keys as Record<string, unknown>)) {
    const { vr, Value } = (element ?? {}) as { vr?: unknown; Value?: unknown };
    if (!isTag(tag) || typeof vr !== 'string' || !/^[A-Z]{2}$/.test(vr)) {
      throw invalid(
        `The key ${JSON.stringify(tag.slice(0, 40))} is no attribute with a tag of 8 digits and a vr.`,
      );
    }
    if (Value !== undefined && !Array.isArray(Value))
      throw invalid(`The key ${tag} has a Value that is no list.`);
    seen.keys++;
    seen.values += Value?.length ?? 0;
    if (seen.keys > MAX_KEYS || seen.values > MAX_VALUES) {
      throw invalid(`A query has at most ${MAX_KEYS} keys and ${MAX_VALUES} values.`);
    }
    for (const value of Value ?? []) {
      if (vr === 'SQ' && value !== null) checkKeys(value, depth + 1, seen);
      else if (JSON.stringify(value ?? null).length > MAX_TEXT) {
        throw invalid(`A value of the key ${tag} is longer than ${MAX_TEXT} characters.`);
      }
    }
  }
}

export function invalid(message: string): MetadataError {
  return new MetadataError('invalid', message);
}
