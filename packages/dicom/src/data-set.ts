// Walks the elements of a data set: where each one's value lies, whatever the headers claim (PS3.5 section 7).
import { DicomError } from './errors.ts';
import { Tag } from './tags.ts';
import { type Encoding, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts';

/** One element, its value still where it lies. */
export interface Element {
  readonly tag: number;
  /** As written; '' where none is written. */
  readonly vr: string;
  /** Offset of the tag. */
  readonly start: number;
  /** Offset and length of the value; of an undefined length, up to and with the delimiter. */
  readonly valueStart: number;
  readonly length: number;
  readonly lengthIs: 'defined' | 'undefined';
}

/** The elements of a data set or of an item of a sequence, by tag; of a tag that comes twice, the first. */
export interface DataSet {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly encoding: Encoding;
  readonly elements: ReadonlyMap<number, Element>;
}

/** Sequences inside sequences; real objects stay below ten. */
const MAX_DEPTH = 32;
/** Elements of one data set, those inside sequences not counted; real objects stay below a few thousand. */
const MAX_ELEMENTS = 65_536;
const UNDEFINED = 0xffffffff;

const longForm = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const shortForm = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
/** Every letter pair as a string, so that reading a value representation makes no garbage. */
const vrNames = new Map<number, string>();
for (const vr of [...longForm, ...shortForm]) vrNames.set((vr.charCodeAt(0) << 8) | vr.charCodeAt(1), vr);

/** The value representation written at an offset, or undefined if the two bytes are none of the standard's. */
export function writtenVr(bytes: Uint8Array, at: number): string | undefined {
  return vrNames.get(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
}

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** The tag at an offset that is known to be inside. */
function tagAt(view: DataView, at: number, encoding: Encoding): number {
  const little = encoding.endian === 'little';
  return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little);
}

function need(count: number, at: number, end: number, tag?: number): void {
  if (end - at >= count) return;
  throw new DicomError(
    'truncated',
    `the file ends inside an element: ${count} bytes needed, ${end - at} left`,
    {
      tag,
      offset: at,
    },
  );
}

/** Reads the header of an element and finds the end of its value. */
function readElement(source: Source, at: number, end: number, encoding: Encoding, depth: number): Element {
  const { bytes, view } = source;
  const little = encoding.endian === 'little';
  need(8, at, end);
  const tag = tagAt(view, at, encoding);
  let vr: string;
  let valueStart = at + 8;
  let length: number;
  const written = encoding.vr === 'explicit' ? writtenVr(bytes, at + 4) : undefined;
  if (written === undefined) {
    vr = '';
    length = view.getUint32(at + 4, little);
    if (encoding.vr === 'explicit' && tag >>> 16 !== 0xfffe && length !== UNDEFINED) {
      length = lengthWithoutVr(view, at, end, encoding, tag, length);
    }
  } else if (longForm.has(written)) {
    need(12, at, end, tag);
    vr = written;
    length = view.getUint32(at + 8, little);
    valueStart = at + 12;
  } else {
    vr = written;
    length = view.getUint16(at + 6, little);
  }
  if (length !== UNDEFINED) {
    if (length > end - valueStart) {
      throw new DicomError(
        'truncated',
        `the value of ${length} bytes goes beyond the ${end - valueStart} that are left`,
        { tag, offset: at },
      );
    }
    return { tag, vr, start: at, valueStart, length, lengthIs: 'defined' };
  }
  const valueEnd = skipItems(source, valueStart, end, tag, contentOf(vr, tag, encoding), depth + 1);
  return { tag, vr, start: at, valueStart, length: valueEnd - valueStart, lengthIs: 'undefined' };
}

/**
 * Some writers put an implicit element among explicit ones, others blanks where the representation should be, with a
 * short length behind. The reading after which a higher tag follows is the right one.
 */
function lengthWithoutVr(
  view: DataView,
  at: number,
  end: number,
  encoding: Encoding,
  tag: number,
  implicitLength: number,
): number {
  const short = view.getUint16(at + 6, encoding.endian === 'little');
  const continues = (length: number): boolean => {
    const next = at + 8 + length;
    return next === end || (next + 8 <= end && tagAt(view, next, encoding) > tag);
  };
  return !continues(implicitLength) && continues(short) ? short : implicitLength;
}

/** What the items of an element of undefined length hold: fragments of pixels, or data sets. */
function contentOf(vr: string, tag: number, encoding: Encoding): Encoding | 'fragments' {
  if (tag === Tag.PixelData || vr === 'OB' || vr === 'OW') return 'fragments';
  // A sequence whose representation was not known to its writer is implicit little endian inside (PS3.5 6.2.2).
  return vr === 'UN' && encoding.vr === 'explicit' ? IMPLICIT_LITTLE : encoding;
}

/** @returns the offset after the sequence delimiter */
function skipItems(
  source: Source,
  from: number,
  end: number,
  tag: number,
  content: Encoding | 'fragments',
  depth: number,
): number {
  if (depth > MAX_DEPTH) {
    throw new DicomError('too-large', `sequences are nested deeper than ${MAX_DEPTH}`, { tag, offset: from });
  }
  const encoding = itemEncoding(source, from, end, content);
  const little = encoding.endian === 'little';
  let at = from;
  for (;;) {
    need(8, at, end, tag);
    const itemTag = tagAt(source.view, at, encoding);
    const length = source.view.getUint32(at + 4, little);
    at += 8;
    if (itemTag === Tag.SequenceDelimitationItem) return at;
    if (itemTag !== Tag.Item) {
      throw new DicomError('malformed', 'an item or the end of the sequence was expected', {
        tag,
        offset: at - 8,
      });
    }
    if (length !== UNDEFINED) {
      need(length, at, end, tag);
      at += length;
    } else if (content === 'fragments') {
      throw new DicomError('malformed', 'a fragment of undefined length', { tag, offset: at - 8 });
    } else {
      at = walkElements(source, at, end, encodingOfItem(source, at, end, encoding), depth, null);
    }
  }
}

/** Fragments and unknown sequences of a big endian data set may still be little endian. */
function itemEncoding(source: Source, at: number, end: number, content: Encoding | 'fragments'): Encoding {
  if (content !== 'fragments') {
    const other: Encoding = { ...content, endian: content.endian === 'little' ? 'big' : 'little' };
    if (
      end - at >= 4 &&
      tagAt(source.view, at, content) !== Tag.Item &&
      tagAt(source.view, at, other) === Tag.Item
    ) {
      return other;
    }
    return content;
  }
  const little = end - at < 4 || source.bytes[at] === 0xfe;
  return { vr: 'explicit', endian: little ? 'little' : 'big' };
}

/** The encoding of an item's own elements: sniffed where it should be implicit, since writers differ. */
function encodingOfItem(source: Source, at: number, end: number, encoding: Encoding): Encoding {
  if (encoding.vr === 'explicit' || end - at < 8) return encoding;
  const explicit = writtenVr(source.bytes, at + 4) !== undefined && source.bytes[at + 3] !== 0xe0;
  return explicit ? { ...encoding, vr: 'explicit' } : encoding;
}

/**
 * Walks elements until the end, or, inside an item of undefined length (depth > 0), until its delimiter.
 * @returns the offset after the last of them
 */
function walkElements(
  source: Source,
  from: number,
  end: number,
  encoding: Encoding,
  depth: number,
  into: Map<number, Element> | null,
): number {
  let at = from;
  let count = 0;
  let highest = -1;
  // Below this, what follows a stray item is taken for its content and not for the data set's own.
  let floor = -1;
  while (at < end) {
    if (depth === 0 && source.bytes[at] === 0 && source.bytes[at + 1] === 0)
      return endOfPadding(source.bytes, at);
    need(8, at, end);
    if (depth > 0 && tagAt(source.view, at, encoding) === Tag.ItemDelimitationItem) return at + 8;
    if (source.view.getUint16(at, encoding.endian === 'little') === 0xfffe) {
      at = strayDelimiter(source, at, end, encoding, depth);
      floor = highest;
      continue;
    }
    const element = readElement(source, at, end, encoding, depth);
    if (into && element.tag > floor) {
      highest = Math.max(highest, element.tag);
      if (++count > MAX_ELEMENTS) {
        throw new DicomError('too-large', `more than ${MAX_ELEMENTS} elements`, { offset: at });
      }
      if (!into.has(element.tag)) into.set(element.tag, element);
    }
    at = element.valueStart + element.length;
  }
  if (depth > 0)
    throw new DicomError('truncated', 'the file ends inside an item of a sequence', { offset: at });
  return at;
}

/**
 * An item outside its sequence, whose length some writer set to 0 or whose tag some anonymiser removed: it is stepped
 * over where it is the data set's own, since what follows is still in order.
 * @returns the offset behind it
 */
function strayDelimiter(source: Source, at: number, end: number, encoding: Encoding, depth: number): number {
  const tag = tagAt(source.view, at, encoding);
  const length = source.view.getUint32(at + 4, encoding.endian === 'little');
  if (depth > 0 || length > end - at - 8) {
    throw new DicomError('malformed', 'a delimiter where an element was expected', { tag, offset: at });
  }
  return at + 8 + length;
}

/** Some writers fill the file up to a block size with zeros; else group 0 has no place in a data set. */
function endOfPadding(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at++;
  if (at === bytes.length) return at;
  throw new DicomError('malformed', 'an element of group 0000, which is for commands', { offset: from });
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Reads the elements of a data set; sequences are stepped over, not opened.
 * @param start offset of the first element in the bytes
 * @throws DicomError 'truncated', 'malformed', 'too-large', with the tag and the byte
 */
export function readDataSet(bytes: Uint8Array, start: number, encoding: Encoding): DataSet {
  const source: Source = { bytes, view: viewOf(bytes) };
  const elements = new Map<number, Element>();
  walkElements(source, start, bytes.length, encoding, 0, elements);
  return { ...source, encoding, elements };
}

/**
 * Reads the file meta information: the elements of group 2, always explicit little endian (PS3.10 section 7.1).
 * The group length is not believed; the group ends where another begins.
 * @returns the elements and the offset of what follows
 */
export function readFileMeta(bytes: Uint8Array, start: number): { meta: DataSet; end: number } {
  const source: Source = { bytes, view: viewOf(bytes) };
  const elements = new Map<number, Element>();
  let at = start;
  while (bytes.length - at >= 8 && source.view.getUint16(at, true) === 2) {
    const element = readElement(source, at, bytes.length, EXPLICIT_LITTLE, 0);
    if (!elements.has(element.tag)) elements.set(element.tag, element);
    at = element.valueStart + element.length;
  }
  return { meta: { ...source, encoding: EXPLICIT_LITTLE, elements }, end: at };
}

/**
 * The first item of a sequence, as a data set, or null if there is none or it cannot be read: what is inside sequences
 * never decides whether a file is taken.
 */
export function firstItem(set: DataSet, tag: number): DataSet | null {
  const sequence = set.elements.get(tag);
  if (!sequence || sequence.length < 8) return null;
  const end = sequence.valueStart + sequence.length;
  const content = sequence.vr === 'UN' && set.encoding.vr === 'explicit' ? IMPLICIT_LITTLE : set.encoding;
  const encoding = itemEncoding(set, sequence.valueStart, end, content);
  if (tagAt(set.view, sequence.valueStart, encoding) !== Tag.Item) return null;
  const length = set.view.getUint32(sequence.valueStart + 4, encoding.endian === 'little');
  const start = sequence.valueStart + 8;
  const elements = new Map<number, Element>();
  const inner = encodingOfItem(set, start, end, encoding);
  try {
    if (length === UNDEFINED) walkElements(set, start, end, inner, 1, elements);
    else if (length > end - start) return null;
    else walkElements(set, start, start + length, inner, 0, elements);
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
  return { bytes: set.bytes, view: set.view, encoding: inner, elements };
}
