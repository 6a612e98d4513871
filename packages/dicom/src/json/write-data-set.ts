// A data set of the DICOM JSON model as bytes (PS3.5 section 7).
import { MAX_DEPTH, MAX_FILE } from '../limits.ts';
import { Tag } from '../tags.ts';
import { type Encoding, EXPLICIT_LITTLE } from '../transfer-syntax.ts';
import { longForm } from '../written-vr.ts';
import { isVr } from './effective-vr.ts';
import type { DicomJson, DicomJsonElement } from './types.ts';
import { malformed, padded, writeValue } from './write-value.ts';

export interface WriteOptions {
  /** How sequences and items end; `defined` when absent. */
  readonly sequences?: 'defined' | 'undefined';
  /**
   * The bytes that a BulkDataURI stands for; several pieces are the fragments of encapsulated pixels, the offset table
   * first. Without this function an element with bulk data is refused.
   */
  readonly bulkData?: (uri: string, tag: number) => Uint8Array | readonly Uint8Array[];
}

const UNDEFINED = 0xffffffff;
const MAX_SHORT = 0xfffe;

/**
 * Writes the attributes in the order of their tags, in UTF-8. Specific Character Set is written as ISO_IR 192 when some
 * text has other characters than ASCII, or when the JSON has that attribute. Group lengths are left out.
 * @throws DicomError 'malformed' naming the tag of what is no attribute, 'too-large'
 */
export function writeDataSet(
  json: DicomJson,
  encoding: Encoding = EXPLICIT_LITTLE,
  options: WriteOptions = {},
): Uint8Array {
  const { [CHARACTER_SET]: said, ...others } = json;
  const parts = writeSet(others, encoding, options, 0);
  if (said || hasOtherText(others, 0)) {
    const utf8 = writeElement(
      Tag.SpecificCharacterSet,
      { vr: 'CS', Value: ['ISO_IR 192'] },
      encoding,
      options,
      0,
    );
    const at = parts.findIndex(({ tag }) => tag > Tag.SpecificCharacterSet);
    parts.splice(at < 0 ? parts.length : at, 0, { tag: Tag.SpecificCharacterSet, pieces: utf8 });
  }
  return join(parts.flatMap(({ pieces }) => pieces));
}

const CHARACTER_SET = '00080005';

interface Written {
  readonly tag: number;
  readonly pieces: Uint8Array[];
}

function writeSet(json: DicomJson, encoding: Encoding, options: WriteOptions, depth: number): Written[] {
  if (depth > MAX_DEPTH) throw malformed(undefined, `sequences are nested deeper than ${MAX_DEPTH}`);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw malformed(undefined, 'an item is no object of attributes');
  }
  const tags = Object.keys(json).map((key) => {
    if (!/^[0-9A-Fa-f]{8}$/.test(key))
      throw malformed(undefined, `${JSON.stringify(key.slice(0, 40))} is no tag`);
    return { key, tag: Number.parseInt(key, 16) };
  });
  return tags
    .filter(({ key, tag }) => (tag & 0xffff) !== 0 && !(depth > 0 && key === CHARACTER_SET))
    .sort((a, b) => a.tag - b.tag)
    .map(({ key, tag }) => ({
      tag,
      pieces: writeElement(tag, json[key] as DicomJsonElement, encoding, options, depth),
    }));
}

function writeElement(
  tag: number,
  element: DicomJsonElement,
  encoding: Encoding,
  options: WriteOptions,
  depth: number,
): Uint8Array[] {
  if (typeof element !== 'object' || element === null) throw malformed(tag, 'an attribute is no object');
  const { vr, Value, BulkDataURI } = element;
  if (typeof vr !== 'string' || !isVr(vr))
    throw malformed(tag, 'an attribute without a value representation (vr)');
  if (Value !== undefined && !Array.isArray(Value)) throw malformed(tag, 'Value is no list');
  if (vr === 'SQ') return writeSequence(tag, (Value ?? []) as DicomJson[], encoding, options, depth);
  if (BulkDataURI === undefined) {
    const bytes = writeValue(tag, element, encoding.endian === 'little');
    return [header(tag, vr, bytes.length, encoding), bytes];
  }
  const bulk = options.bulkData?.(BulkDataURI, tag);
  if (bulk === undefined) throw malformed(tag, 'its bulk data did not come along');
  if (bulk instanceof Uint8Array) {
    const bytes = padded(bulk, 0);
    return [header(tag, vr, bytes.length, encoding), bytes];
  }
  const fragments = bulk.flatMap((fragment) => {
    const bytes = padded(fragment, 0);
    return [mark(Tag.Item, bytes.length, encoding), bytes];
  });
  return [
    header(tag, 'OB', UNDEFINED, encoding),
    ...fragments,
    mark(Tag.SequenceDelimitationItem, 0, encoding),
  ];
}

function writeSequence(
  tag: number,
  items: readonly DicomJson[],
  encoding: Encoding,
  options: WriteOptions,
  depth: number,
): Uint8Array[] {
  const written = items.map((item) =>
    writeSet(item, encoding, options, depth + 1).flatMap(({ pieces }) => pieces),
  );
  if (options.sequences === 'undefined') {
    const open = written.flatMap((pieces) => [
      mark(Tag.Item, UNDEFINED, encoding),
      ...pieces,
      mark(Tag.ItemDelimitationItem, 0, encoding),
    ]);
    return [header(tag, 'SQ', UNDEFINED, encoding), ...open, mark(Tag.SequenceDelimitationItem, 0, encoding)];
  }
  const closed = written.flatMap((pieces) => [mark(Tag.Item, lengthOf(pieces), encoding), ...pieces]);
  return [header(tag, 'SQ', lengthOf(closed), encoding), ...closed];
}

/** Tag, representation and length (PS3.5 section 7.1). */
function header(tag: number, vr: string, length: number, encoding: Encoding): Uint8Array {
  if (encoding.vr === 'implicit') return mark(tag, length, encoding);
  // What is too long for its short form is written as unknown (PS3.5 section 6.2.2).
  const written = !longForm.has(vr) && length > MAX_SHORT ? 'UN' : vr;
  const long = longForm.has(written);
  const bytes = new Uint8Array(long ? 12 : 8);
  const view = new DataView(bytes.buffer);
  const little = encoding.endian === 'little';
  view.setUint16(0, tag >>> 16, little);
  view.setUint16(2, tag & 0xffff, little);
  bytes[4] = written.charCodeAt(0);
  bytes[5] = written.charCodeAt(1);
  if (long) view.setUint32(8, length, little);
  else view.setUint16(6, length, little);
  return bytes;
}

/** A tag with a length of 32 bits: an implicit element, an item or a delimiter. */
function mark(tag: number, length: number, encoding: Encoding): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const little = encoding.endian === 'little';
  view.setUint16(0, tag >>> 16, little);
  view.setUint16(2, tag & 0xffff, little);
  view.setUint32(4, length, little);
  return bytes;
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const length = lengthOf(pieces);
  if (length > MAX_FILE)
    throw malformed(undefined, `a data set of ${length} bytes is above the limit of ${MAX_FILE}`);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ascii = /^[\u0000-\u007f]*$/;

/** Whether some text needs a character set. */
function hasOtherText(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !ascii.test(value);
  if (typeof value !== 'object' || value === null || depth > 4 * MAX_DEPTH) return false;
  return Object.values(value).some((field) => hasOtherText(field, depth + 1));
}
