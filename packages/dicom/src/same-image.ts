// Whether two files hold the same object in different encodings, as a router that decompresses or rewrites makes them.
import { pixelBytes } from '@strata/codec/format';
import type { DataSet } from './data-set.ts';
import type { Element } from './element-walk.ts';
import { DicomError } from './errors.ts';
import { nativeFrames } from './image/frames.ts';
import { openImage } from './image/open-image.ts';
import { readItems } from './items.ts';
import { swapWords } from './json/binary-vrs.ts';
import { effectiveVr, wordsOf } from './json/effective-vr.ts';
import { elementBytes } from './json/read-value.ts';
import { MAX_DEPTH } from './limits.ts';
import { type DicomFile, readPart10 } from './part10.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { Tag } from './tags.ts';
import { wordSize } from './writing/explicit-little.ts';
import { hasBitsBeside, straightValue } from './writing/straight-value.ts';

const PLANAR_CONFIGURATION = 0x00280006;
const DATA_SET_TRAILING_PADDING = 0xfffcfffc;
/** Elements that say how the object is written and not what it is; pixels are compared as samples. */
const aboutWriting: ReadonlySet<number> = new Set([
  Tag.PixelData,
  Tag.ExtendedOffsetTable,
  Tag.ExtendedOffsetTableLengths,
  PLANAR_CONFIGURATION,
  DATA_SET_TRAILING_PADDING,
]);

const DERIVATION_DESCRIPTION = 0x00082111;
const DERIVATION_CODE_SEQUENCE = 0x00089215;
const CODE_VALUE = 0x00080100;
/** 'Full fidelity image': what a derivation that lost nothing is called (PS3.16 CID 7203). */
const FULL_FIDELITY = '121327';

/** Values whose spaces and zeros at the end say nothing (PS3.5 section 6.2). */
const text = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));

/**
 * Compares two files: every element that is not about the encoding has the same value, in sequences too, and every sample
 * of every frame is the same. Only what is uncompressed, or was compressed so that nothing was lost, can be the same;
 * where anything is in doubt, the files are different.
 */
export async function sameImage(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  try {
    const [a, b] = [await uncompressed(one), await uncompressed(other)];
    if (a === null || b === null) return false;
    const leftOut = new Set([...aboutWriting, ...compressionNotes(a.dataSet, b.dataSet)]);
    return samePixels(a, b) && sameElements(a.dataSet, b.dataSet, leftOut, 'US', 0);
  } catch (error) {
    // Sequences and pixels that cannot be read prove nothing.
    if (error instanceof DicomError || (error instanceof Error && error.name === 'DecodeError')) return false;
    throw error;
  }
}

/** The object with native pixels, or without any; null when it has others. */
async function uncompressed(bytes: Uint8Array): Promise<DicomFile | null> {
  const { file } = await openImage(readPart10(bytes));
  const { source } = file;
  const plain = source.kind === 'native' || (source.kind === 'none' && source.reason === null);
  return plain ? file : null;
}

/** Notes of a lossless compression that only one of the two has: compressors leave them, decompressors may forget them. */
function compressionNotes(a: DataSet, b: DataSet): number[] {
  return [DERIVATION_DESCRIPTION, DERIVATION_CODE_SEQUENCE].filter((tag) => {
    const [only, other] = a.elements.has(tag) ? [a, b] : [b, a];
    const element = only.elements.get(tag);
    return element !== undefined && !other.elements.has(tag) && isCompressionNote(only, element);
  });
}

function isCompressionNote(set: DataSet, element: Element): boolean {
  if (element.tag === DERIVATION_DESCRIPTION) return /^lossless .*compression/i.test(textIn(set, element));
  const items = [...readItems(set, element)];
  return items.every((item) => {
    const code = item.elements.get(CODE_VALUE);
    return code !== undefined && textIn(item, code) === FULL_FIDELITY;
  });
}

function textIn(set: DataSet, element: Element): string {
  return Buffer.from(trimmed(elementBytes(set, element))).toString('latin1');
}

function samePixels(a: DicomFile, b: DicomFile): boolean {
  if (a.pixels === null || b.pixels === null) return a.pixels === b.pixels;
  if (sameLayout(a.pixels, b.pixels) && sameBytes(straightValue(a.pixels), straightValue(b.pixels)))
    return true;
  // Samples may be the same in another order of planes, or with another extension of their sign.
  if (hasBitsBeside(a.pixels) || hasBitsBeside(b.pixels)) return false;
  const [left, right] = [nativeFrames(a), nativeFrames(b)];
  if (!left || !right || left.count !== right.count) return false;
  if (!sameFields(left.format, right.format)) return false;
  for (let index = 0; index < left.count; index++) {
    if (!sameBytes(pixelBytes(left.frame(index)), pixelBytes(right.frame(index)))) return false;
  }
  return true;
}

function sameLayout(a: PixelLayout, b: PixelLayout): boolean {
  const { arrangement, bitsAllocated, shift, frames, format } = a;
  return (
    arrangement === b.arrangement &&
    bitsAllocated === b.bitsAllocated &&
    shift === b.shift &&
    frames === b.frames &&
    sameFields(format, b.format)
  );
}

function sameFields(a: object, b: object): boolean {
  const fields = (of: object) => JSON.stringify(Object.entries(of).sort());
  return fields(a) === fields(b);
}

function sameElements(
  a: DataSet,
  b: DataSet,
  leftOut: ReadonlySet<number>,
  above: 'US' | 'SS',
  depth: number,
): boolean {
  if (depth > MAX_DEPTH) return false;
  const [left, right] = [tagsOf(a, leftOut), tagsOf(b, leftOut)];
  if (left.length !== right.length) return false;
  const [wordsA, wordsB] = [wordsOf(a, above), wordsOf(b, above)];
  return left.every((tag, at) => {
    const [elementA, elementB] = [a.elements.get(tag), b.elements.get(tag)];
    if (right[at] !== tag || !elementA || !elementB) return false;
    const [vrA, vrB] = [effectiveVr(elementA, wordsA), effectiveVr(elementB, wordsB)];
    if (vrA === 'SQ' || vrB === 'SQ') {
      return vrA === vrB && sameItems(a, elementA, b, elementB, wordsA, depth);
    }
    return sameValues(a, elementA, vrA, b, elementB, vrB);
  });
}

/** Without group lengths, which change with everything else. */
function tagsOf(set: DataSet, leftOut: ReadonlySet<number>): number[] {
  return [...set.elements.keys()]
    .filter((tag) => (tag & 0xffff) !== 0 && !leftOut.has(tag))
    .sort((x, y) => x - y);
}

function sameItems(
  a: DataSet,
  elementA: Element,
  b: DataSet,
  elementB: Element,
  words: 'US' | 'SS',
  depth: number,
): boolean {
  const [left, right] = [[...readItems(a, elementA)], [...readItems(b, elementB)]];
  if (left.length !== right.length) return false;
  return left.every((item, at) => {
    const other = right[at];
    return other !== undefined && sameElements(item, other, nothing, words, depth + 1);
  });
}

const nothing: ReadonlySet<number> = new Set();

function sameValues(
  a: DataSet,
  elementA: Element,
  vrA: string,
  b: DataSet,
  elementB: Element,
  vrB: string,
): boolean {
  if (!sameRepresentation(vrA, vrB)) return false;
  const isText = text.has(vrA) || text.has(vrB);
  const left = valueIn(a, elementA, vrA === 'UN' ? vrB : vrA);
  const right = valueIn(b, elementB, vrB === 'UN' ? vrA : vrB);
  return isText ? sameBytes(trimmed(left), trimmed(right)) : sameBytes(left, right);
}

/** Implicit encodings do not tell these from each other; of what is unknown, the bytes decide. */
const words = new Set(['US', 'SS', 'OB', 'OW']);

function sameRepresentation(a: string, b: string): boolean {
  return a === b || a === 'UN' || b === 'UN' || (words.has(a) && words.has(b));
}

/** In little endian. */
function valueIn(set: DataSet, element: Element, vr: string): Uint8Array {
  const bytes = elementBytes(set, element);
  const swapped = set.encoding.endian === 'big' && element.vr !== 'UN';
  return swapped ? swapWords(bytes, wordSize(vr)) : bytes;
}

function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end -= 1;
  return bytes.subarray(0, end);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
