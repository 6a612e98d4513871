// A data set that is being made: elements in explicit little endian, sequences as their items (PS3.5 sections 7.1 and 7.5).
import { Tag } from '../tags.ts';
import { longForm } from '../written-vr.ts';
import { textVrs } from './dummies.ts';

export interface OutElement {
  readonly tag: number;
  readonly vr: string;
  /** Little endian; or the items of a sequence; or fragments with their delimiter, as they stand in the file. */
  readonly value: Uint8Array | OutItem[] | { readonly fragments: Uint8Array };
}

export type OutItem = OutElement[];

type Parts = Uint8Array[];

const UNDEFINED = 0xffffffff;

/** The bytes of elements, which are put in ascending order; values are not copied. */
export function writeElements(elements: readonly OutElement[]): Parts {
  const parts: Parts = [];
  for (const element of [...elements].sort((a, b) => a.tag - b.tag)) parts.push(...writeElement(element));
  return parts;
}

function writeElement({ tag, vr, value }: OutElement): Parts {
  if (value instanceof Uint8Array) return writeValue(tag, vr, value);
  if (!Array.isArray(value)) return [head(tag, vr, UNDEFINED), value.fragments];
  const items = value.flatMap((item) => {
    const content = writeElements(item);
    return [head(Tag.Item, null, lengthOf(content)), ...content];
  });
  return [head(tag, 'SQ', lengthOf(items)), ...items];
}

/** Padded to an even length; what is too long for the length field of its representation is UN (PS3.5 section 6.2.2). */
function writeValue(tag: number, vr: string, value: Uint8Array): Parts {
  const padding = value.length & 1;
  const written = value.length + padding > 0xffff && !longForm.has(vr) ? 'UN' : vr;
  const parts = [head(tag, written, value.length + padding), value];
  if (padding) parts.push(Uint8Array.of(textVrs.has(vr) && vr !== 'UI' ? 0x20 : 0));
  return parts;
}

/** @param vr null for an item, which has none */
function head(tag: number, vr: string | null, length: number): Uint8Array {
  const isLong = vr !== null && longForm.has(vr);
  const view = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  if (vr !== null) {
    view.setUint8(4, vr.charCodeAt(0));
    view.setUint8(5, vr.charCodeAt(1));
  }
  if (isLong) view.setUint32(8, length, true);
  else if (vr === null) view.setUint32(4, length, true);
  else view.setUint16(6, length, true);
  return new Uint8Array(view.buffer);
}

function lengthOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
