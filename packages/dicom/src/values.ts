// Values of elements as strings and numbers; missing and garbage ones are '' or null, never an error.
import type { TextDecoding } from './charset.ts';
import { textDecoding } from './charset.ts';
import type { DataSet } from './data-set.ts';
import type { Element } from './element-walk.ts';
import { dictionaryVr, Tag } from './tags.ts';

/** Longer texts are cut: the attributes read here have at most 64 characters a component. */
const MAX_TEXT = 1024;
/** Enough bytes for MAX_TEXT characters of any character set, escape sequences included. */
const MAX_TEXT_BYTES = 8192;
const MAX_NUMBERS = 4096;

/** A data set with what it takes to read its values: the character set of its text. */
export interface Values {
  readonly set: DataSet;
  readonly decode: TextDecoding;
}

/** Values of a data set in its own character set. */
export function valuesOf(set: DataSet): Values {
  return { set, decode: textDecoding(asciiOf(set, Tag.SpecificCharacterSet).split('\\')) };
}

/** The bytes of an element's value, or an empty array. */
export function valueBytes(set: DataSet, tag: number): Uint8Array {
  const element = set.elements.get(tag);
  if (!element || element.lengthIs === 'undefined') return new Uint8Array(0);
  return set.bytes.subarray(element.valueStart, element.valueStart + element.length);
}

/** A value in the default repertoire, without padding: for UI, CS, DA, TM, IS, DS. */
function asciiOf(set: DataSet, tag: number): string {
  const bytes = valueBytes(set, tag).subarray(0, MAX_TEXT_BYTES);
  return cleaned(String.fromCharCode(...bytes));
}

/** Without padding, and without control characters, which no display and no database wants. */
function cleaned(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const visible = text.replace(/[\u0000-\u001f\u007f\ufeff]+/g, ' ').trim();
  return visible.length <= MAX_TEXT ? visible : visible.slice(0, MAX_TEXT).toWellFormed();
}

/** Text in the data set's character set (LO, SH, PN, ...), all values as they stand, without padding. */
export function text(values: Values, tag: number): string {
  const bytes = valueBytes(values.set, tag);
  return cleaned(values.decode(bytes.subarray(0, MAX_TEXT_BYTES)));
}

/** The values of a text, split at backslashes. */
export function texts(values: Values, tag: number): string[] {
  const whole = text(values, tag);
  return whole === '' ? [] : whole.split('\\').map((part) => part.trim());
}

/** The first value of a code string. */
export function code(values: Values, tag: number): string {
  return asciiOf(values.set, tag).split('\\', 1)[0]?.trim() ?? '';
}

/** A unique identifier as it stands; not checked. */
export function uid(values: Values, tag: number): string {
  return asciiOf(values.set, tag);
}

/** A date as YYYYMMDD; of the older form with dots too. '' if it is none. */
export function date(values: Values, tag: number): string {
  const digits = code(values, tag).replace(/^(\d{4})\.(\d\d)\.(\d\d)$/, '$1$2$3');
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(digits);
  if (!parts) return '';
  const [month, day] = [Number(parts[2]), Number(parts[3])];
  const exists =
    month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000, month, 0)).getUTCDate();
  return exists ? digits : '';
}

/** A time as HHMMSS.FFFFFF with what is there, at least the hour; of the older form with colons too. '' if it is none. */
export function time(values: Values, tag: number): string {
  const digits = code(values, tag).replace(/^(\d\d):(\d\d)(?::(\d\d(?:\.\d*)?))?$/, '$1$2$3');
  return /^([01]\d|2[0-3])([0-5]\d([0-5]\d|60)?)?$/.test(digits) ||
    /^([01]\d|2[0-3])[0-5]\d([0-5]\d|60)\.\d{1,6}$/.test(digits)
    ? digits
    : '';
}

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The numbers of an element, whatever its representation; null in the place of each that is none. */
export function numbers(values: Values, tag: number): (number | null)[] {
  const element = values.set.elements.get(tag);
  if (!element || element.length === 0 || element.lengthIs === 'undefined') return [];
  const read = binary[representation(values, element)];
  if (read) return binaryNumbers(values.set, element, read);
  const parts = asciiOf(values.set, tag).split('\\', MAX_NUMBERS);
  return parts.map((part) => {
    const trimmed = part.trim();
    const value = numeric.test(trimmed) ? Number(trimmed) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  });
}

/** The first number of an element, or null. */
export function number(values: Values, tag: number): number | null {
  return numbers(values, tag)[0] ?? null;
}

/** The first number of an element if it is a whole one, or null. */
export function integer(values: Values, tag: number): number | null {
  const value = number(values, tag);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

/** Exactly `count` numbers, or null. */
export function tuple(values: Values, tag: number, count: number): number[] | null {
  const found = numbers(values, tag).slice(0, count);
  return found.length === count && found.every((value) => value !== null) ? (found as number[]) : null;
}

interface BinaryReader {
  readonly size: number;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}
const binary: Record<string, BinaryReader | undefined> = {
  US: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  SS: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  UL: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  SL: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  FL: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  FD: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

function binaryNumbers(set: DataSet, element: Element, { size, read }: BinaryReader): (number | null)[] {
  // What its writer did not know is little endian in any file (PS3.5 section 6.2.2).
  const little = set.encoding.endian === 'little' || element.vr === 'UN';
  const count = Math.min(Math.floor(element.length / size), MAX_NUMBERS);
  return Array.from({ length: count }, (_, index) => {
    const value = read(set.view, element.valueStart + index * size, little);
    return Number.isFinite(value) ? value : null;
  });
}

/** As written, or as the dictionary says where nothing or 'unknown' is written. */
function representation(values: Values, element: Element): string {
  const vr = element.vr === '' || element.vr === 'UN' ? dictionaryVr(element.tag) : element.vr;
  return vr === 'xs' ? wordVr(values) : vr;
}

/** Where the dictionary leaves it open, the pixels' sign decides (PS3.5 annex A.1). */
function wordVr(values: Values): 'US' | 'SS' {
  const bytes = valueBytes(values.set, Tag.PixelRepresentation);
  return (bytes[values.set.encoding.endian === 'little' ? 0 : 1] ?? 0) === 1 ? 'SS' : 'US';
}
