// A data set in explicit (or implicit) little endian, whatever it was written in: element by element, uninterpreted.
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { DicomError } from '../errors.ts';
import { readItems } from '../items.ts';
import { numberVrs, swapWords, wordSizes } from '../json/binary-vrs.ts';
import { effectiveVr, wordsOf } from '../json/effective-vr.ts';
import { MAX_DEPTH } from '../limits.ts';
import { Tag } from '../tags.ts';
import { longForm } from '../written-vr.ts';

/** Bytes to be written one after the other, uncopied where they can be. */
export type Parts = Uint8Array[];

/** The representations of values are written beside them, or known from the data dictionary. */
export type Target = 'explicit' | 'implicit';

/**
 * The elements of a data set in ascending order as they were read. Those of a data set that is in the target encoding are
 * the very bytes; of others, sequences get defined lengths and group lengths, which would be wrong, are left out.
 * @param leaveOut tags that are not written
 * @throws DicomError 'malformed' for a sequence that cannot be read and whose bytes cannot stay as they are
 */
export function littleEndian(set: DataSet, target: Target, leaveOut: (tag: number) => boolean): Parts {
  return elementsOf(set, target, leaveOut, 'US', 0);
}

function elementsOf(
  set: DataSet,
  target: Target,
  leaveOut: (tag: number) => boolean,
  above: 'US' | 'SS',
  depth: number,
): Parts {
  const { encoding, bytes } = set;
  const parts: Parts = [];
  const words = wordsOf(set, above);
  const asTheyAre = encoding.vr === target && encoding.endian === 'little';
  for (const element of set.elements.values()) {
    if (leaveOut(element.tag)) continue;
    if (asTheyAre) parts.push(bytes.subarray(element.start, element.valueStart + element.length));
    else if ((element.tag & 0xffff) !== 0) parts.push(...elementOf(set, target, element, words, depth));
  }
  return parts;
}

function elementOf(set: DataSet, target: Target, element: Element, words: 'US' | 'SS', depth: number): Parts {
  const vr = effectiveVr(element, words);
  if (vr === 'SQ') {
    try {
      return sequenceOf(set, target, element, words, depth);
    } catch (error) {
      // What is implicit little endian may stand as it is in a value of unknown representation (PS3.5 section 6.2.2).
      const unread = error instanceof DicomError && set.encoding.endian === 'little' && target === 'explicit';
      if (!unread || element.lengthIs === 'undefined') throw error;
      return elementIn(target, element.tag, 'UN', [valueBytesOf(set, element)]);
    }
  }
  const value = valueBytesOf(set, element);
  return elementIn(target, element.tag, vr, [
    set.encoding.endian === 'big' ? swapWords(value, wordSize(vr)) : value,
  ]);
}

/** Bytes that turn together. Attribute tags are pairs of words. */
export function wordSize(vr: string): number {
  return vr === 'AT' ? 2 : (numberVrs[vr]?.size ?? wordSizes[vr] ?? 1);
}

function valueBytesOf(set: DataSet, element: Element): Uint8Array {
  return set.bytes.subarray(element.valueStart, element.valueStart + element.length);
}

function sequenceOf(
  set: DataSet,
  target: Target,
  element: Element,
  words: 'US' | 'SS',
  depth: number,
): Parts {
  if (depth >= MAX_DEPTH) {
    throw new DicomError('too-large', `sequences are nested deeper than ${MAX_DEPTH}`, { tag: element.tag });
  }
  const items: Parts = [];
  for (const item of readItems(set, element)) {
    const content = elementsOf(item, target, () => false, words, depth + 1);
    items.push(...itemOf(content));
  }
  return elementIn(target, element.tag, 'SQ', items);
}

/** An item of a sequence, or a fragment. */
export function itemOf(content: Parts): Parts {
  return [elementHead('implicit', Tag.Item, '', lengthOf(content)), ...content];
}

/**
 * One element, padded to an even length. A value too long for its representation's length field is of unknown
 * representation (PS3.5 section 6.2.2).
 */
export function elementIn(target: Target, tag: number, vr: string, value: Parts): Parts {
  const length = lengthOf(value);
  const padded = length + (length & 1);
  const written = padded > 0xffff && !longForm.has(vr) ? 'UN' : vr;
  const parts = [elementHead(target, tag, written, padded), ...value];
  if (padded > length) parts.push(Uint8Array.of(paddedWithZero.has(vr) ? 0 : 0x20));
  return parts;
}

/** One element in explicit little endian, as `elementIn`. */
export function writtenElement(tag: number, vr: string, value: Parts): Parts {
  return elementIn('explicit', tag, vr, value);
}

/** Tag, representation and length of an element. @param length of its value, or 0xffffffff where a delimiter ends it */
export function elementHead(target: Target, tag: number, vr: string, length: number): Uint8Array {
  const isLong = target === 'explicit' && longForm.has(vr);
  const head = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  head.setUint16(0, tag >>> 16, true);
  head.setUint16(2, tag & 0xffff, true);
  if (target === 'explicit') {
    head.setUint8(4, vr.charCodeAt(0));
    head.setUint8(5, vr.charCodeAt(1));
  }
  if (target === 'implicit') head.setUint32(4, length, true);
  else if (isLong) head.setUint32(8, length, true);
  else head.setUint16(6, length, true);
  return new Uint8Array(head.buffer);
}

const paddedWithZero = new Set(['UI', 'OB', 'OW', 'UN', 'SQ', 'OF', 'OD', 'OL', 'OV']);

/** Bytes of all parts. */
export function lengthOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
