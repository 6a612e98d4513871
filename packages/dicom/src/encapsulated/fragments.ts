// The items of encapsulated pixel data: the basic offset table and the fragments behind it (PS3.5 annex A.4).
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { DicomError } from '../errors.ts';
import { MAX_FRAGMENTS } from '../limits.ts';
import { Tag } from '../tags.ts';

export interface Fragments {
  /** Offsets of the frames' first fragments from the first fragment's item tag; empty when there are none. */
  readonly basicOffsets: readonly number[];
  readonly fragments: readonly Fragment[];
}

export interface Fragment {
  /** Offset of its item tag from that of the first fragment. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads the items of pixel data of undefined length, whose structure the element walk has checked.
 * @throws DicomError 'too-large' above MAX_FRAGMENTS
 */
export function readFragments(set: DataSet, element: Element): Fragments {
  const { bytes, view } = set;
  const end = element.valueStart + element.length;
  const items: { start: number; bytes: Uint8Array }[] = [];
  let at = element.valueStart;
  // Fragments are little endian also in what claims to be big endian.
  while (
    end - at >= 8 &&
    view.getUint16(at, true) === Tag.Item >>> 16 &&
    view.getUint16(at + 2, true) === 0xe000
  ) {
    const length = view.getUint32(at + 4, true);
    items.push({ start: at, bytes: bytes.subarray(at + 8, at + 8 + length) });
    if (items.length > MAX_FRAGMENTS) {
      throw new DicomError('too-large', `more than ${MAX_FRAGMENTS} fragments`, { tag: element.tag });
    }
    at += 8 + length;
  }
  const [table, ...rest] = items;
  const base = rest[0]?.start ?? 0;
  return {
    basicOffsets: table ? offsetsIn(table.bytes) : [],
    fragments: rest.map(({ start, bytes }) => ({ offset: start - base, bytes })),
  };
}

function offsetsIn(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return Array.from({ length: Math.floor(table.length / 4) }, (_, index) => view.getUint32(index * 4, true));
}

/** The offsets of an extended offset table, 64 bits each (PS3.3 C.7.6.3.1.8). */
export function extendedOffsets(value: Uint8Array): number[] {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const count = Math.floor(value.length / 8);
  return Array.from({ length: count }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}
