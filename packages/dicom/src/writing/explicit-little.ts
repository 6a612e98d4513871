// A data set in explicit little endian, whatever it was written in: element by element, no value is interpreted.
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { DicomError } from '../errors.ts';
import { numberVrs, swapWords, wordSizes } from '../json/binary-vrs.ts';
import { effectiveVr, wordsOf } from '../json/effective-vr.ts';
import { MAX_DEPTH } from '../limits.ts';
import { Tag } from '../tags.ts';
import { longForm } from '../written-vr.ts';
import { readItems } from './read-items.ts';

/** Bytes to be written one after the other, uncopied where they can be. */
export type Parts = Uint8Array[];

/**
 * The elements of a data set in ascending order as they were read. Those of an explicit little endian data set are the
 * very bytes; of others, sequences get defined lengths and group lengths, which would be wrong, are left out.
 * @param leaveOut tags that are not written
 * @throws DicomError 'malformed' for a big endian sequence that cannot be read: its bytes cannot be turned
 */
export function explicitLittle(set: DataSet, leaveOut: (tag: number) => boolean): Parts {
  return elementsOf(set, leaveOut, 'US', 0);
}

function elementsOf(
  set: DataSet,
  leaveOut: (tag: number) => boolean,
  above: 'US' | 'SS',
  depth: number,
): Parts {
  const { encoding, bytes } = set;
  const parts: Parts = [];
  const words = wordsOf(set, above);
  const asTheyAre = encoding.vr === 'explicit' && encoding.endian === 'little';
  for (const element of set.elements.values()) {
    if (leaveOut(element.tag)) continue;
    if (asTheyAre) parts.push(bytes.subarray(element.start, element.valueStart + element.length));
    else if ((element.tag & 0xffff) !== 0) parts.push(...elementOf(set, element, words, depth));
  }
  return parts;
}

function elementOf(set: DataSet, element: Element, words: 'US' | 'SS', depth: number): Parts {
  const vr = effectiveVr(element, words);
  if (vr === 'SQ') {
    try {
      return sequenceOf(set, element, words, depth);
    } catch (error) {
      // What is implicit little endian may stand as it is in a value of unknown representation (PS3.5 section 6.2.2).
      const unread = error instanceof DicomError && set.encoding.endian === 'little';
      if (!unread || element.lengthIs === 'undefined') throw error;
      return writtenElement(element.tag, 'UN', [valueBytesOf(set, element)]);
    }
  }
  const value = valueBytesOf(set, element);
  return writtenElement(element.tag, vr, [
    set.encoding.endian === 'big' ? swapWords(value, wordSize(vr)) : value,
  ]);
}

/** Bytes that turn together. Attribute tags are pairs of words. */
function wordSize(vr: string): number {
  return vr === 'AT' ? 2 : (numberVrs[vr]?.size ?? wordSizes[vr] ?? 1);
}

function valueBytesOf(set: DataSet, element: Element): Uint8Array {
  return set.bytes.subarray(element.valueStart, element.valueStart + element.length);
}

function sequenceOf(set: DataSet, element: Element, words: 'US' | 'SS', depth: number): Parts {
  if (depth >= MAX_DEPTH) {
    throw new DicomError('too-large', `sequences are nested deeper than ${MAX_DEPTH}`, { tag: element.tag });
  }
  const items: Parts = [];
  for (const item of readItems(set, element)) {
    const content = elementsOf(item, () => false, words, depth + 1);
    items.push(...itemOf(content));
  }
  return writtenElement(element.tag, 'SQ', items);
}

function itemOf(content: Parts): Parts {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint16(0, Tag.Item >>> 16, true);
  head.setUint16(2, Tag.Item & 0xffff, true);
  head.setUint32(4, lengthOf(content), true);
  return [new Uint8Array(head.buffer), ...content];
}

/**
 * One element in explicit little endian, padded to an even length. A value too long for its representation's length
 * field is of unknown representation (PS3.5 section 6.2.2).
 */
export function writtenElement(tag: number, vr: string, value: Parts): Parts {
  const length = lengthOf(value);
  const padded = length + (length & 1);
  const written = padded > 0xffff && !longForm.has(vr) ? 'UN' : vr;
  const isLong = longForm.has(written);
  const head = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  head.setUint16(0, tag >>> 16, true);
  head.setUint16(2, tag & 0xffff, true);
  head.setUint8(4, written.charCodeAt(0));
  head.setUint8(5, written.charCodeAt(1));
  if (isLong) head.setUint32(8, padded, true);
  else head.setUint16(6, padded, true);
  const parts = [new Uint8Array(head.buffer), ...value];
  if (padded > length) parts.push(Uint8Array.of(paddedWithZero.has(vr) ? 0 : 0x20));
  return parts;
}

const paddedWithZero = new Set(['UI', 'OB', 'OW', 'UN', 'SQ', 'OF', 'OD', 'OL', 'OV']);

/** Bytes of all parts. */
export function lengthOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
