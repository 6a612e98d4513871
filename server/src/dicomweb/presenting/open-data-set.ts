// The elements of a Part 10 file in explicit little endian, as the gateway gives data sets.
import { type DataSet, readDataSet, readFileMeta } from '@strata/dicom/data-set';
import type { Element } from '@strata/dicom/element-walk';
import { itemsOf } from '@strata/dicom/items';
import { EXPLICIT_LITTLE } from '@strata/dicom/transfer-syntax';

const BEHIND_PREAMBLE = 132;

/** @throws DicomError */
export function openDataSet(file: Uint8Array): DataSet {
  // Of a Buffer, which shares memory where arrays copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  return readDataSet(bytes, readFileMeta(bytes, BEHIND_PREAMBLE).end, EXPLICIT_LITTLE);
}

/** One item of a sequence, from 0; null when there are not so many. */
export function itemAt(set: DataSet, sequence: Element | undefined, index: number): DataSet | null {
  if (!sequence) return null;
  let left = index;
  for (const item of itemsOf(set, sequence)) {
    if (left-- === 0) return item;
  }
  return null;
}
