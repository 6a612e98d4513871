// Goes through a data set and makes another one in which every attribute is what the profile and its options leave of it.
import { type TextDecoding, textDecoding } from '../charset.ts';
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { DicomError } from '../errors.ts';
import { readItems } from '../items.ts';
import { numberVrs, swapWords, wordSizes } from '../json/binary-vrs.ts';
import { effectiveVr, wordsOf } from '../json/effective-vr.ts';
import { elementBytes } from '../json/read-value.ts';
import { MAX_DEPTH } from '../limits.ts';
import { dictionaryVr, Tag } from '../tags.ts';
import { type Cleaning, cleanValue, type Found, keptValue } from './clean-value.ts';
import { textVrs } from './dummies.ts';
import type { OutElement, OutItem } from './out-element.ts';
import type { Why } from './report.ts';
import { isSafePrivate } from './safe-private.ts';

/** How the attributes of a data set are taken. */
export type Mode =
  /** As the profile says; what it does not list stays. */
  | 'profile'
  /** As the profile says; what it does not list becomes a dummy: inside a sequence that is to be a dummy. */
  | 'dummies';

/** What items take over from the data set around them. */
export interface Around {
  readonly decode: TextDecoding;
  readonly words: 'US' | 'SS';
  readonly depth: number;
}

export const OUTERMOST: Around = { decode: textDecoding(['']), words: 'US', depth: 0 };

/**
 * The cleaned elements of a data set.
 * @param leaveOut tags that the caller sees to
 * @throws DicomError 'too-large' for sequences nested too deep
 */
export function cleanSet(
  set: DataSet,
  cleaning: Cleaning,
  mode: Mode,
  above: Around,
  leaveOut: (tag: number) => boolean = () => false,
): OutItem {
  if (above.depth > MAX_DEPTH)
    throw new DicomError('too-large', `sequences are nested deeper than ${MAX_DEPTH}`);
  const terms = set.elements.get(Tag.SpecificCharacterSet);
  const decode = terms ? textDecoding(asciiTerms(elementBytes(set, terms))) : above.decode;
  const here: Around = { decode, words: wordsOf(set, above.words), depth: above.depth };
  const out: OutItem = [];
  for (const element of set.elements.values()) {
    const { tag } = element;
    // Group lengths would be wrong; groups below 8 belong to messages and files and not to a data set.
    if ((tag & 0xffff) === 0 || tag >>> 16 < 8 || leaveOut(tag)) continue;
    const cleaned = cleanElement(set, element, cleaning, mode, here);
    if (cleaned) out.push(cleaned);
  }
  return withCreators(out, set, here);
}

function asciiTerms(bytes: Uint8Array): string[] {
  return String.fromCharCode(...bytes.subarray(0, 1024)).split('\\');
}

function cleanElement(
  set: DataSet,
  element: Element,
  cleaning: Cleaning,
  mode: Mode,
  here: Around,
): OutElement | null {
  const { tag } = element;
  const vr = vrOf(element, here.words);
  const drop = (why: Why): null => {
    cleaning.tally.add(tag, 'removed', why);
    return null;
  };
  const isPrivate = ((tag >>> 16) & 1) === 1;
  if (isPrivate && !keepsPrivate(set, tag, cleaning, here)) return isCreator(tag) ? null : drop('private');
  if (isPrivate && isCreator(tag)) return null;
  const found: Found = {
    ...{ tag, vr, isPrivate, decode: here.decode },
    bytes: () => littleValue(set, element, vr),
    length: element.length,
    mimeType: () => asciiTerms(elementBytes(set, set.elements.get(MIME_TYPE) ?? element))[0] ?? '',
    isKnown: isPrivate || dictionaryVr(tag) !== 'UN',
  };
  if (vr !== 'SQ') {
    // Fragments are pixels, which the caller takes; elsewhere nobody can say what they hold.
    if (element.lengthIs === 'undefined') return drop('unreadable');
    return cleanValue(found, cleaning, mode);
  }
  const kept = keptValue(found, cleaning, mode);
  if (kept === null || kept === 'empty') return kept && { tag, vr, value: [] };
  try {
    const items: OutItem[] = [];
    for (const item of readItems(set, element)) {
      const content = cleanSet(item, cleaning, kept, { ...here, depth: here.depth + 1 });
      items.push(content);
      if (kept === 'dummies') break;
    }
    return { tag, vr, value: items };
  } catch (error) {
    if (error instanceof DicomError && error.code !== 'too-large') return drop('unreadable');
    throw error;
  }
}

const MIME_TYPE = 0x00420012;

/** What the value is, whatever its writer called it: what should be text is looked at as text. */
function vrOf(element: Element, words: 'US' | 'SS'): string {
  const vr = effectiveVr(element, words);
  if (textVrs.has(vr) || vr === 'SQ') return vr;
  const listed = dictionaryVr(element.tag);
  return listed === 'SQ' || textVrs.has(listed) ? listed : vr;
}

function littleValue(set: DataSet, element: Element, vr: string): Uint8Array {
  const bytes = elementBytes(set, element);
  if (set.encoding.endian === 'little' || element.vr === 'UN') return bytes;
  return swapWords(bytes, vr === 'AT' ? 2 : (numberVrs[vr]?.size ?? wordSizes[vr] ?? 1));
}

function isCreator(tag: number): boolean {
  const element = tag & 0xffff;
  return element >= 0x10 && element <= 0xff;
}

function creatorOf(set: DataSet, tag: number, { decode }: Around): string {
  const creator = set.elements.get(((tag >>> 16) << 16) + ((tag >>> 8) & 0xff));
  return creator && creator.lengthIs === 'defined' ? decode(elementBytes(set, creator)).trim() : '';
}

function keepsPrivate(set: DataSet, tag: number, { options }: Cleaning, here: Around): boolean {
  return options.retainSafePrivate && isSafePrivate(tag, creatorOf(set, tag, here));
}

/** The creators of the private attributes that stayed. */
function withCreators(out: OutItem, set: DataSet, here: Around): OutItem {
  const creators = new Map<number, OutElement>();
  for (const { tag } of out) {
    if (((tag >>> 16) & 1) === 0) continue;
    const creator = ((tag >>> 16) << 16) + ((tag >>> 8) & 0xff);
    const value = new TextEncoder().encode(creatorOf(set, tag, here));
    creators.set(creator, { tag: creator, vr: 'LO', value });
  }
  return creators.size > 0 ? [...out, ...creators.values()] : out;
}
