// A data set in the DICOM JSON model (PS3.18 annex F).
import { type TextDecoding, textDecoding } from '../charset.ts';
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { itemsOf } from '../items.ts';
import { MAX_DEPTH } from '../limits.ts';
import { Tag } from '../tags.ts';
import { wordSizes } from './binary-vrs.ts';
import { effectiveVr, wordsOf } from './effective-vr.ts';
import { elementBytes, littleBytes, readValues, tagKey } from './read-value.ts';
import type { DicomJson, DicomJsonElement } from './types.ts';

export interface ReadJsonOptions {
  /** Bytes up to which a value stands in the JSON itself; longer ones are bulk data. Pixel data always is. */
  readonly maxInline: number;
  /**
   * Where the bulk data of an element can be fetched. The path is its tag, behind those of the sequences around it with
   * the numbers of their items from 0: `00880200/0/7FE00010`. Without this function bulk data is left out.
   */
  readonly bulkDataUri?: (tagPath: string) => string;
  /** Elements to leave out, at any depth: for those who need only some. */
  readonly leaveOut?: (tag: number, vr: string, length: number) => boolean;
}

/** What is not bulk data however long it is (PS3.18 table F.2.3-1 gives the others). */
const neverBulk = new Set('AE AS AT CS DA DT LO PN SH TM UI SQ'.split(' '));
const pixels: ReadonlySet<number> = new Set([Tag.FloatPixelData, Tag.DoubleFloatPixelData, Tag.PixelData]);

/** What items take over from the data set around them. */
interface Context {
  readonly options: ReadJsonOptions;
  readonly decode: TextDecoding;
  readonly words: 'US' | 'SS';
  readonly path: string;
  readonly depth: number;
}

/**
 * The attributes of a data set: text as UTF-8, numbers as numbers, names by component groups, items of sequences (those
 * that can be read), private elements as they are known. Group lengths and padding are left out; the character set is
 * said to be what it is now. Values that are not what their representation demands stay as strings. Never throws for what
 * is inside the data set.
 */
export function toDicomJson(set: DataSet, options: ReadJsonOptions): DicomJson {
  return readSet(set, { options, decode: textDecoding(['']), words: 'US', path: '', depth: 0 });
}

function readSet(set: DataSet, above: Context): DicomJson {
  const terms = set.elements.get(Tag.SpecificCharacterSet);
  const decode = terms ? textDecoding(latin(elementBytes(set, terms)).split('\\')) : above.decode;
  const context = { ...above, decode, words: wordsOf(set, above.words) };
  const json: DicomJson = {};
  for (const tag of [...set.elements.keys()].sort((a, b) => a - b)) {
    const element = set.elements.get(tag);
    if (!element || (tag & 0xffff) === 0 || tag === Tag.DataSetTrailingPadding) continue;
    const read = readOne(set, element, context);
    if (read) json[tagKey(tag)] = read;
  }
  return json;
}

function readOne(set: DataSet, element: Element, context: Context): DicomJsonElement | null {
  const { tag, length } = element;
  const { options } = context;
  const vr = effectiveVr(element, context.words);
  if (options.leaveOut?.(tag, vr, length)) return null;
  if (tag === Tag.SpecificCharacterSet) return { vr: 'CS', Value: ['ISO_IR 192'] };
  if (vr === 'SQ') return readSequence(set, element, context);
  const fragments = element.lengthIs === 'undefined';
  const long = fragments || (length > options.maxInline && !neverBulk.has(vr));
  if (long || (pixels.has(tag) && length > 0)) {
    return options.bulkDataUri ? { vr, BulkDataURI: options.bulkDataUri(context.path + tagKey(tag)) } : null;
  }
  if (length === 0) return { vr };
  if (wordSizes[vr] !== undefined) {
    return { vr, InlineBinary: Buffer.from(littleBytes(set, element, vr)).toString('base64') };
  }
  const Value = readValues(set, element, vr, context.decode);
  return Value.length > 0 ? { vr, Value } : { vr };
}

function readSequence(set: DataSet, element: Element, context: Context): DicomJsonElement {
  const Value: DicomJson[] = [];
  const path = `${context.path}${tagKey(element.tag)}/`;
  if (context.depth < MAX_DEPTH) {
    for (const item of itemsOf(set, element)) {
      Value.push(readSet(item, { ...context, path: `${path}${Value.length}/`, depth: context.depth + 1 }));
    }
  }
  return Value.length > 0 ? { vr: 'SQ', Value } : { vr: 'SQ' };
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 1024));
}
