// Look-up tables as a rendering uses them.
import { type LookupTable as ReadTable, tableEntries } from '@strata/dicom/lookup-table';

export interface LookupTable {
  /** The input that the first entry is for; lower ones take the first entry, higher ones the last. */
  readonly first: number;
  readonly entries: Uint16Array;
  /** The greatest value that an entry may have. */
  readonly top: number;
}

/** A table of a data set, unfolded. */
export function unfolded(table: ReadTable): LookupTable {
  return { first: table.first, entries: tableEntries(table), top: 2 ** table.bits - 1 };
}

export function lookUp({ first, entries }: LookupTable, value: number): number {
  const at = Math.max(0, Math.min(entries.length - 1, Math.round(value) - first));
  return entries[at] as number;
}
