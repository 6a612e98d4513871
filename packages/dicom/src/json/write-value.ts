// The values of one element of the DICOM JSON model as bytes, padded to an even length (PS3.5 section 6.2).
import { DicomError } from '../errors.ts';
import { notFinite, numberVrs, swapWords, wordSizes } from './binary-vrs.ts';
import type { DicomJsonElement, PersonNameJson } from './types.ts';

const MAX_DECIMAL = 16;
const undivided = new Set(['LT', 'ST', 'UT', 'UR']);
const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/**
 * The bytes of an element that is no sequence.
 * @throws DicomError 'malformed' naming the tag when a value does not fit the representation
 */
export function writeValue(
  tag: number,
  { vr, Value, InlineBinary }: DicomJsonElement,
  little: boolean,
): Uint8Array {
  if (InlineBinary !== undefined) return inline(tag, vr, InlineBinary, little);
  const values = Value ?? [];
  if (values.length === 0) return new Uint8Array(0);
  if (vr === 'AT') return writeTags(tag, values, little);
  const binary = numberVrs[vr];
  if (binary) {
    const bytes = new Uint8Array(values.length * binary.size);
    const view = new DataView(bytes.buffer);
    for (const [index, value] of values.entries()) {
      binary.write(view, index * binary.size, numberOf(tag, vr, value, binary.range), little);
    }
    return bytes;
  }
  if (wordSizes[vr] !== undefined) throw malformed(tag, `${vr} has its bytes in InlineBinary, not in Value`);
  if (undivided.has(vr) && values.length > 1)
    throw malformed(tag, `${vr} has one value, not ${values.length}`);
  const text = values.map((value) => textOf(tag, vr, value)).join('\\');
  return padded(new TextEncoder().encode(text), vr === 'UI' ? 0 : 0x20);
}

/** The bytes with one more when they are odd. */
export function padded(bytes: Uint8Array, pad: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = pad;
  return even;
}

function inline(tag: number, vr: string, text: string, little: boolean): Uint8Array {
  if (typeof text !== 'string' || !base64.test(text)) throw malformed(tag, 'InlineBinary is not base64');
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  const size = wordSizes[vr] ?? numberVrs[vr]?.size ?? 1;
  return padded(little ? bytes : swapWords(bytes, size), 0);
}

function writeTags(tag: number, values: readonly unknown[], little: boolean): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(value))
      throw malformed(tag, 'a value is not a tag');
    view.setUint16(index * 4, Number.parseInt(value.slice(0, 4), 16), little);
    view.setUint16(index * 4 + 2, Number.parseInt(value.slice(4), 16), little);
  }
  return bytes;
}

function numberOf(
  tag: number,
  vr: string,
  value: unknown,
  range: readonly [bigint, bigint] | null,
): number | bigint {
  if (range === null) {
    const number = typeof value === 'string' ? (notFinite[value] ?? Number(value || 'x')) : value;
    const other = typeof value === 'string' && notFinite[value] !== undefined;
    if (typeof number === 'number' && (other || Number.isFinite(number))) return number;
  } else if (
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  ) {
    const whole = BigInt(value as number | string);
    if (whole >= range[0] && whole <= range[1]) return whole;
  }
  throw malformed(tag, `a value is no number of ${vr}`);
}

function textOf(tag: number, vr: string, value: unknown): string {
  if (value === null) return '';
  if (vr === 'PN' && typeof value === 'object') return nameText(tag, value as PersonNameJson);
  if (typeof value === 'number' && Number.isFinite(value))
    return vr === 'DS' ? decimalText(value) : String(value);
  if (typeof value !== 'string') throw malformed(tag, `a value is no text of ${vr}`);
  if (!undivided.has(vr) && value.includes('\\'))
    throw malformed(tag, 'a value has a backslash, which divides values');
  return value;
}

function nameText(tag: number, name: PersonNameJson): string {
  const groups = [name.Alphabetic ?? '', name.Ideographic ?? '', name.Phonetic ?? ''];
  if (groups.some((group) => typeof group !== 'string' || group.includes('\\'))) {
    throw malformed(tag, 'a component group of a name is no text');
  }
  return groups.join('=').replace(/=+$/, '');
}

/** At most 16 characters, with as many digits as fit. */
function decimalText(value: number): string {
  const whole = [String(value), String(value).replace(/^(-?)0\./, '$1.'), exponential(value.toExponential())];
  const fits = whole.find((text) => text.length <= MAX_DECIMAL);
  if (fits !== undefined) return fits;
  for (let digits = MAX_DECIMAL; ; digits--) {
    const shorter = [value.toPrecision(digits).replace(/^(-?)0\./, '$1.'), value.toExponential(digits - 1)];
    const text = shorter.map(exponential).find((one) => one.length <= MAX_DECIMAL);
    if (text !== undefined) return text;
  }
}

function exponential(text: string): string {
  return text.replace('e+', 'e');
}

/** The error for JSON that is no data set. */
export function malformed(tag: number | undefined, problem: string): DicomError {
  return new DicomError('malformed', `DICOM JSON: ${problem}`, { tag });
}
