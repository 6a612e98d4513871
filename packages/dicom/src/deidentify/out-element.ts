// A data set that is being made: elements in explicit little endian, sequences as their items.
import { Tag } from '../tags.ts';
import { lengthOf, type Parts, writtenElement } from '../writing/explicit-little.ts';

export interface OutElement {
  readonly tag: number;
  readonly vr: string;
  /** Little endian; or the items of a sequence; or fragments with their delimiter, as they stand in the file. */
  readonly value: Uint8Array | OutItem[] | { readonly fragments: Uint8Array };
}

export type OutItem = OutElement[];

/** The bytes of elements, which are put in ascending order. */
export function writeElements(elements: readonly OutElement[]): Parts {
  const parts: Parts = [];
  for (const element of [...elements].sort((a, b) => a.tag - b.tag)) parts.push(...writeElement(element));
  return parts;
}

function writeElement({ tag, vr, value }: OutElement): Parts {
  if (value instanceof Uint8Array) return writtenElement(tag, vr, [value]);
  if (Array.isArray(value)) return writtenElement(tag, 'SQ', value.flatMap(writeItem));
  const head = new DataView(new ArrayBuffer(12));
  head.setUint16(0, tag >>> 16, true);
  head.setUint16(2, tag & 0xffff, true);
  head.setUint8(4, vr.charCodeAt(0));
  head.setUint8(5, vr.charCodeAt(1));
  head.setUint32(8, 0xffffffff, true);
  return [new Uint8Array(head.buffer), value.fragments];
}

function writeItem(item: OutItem): Parts {
  const content = writeElements(item);
  const head = new DataView(new ArrayBuffer(8));
  head.setUint16(0, Tag.Item >>> 16, true);
  head.setUint16(2, Tag.Item & 0xffff, true);
  head.setUint32(4, lengthOf(content), true);
  return [new Uint8Array(head.buffer), ...content];
}
