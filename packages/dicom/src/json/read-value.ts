// The values of one element as the DICOM JSON model has them (PS3.18 section F.2.3).
import type { TextDecoding } from '../charset.ts';
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { numberVrs, swapWords, wordSizes } from './binary-vrs.ts';
import type { PersonNameJson } from './types.ts';

/** Text of one value, in which a backslash is no delimiter. */
const undivided = new Set(['LT', 'ST', 'UT', 'UR']);
/** Leading blanks mean something in these (PS3.5 section 6.2). */
const leadingMatters = new Set(['LT', 'ST', 'UT', 'UC', 'UR']);

/** The bytes of a value as it lies in the file. */
export function elementBytes(set: DataSet, element: Element): Uint8Array {
  return set.bytes.subarray(element.valueStart, element.valueStart + element.length);
}

/** A stream of bytes or words, in little endian. */
export function littleBytes(set: DataSet, element: Element, vr: string): Uint8Array {
  const bytes = elementBytes(set, element);
  return set.encoding.endian === 'little' || element.vr === 'UN'
    ? bytes
    : swapWords(bytes, wordSizes[vr] ?? 1);
}

/** The values of an element that is neither a sequence nor a stream of bytes; [] when it is empty. */
export function readValues(set: DataSet, element: Element, vr: string, decode: TextDecoding): unknown[] {
  if (element.length === 0) return [];
  const little = set.encoding.endian === 'little' || element.vr === 'UN';
  if (vr === 'AT') return readTags(set, element, little);
  const binary = numberVrs[vr];
  if (binary) {
    const count = Math.floor(element.length / binary.size);
    return Array.from({ length: count }, (_, index) =>
      numberJson(binary.read(set.view, element.valueStart + index * binary.size, little)),
    );
  }
  const text = decodeText(elementBytes(set, element), decode);
  const parts = undivided.has(vr) ? [text] : text.split('\\');
  const values = parts.map((part) => textJson(part, vr));
  return values.every((value) => value === null) ? [] : values;
}

/**
 * Text in the data set's character set. Representations of the default repertoire (PS3.5 section 6.1.2.2) too: where they
 * have other characters all the same, the declared set is the best guess.
 */
function decodeText(bytes: Uint8Array, decode: TextDecoding): string {
  const plain = bytes.every((byte) => byte < 0x80 && byte !== 0x1b);
  return plain ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') : decode(bytes);
}

function readTags(set: DataSet, element: Element, little: boolean): string[] {
  return Array.from({ length: Math.floor(element.length / 4) }, (_, index) => {
    const at = element.valueStart + index * 4;
    return tagKey(set.view.getUint16(at, little) * 0x10000 + set.view.getUint16(at + 2, little));
  });
}

/** A tag as 8 upper-case hexadecimal digits. */
export function tagKey(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}

/** Those that a double cannot hold stay exact as text. */
function numberJson(value: number | bigint): number | string {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
}

/** Longest texts of DS and IS (PS3.5 table 6.2-1); longer ones stay as they are, so that no digit is lost. */
const MAX_DECIMAL = 16;
const MAX_INTEGER = 12;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function textJson(part: string, vr: string): unknown {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: padding with NUL, which UIDs have and others should not
  const trailing = part.replace(/[\u0000 ]+$/, '');
  const text = leadingMatters.has(vr) ? trailing : trailing.trimStart();
  if (text === '') return null;
  if (vr === 'PN') return personName(text);
  if (vr === 'DS')
    return text.length <= MAX_DECIMAL && decimal.test(text) && Number.isFinite(Number(text))
      ? Number(text)
      : text;
  if (vr === 'IS') return text.length <= MAX_INTEGER && /^[+-]?\d+$/.test(text) ? Number(text) : text;
  return text;
}

/** A name by its three component groups, or null when all are empty. */
export function personName(text: string): PersonNameJson | null {
  // Delimiters behind the last component say nothing (PS3.5 section 6.2.1).
  const groups = text.split('=').map((group) => group.replace(/[\s^]+$/, '').trimStart());
  const [alphabetic = '', ideographic = '', phonetic = ''] = groups;
  const name: PersonNameJson = {};
  if (alphabetic !== '') name.Alphabetic = alphabetic;
  if (ideographic !== '') name.Ideographic = ideographic;
  if (phonetic !== '') name.Phonetic = phonetic;
  return Object.keys(name).length > 0 ? name : null;
}
