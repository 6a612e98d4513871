// Which attributes of an instance are kept beside it to be found and told: everything standard that is text, number, date
// or name, and small.
import { storable } from '../text.ts';
import { binaryVrs, levelOf, levels } from './attribute-levels.ts';
import type { DicomJson, DicomJsonElement } from './types.ts';

/** Characters of one value; longer attributes are left out, the stored object has them. */
const MAX_TEXT = 1024;
const MAX_VALUES = 64;
const MAX_ITEMS = 32;
export const MAX_DEPTH = 4;
/** Characters of all attributes of an instance together, as JSON. */
const MAX_ALL = 48 * 1024;
/** What every object has for each of its frames is no description of the object. */
const PER_FRAME = '52009230';

/**
 * The attributes that are kept: not the private ones, no bytes, no bulk data, no file meta information and no group
 * lengths; no attribute with a value above 1024 characters, with more than 64 values or 32 items, or deeper than 4
 * sequences. Together at most 48 Ki characters of JSON: attributes of patient, study and series first, then by tag.
 */
export function keptAttributes(json: DicomJson): DicomJson {
  const kept: DicomJson = {};
  for (const [tag, element] of Object.entries(json)) {
    if (tag === '00080005' || tag === PER_FRAME) continue;
    const found = keptElement(tag, element, 1);
    if (found) kept[tag] = found;
  }
  return JSON.stringify(kept).length <= MAX_ALL ? kept : mostImportant(kept);
}

function mostImportant(attributes: DicomJson): DicomJson {
  const kept: DicomJson = {};
  let left = MAX_ALL - 2;
  const ranked = Object.entries(attributes).map(([tag, element]) => ({
    rank: levels.indexOf(levelOf(tag)),
    tag,
    element,
  }));
  for (const { tag, element } of ranked.sort((a, b) => a.rank - b.rank || (a.tag < b.tag ? -1 : 1))) {
    const size = JSON.stringify(element).length + tag.length + 4;
    if (size > left) continue;
    left -= size;
    kept[tag] = element;
  }
  return kept;
}

function keptElement(
  tag: string,
  element: DicomJsonElement | undefined,
  depth: number,
): DicomJsonElement | null {
  if (!/^[0-9A-F]{3}[02468ACE][0-9A-F]{4}$/.test(tag) || tag.startsWith('0002') || tag.endsWith('0000'))
    return null;
  if (typeof element !== 'object' || element === null || !/^[A-Z]{2}$/.test(element.vr)) return null;
  const { vr, Value, InlineBinary, BulkDataURI } = element;
  if (binaryVrs.has(vr) || InlineBinary !== undefined || BulkDataURI !== undefined) return null;
  if (Value === undefined) return { vr };
  if (!Array.isArray(Value)) return null;
  if (vr === 'SQ') {
    if (depth >= MAX_DEPTH || Value.length > MAX_ITEMS) return null;
    return { vr, Value: Value.map((item) => keptItem(item, depth + 1)) };
  }
  if (Value.length > MAX_VALUES) return null;
  const values = Value.map((value) => keptValue(vr, value));
  return values.includes(undefined) ? null : { vr, Value: values };
}

function keptItem(item: unknown, depth: number): DicomJson {
  const kept: DicomJson = {};
  if (typeof item !== 'object' || item === null) return kept;
  for (const [tag, element] of Object.entries(item as DicomJson)) {
    const found = keptElement(tag, element, depth);
    if (found && tag !== '00080005') kept[tag] = found;
  }
  return kept;
}

/** The value as PostgreSQL takes it, or undefined when it is none of the model. */
function keptValue(vr: string, value: unknown): unknown {
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string') return value.length <= MAX_TEXT ? storable(value) : undefined;
  if (vr !== 'PN' || typeof value !== 'object') return undefined;
  const name: Record<string, string> = {};
  for (const group of ['Alphabetic', 'Ideographic', 'Phonetic']) {
    const text = (value as Record<string, unknown>)[group];
    if (typeof text === 'string' && text !== '') name[group] = storable(text.slice(0, MAX_TEXT));
  }
  return Object.keys(name).length > 0 ? name : null;
}
