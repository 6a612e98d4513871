// Text and JSON from outside in a form that PostgreSQL takes: no NUL, no half surrogate pairs, no endless values.
import type { Json } from './json.ts';

// DICOM's longest short text has 64 characters per name group; what is longer is in the stored object in full.
const MAX_TEXT = 1024;

/** The text as PostgreSQL takes it: without NUL, half surrogate pairs replaced by U+FFFD. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** The text as PostgreSQL takes it, at most 1024 characters of it. */
export function cleanText(text: string): string {
  return storable(text.slice(0, MAX_TEXT));
}

/** The JSON value as PostgreSQL takes it. */
export function cleanJson(value: Json): Json {
  if (typeof value === 'string') return storable(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(cleanJson);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [String(cleanJson(name)), cleanJson(field)]));
}
