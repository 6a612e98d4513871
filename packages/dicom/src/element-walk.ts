// Walks over elements, items and sequences: where each value lies, whatever the headers claim (PS3.5 section 7).
import { DicomError } from './errors.ts';
import { MAX_DEPTH, MAX_ELEMENTS } from './limits.ts';
import { Tag } from './tags.ts';
import { type Encoding, IMPLICIT_LITTLE } from './transfer-syntax.ts';
import { longForm, writtenVr } from './written-vr.ts';

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

/** The length of a sequence or item that ends with a delimiter. */
export const UNDEFINED = 0xffffffff;

/** The bytes of a file or of an inflated data set. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** The tag at an offset that is known to be inside. */
export function tagAt(view: DataView, at: number, encoding: Encoding): number {
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
export function readElement(
  source: Source,
  at: number,
  end: number,
  encoding: Encoding,
  depth: number,
): Element {
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

/**
 * Some writers leave out the delimiter after the last fragment of pixels, where the file ends. Whether all frames are there
 * is for their decoder to say.
 * @returns the offset after the sequence delimiter
 */
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
  const mayEnd = tag === Tag.PixelData && depth === 1;
  let at = from;
  for (let items = 0; ; items++) {
    if (mayEnd && at === end && items > 1) return at;
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
export function itemEncoding(
  source: Source,
  at: number,
  end: number,
  content: Encoding | 'fragments',
): Encoding {
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
export function encodingOfItem(source: Source, at: number, end: number, encoding: Encoding): Encoding {
  if (encoding.vr === 'explicit' || end - at < 8) return encoding;
  const explicit = writtenVr(source.bytes, at + 4) !== undefined && source.bytes[at + 3] !== 0xe0;
  return explicit ? { ...encoding, vr: 'explicit' } : encoding;
}

/**
 * Walks elements until the end, or, inside an item of undefined length (depth > 0), until its delimiter.
 * @returns the offset after the last of them
 */
export function walkElements(
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
