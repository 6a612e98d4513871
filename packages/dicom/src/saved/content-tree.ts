// The content tree of a structured report as it is read: bounded, and believed only where it makes sense.
import type { DicomJson } from '../json/types.ts';
import { type Code, readCode } from './codes.ts';
import { items, numberOf, numbersOf, textOf } from './reading.ts';

/** Content items of a document, and how deep they are read; real documents stay below a few thousand and ten. */
const MAX_ITEMS = 20_000;
const MAX_DEPTH = 16;
const MAX_WORDS = 400;

/** A content item. */
export interface ContentItem {
  readonly type: string;
  readonly relationship: string;
  readonly name: Code | null;
  readonly json: DicomJson;
  readonly children: readonly ContentItem[];
}

export interface ContentTree {
  readonly root: ContentItem;
  /** Whether items were left out because there are too many of them, or too deep. */
  readonly cut: boolean;
}

/** Reads the tree. */
export function contentTree(object: DicomJson): ContentTree {
  const counted = { items: 0, cut: false };
  return { root: readItem(object, 0, counted), cut: counted.cut };
}

function readItem(json: DicomJson, depth: number, counted: { items: number; cut: boolean }): ContentItem {
  const children: ContentItem[] = [];
  for (const child of items(json, 'ContentSequence')) {
    if (depth >= MAX_DEPTH || ++counted.items > MAX_ITEMS) {
      counted.cut = true;
      break;
    }
    children.push(readItem(child, depth + 1, counted));
  }
  return {
    type: textOf(json, 'ValueType').trim().toUpperCase(),
    relationship: textOf(json, 'RelationshipType').trim().toUpperCase(),
    name: readCode(json, 'ConceptNameCodeSequence'),
    json,
    children,
  };
}

/** A number with its unit; null for an item that has none. */
export function measuredValue({ json }: ContentItem): { value: number; unit: Code | null } | null {
  const [measured] = items(json, 'MeasuredValueSequence');
  if (!measured) return null;
  const value = numberOf(measured, 'FloatingPointValue') ?? numberOf(measured, 'NumericValue');
  return value === null ? null : { value, unit: readCode(measured, 'MeasurementUnitsCodeSequence') };
}

/** The image that an item names. @param more whether it names more than one frame of it */
export interface NamedImage {
  readonly sopInstanceUid: string;
  readonly frame: number;
  readonly more: boolean;
}

/** The image of an IMAGE item; null when it names none. */
export function namedImage({ json }: ContentItem): NamedImage | null {
  const [reference] = items(json, 'ReferencedSOPSequence');
  if (!reference) return null;
  const sopInstanceUid = textOf(reference, 'ReferencedSOPInstanceUID');
  if (!/^[0-9A-Za-z._-]{1,64}$/.test(sopInstanceUid)) return null;
  const frames = numbersOf(reference, 'ReferencedFrameNumber').filter(
    (frame) => Number.isInteger(frame) && frame >= 1 && frame <= 0xffff_ffff,
  );
  return { sopInstanceUid, frame: frames[0] ?? 1, more: frames.length > 1 };
}

/** What an item says, in a line: of a text, a code, a name, a number. '' for what has no words. */
export function wordsOf(item: ContentItem): string {
  const { json, type } = item;
  if (type === 'CODE') return oneLine(readCode(json, 'ConceptCodeSequence')?.meaning ?? '');
  if (type === 'PNAME') return oneLine(textOf(json, 'PersonName'));
  if (type !== 'NUM') return oneLine(textOf(json, 'TextValue'));
  const measured = measuredValue(item);
  return measured ? oneLine(`${measured.value} ${measured.unit?.meaning ?? ''}`) : '';
}

/** Text in one line, not too long. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_WORDS)
    .toWellFormed();
}
