// The elements of a data set, of an item of a sequence, and of the file meta information, by their tags.
import {
  type Element,
  encodingOfItem,
  itemEncoding,
  readElement,
  type Source,
  tagAt,
  UNDEFINED,
  walkElements,
} from './element-walk.ts';
import { DicomError } from './errors.ts';
import { Tag } from './tags.ts';
import { type Encoding, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts';

/** The elements of a data set or of an item of a sequence, by tag; of a tag that comes twice, the first. */
export interface DataSet {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly encoding: Encoding;
  readonly elements: ReadonlyMap<number, Element>;
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
