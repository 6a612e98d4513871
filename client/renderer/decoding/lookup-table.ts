// Modality and VOI look-up tables in the form in which they are applied to values.
import type { LookupTable } from '@strata/protocol/manifest';
import type { GreyValues } from './grey-pixels.ts';

export interface Table {
  /** The input that the first entry is for; lower ones take the first entry, higher ones the last. */
  readonly first: number;
  /** At least one. */
  readonly entries: Uint16Array;
  /** The greatest value that an entry can have. */
  readonly top: number;
}

/** What the outputs of a VOI LUT are spread over: it fits every array that modality values are kept in. */
export const voiTop = 32_767;

const unfolded = new WeakMap<LookupTable, Table | null>();

/** A table of the manifest, unfolded once; null when its entries cannot be read. */
export function tableOf(lut: LookupTable): Table | null {
  const known = unfolded.get(lut);
  if (known !== undefined) return known;
  const entries = entriesOf(lut.entries);
  const table = entries && entries.length > 0 ? { first: lut.first, entries, top: 2 ** lut.bits - 1 } : null;
  unfolded.set(lut, table);
  return table;
}

function entriesOf(base64: string): Uint16Array | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return Uint16Array.from(
      { length: bytes.length >> 1 },
      (_, at) => (bytes[at * 2] as number) | ((bytes[at * 2 + 1] as number) << 8),
    );
  } catch {
    return null;
  }
}

/** The outputs of a modality LUT for stored values (PS3.3 C.11.1). */
export function throughModality(pixels: ArrayLike<number>, table: Table): Uint16Array<ArrayBuffer> {
  const values = new Uint16Array(pixels.length);
  const { first, entries } = table;
  const last = entries.length - 1;
  for (let at = 0; at < values.length; at++) {
    values[at] = entries[Math.max(0, Math.min(last, (pixels[at] as number) - first))] as number;
  }
  return values;
}

/** The outputs of a VOI LUT for modality values (PS3.3 C.11.2), from 0 to `voiTop`, in an array of the same kind. */
export function throughVoi<Values extends GreyValues>(values: Values, table: Table): Values {
  const shown = values.slice() as Values;
  const { first, entries, top } = table;
  const last = entries.length - 1;
  const scaled = Uint16Array.from(entries, (entry) => Math.round((entry * voiTop) / top));
  for (let at = 0; at < shown.length; at++) {
    const entry = Math.round(values[at] as number) - first;
    shown[at] = scaled[Math.max(0, Math.min(last, entry))] as number;
  }
  return shown;
}

/** The inputs between which a table goes from dark to bright or back: those next to its ends that change nothing are left out. */
export function spanOf({ first, entries }: Table): readonly [number, number] {
  let low = 0;
  let high = entries.length - 1;
  while (low < high && entries[low + 1] === entries[0]) low++;
  while (high > low && entries[high - 1] === entries.at(-1)) high--;
  return [first + low, first + high];
}
