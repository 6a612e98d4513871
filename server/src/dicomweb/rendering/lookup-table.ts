// Modality and VOI look-up tables of a data set (PS3.3 C.11.1 and C.11.2).
import { type DataSet, firstItem } from '@strata/dicom/data-set';
import { numbers, valueBytes, valuesOf } from '@strata/dicom/values';

export interface LookupTable {
  /** The input that the first entry is for; lower ones take the first entry, higher ones the last. */
  readonly first: number;
  readonly entries: Uint16Array;
  /** The greatest value that an entry may have. */
  readonly top: number;
}

export const MODALITY_LUT_SEQUENCE = 0x00283000;
export const VOI_LUT_SEQUENCE = 0x00283010;
const LUT_DESCRIPTOR = 0x00283002;
const LUT_DATA = 0x00283006;

/** The first table of the sequence; null when there is none or it contradicts itself. Never throws. */
export function readLookupTable(set: DataSet, sequence: number): LookupTable | null {
  const item = firstItem(set, sequence);
  if (!item) return null;
  const [count, first, bits] = numbers(valuesOf(item), LUT_DESCRIPTOR);
  if (typeof count !== 'number' || typeof first !== 'number' || typeof bits !== 'number') return null;
  const length = count === 0 ? 65_536 : count & 0xffff;
  const data = valueBytes(item, LUT_DATA);
  if (length < 1 || bits < 1 || bits > 16 || data.length < length) return null;
  const wide = data.length >= length * 2;
  const entries = Uint16Array.from({ length }, (_, entry) =>
    wide ? (data[entry * 2] as number) | ((data[entry * 2 + 1] as number) << 8) : (data[entry] as number),
  );
  return { first, entries, top: 2 ** bits - 1 };
}

export function lookUp({ first, entries }: LookupTable, value: number): number {
  const at = Math.max(0, Math.min(entries.length - 1, Math.round(value) - first));
  return entries[at] as number;
}
