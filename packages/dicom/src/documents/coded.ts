// Codes and units in words (PS3.3 section 8.8; units by UCUM as PS3.16 CID 82 lists them).
import type { DicomJson } from '../json/types.ts';
import { firstIn, textIn } from './json-values.ts';
import { MAX_NAME } from './limits.ts';

/** A coded concept. */
export interface Concept {
  /** For people: its meaning, or the code itself where it has none. */
  readonly name: string;
  /** `121070 (DCM)`; '' where there is no code. */
  readonly code: string;
}

/** The concept of a code sequence's first item. */
export function conceptIn(json: DicomJson, tag: string): Concept {
  const item = firstIn(json, tag);
  const value = oneLine(codeValueOf(item));
  const scheme = oneLine(textIn(item, '00080102'));
  const name = oneLine(textIn(item, '00080104')) || value;
  return { name, code: value && (scheme ? `${value} (${scheme})` : value) };
}

/** The code of a code sequence's first item, short, long or as an address (PS3.3 section 8.1). */
export function codeIn(json: DicomJson, tag: string): { value: string; scheme: string } {
  const item = firstIn(json, tag);
  return { value: oneLine(codeValueOf(item)), scheme: oneLine(textIn(item, '00080102')) };
}

function codeValueOf(item: DicomJson): string {
  return textIn(item, '00080100') || textIn(item, '00080119') || textIn(item, '00080120');
}

/** A unit as it stands behind a number: `mm`, `cm²`; '' of what only counts. */
export function unitIn(json: DicomJson, tag: string): string {
  const { value, scheme } = codeIn(json, tag);
  const { name } = conceptIn(json, tag);
  if (scheme !== 'UCUM') return name;
  if (value === '1') return /no units|unity/i.test(name) || name === '1' ? '' : name;
  if (value === 'Cel') return '°C';
  if (value === 'deg') return '°';
  if (value === "[hnsf'U]") return 'HU';
  const isPlain = /^[A-Za-z%]+[23]?(\/[A-Za-z]+[23]?)?$/.test(value);
  return isPlain ? raised(value) : name;
}

/** `cm2` as `cm²`, `um` as `µm`. */
function raised(unit: string): string {
  return unit
    .replaceAll('2', '²')
    .replaceAll('3', '³')
    .replace(/^u(?=[A-Za-z])/, 'µ');
}

/** Without line breaks and other control characters, and not longer than a name is. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const visible = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return visible.length <= MAX_NAME ? visible : `${visible.slice(0, MAX_NAME - 1).toWellFormed()}…`;
}

/** Text with its line breaks as `\n`, and without other control characters. */
export function ofLines(text: string): string {
  const lines = text.replace(/\r\n?|\u2028|\u2029/g, '\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return lines.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, ' ').trim();
}
