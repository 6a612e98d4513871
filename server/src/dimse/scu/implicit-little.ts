// A data set in implicit little endian: for peers that take nothing but DICOM's default.
import type { DataSet } from '@strata/dicom/data-set';
import { itemsOf } from '@strata/dicom/items';
import { effectiveVr } from '@strata/dicom/json/effective-vr';

const ITEM = 0xfffee000;

/**
 * The elements of an explicit little endian data set, written anew without their representations. Sequences and items get
 * defined lengths; group lengths, which would be wrong, are left out. Values are not copied.
 */
export function implicitLittle(set: DataSet): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const element of set.elements.values()) {
    if ((element.tag & 0xffff) === 0) continue;
    if (effectiveVr(element, 'US') === 'SQ') {
      const items = [...itemsOf(set, element)].flatMap((item) => withHeader(ITEM, implicitLittle(item)));
      parts.push(...withHeader(element.tag, items));
    } else {
      const value = set.bytes.subarray(element.valueStart, element.valueStart + element.length);
      parts.push(...withHeader(element.tag, [value]));
    }
  }
  return parts;
}

function withHeader(tag: number, content: Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.writeUInt32LE(
    content.reduce((sum, part) => sum + part.length, 0),
    4,
  );
  return [header, ...content];
}
