// The window or VOI LUT of a presentation state (PS3.3 C.11.8): its first one.
import type { DicomJson } from '@strata/dicom/json/types';
import { items, numbersOf, textOf } from '@strata/dicom/saved/reading';
import type { LookupTable } from '@strata/protocol/manifest';
import type { StateWindow } from '@strata/protocol/saved-presentations';
import type { Note } from './named-images.ts';

/** @returns null when there is neither */
export function readStateWindow(item: DicomJson, note: Note): Omit<StateWindow, 'images'> | null {
  const centres = numbersOf(item, 'WindowCenter');
  const [centre] = centres;
  const [width] = numbersOf(item, 'WindowWidth');
  const voiFunction = textOf(item, 'VOILUTFunction').slice(0, 16);
  if (centre !== undefined && width !== undefined && width > 0) {
    if (centres.length > 1) note('of several windows the first is used');
    return { window: { centre, width }, voiFunction, lut: null };
  }
  const [table] = items(item, 'VOILUTSequence');
  const lut = table && readTable(table);
  if (table && !lut) note('its VOI LUT cannot be read');
  return lut ? { window: null, voiFunction: '', lut } : null;
}

/** A table of at most 16 bits; null for what is none. */
function readTable(item: DicomJson): LookupTable | null {
  const [counted, first, bits] = numbersOf(item, 'LUTDescriptor');
  if (counted === undefined || first === undefined || bits === undefined) return null;
  const count = counted === 0 ? 65_536 : counted;
  const isWhole = [count, first, bits].every(Number.isInteger);
  if (!isWhole || count < 1 || count > 65_536 || Math.abs(first) > 65_536 || bits < 1 || bits > 16)
    return null;
  const words = tableWords(item, count);
  if (!words) return null;
  const bytes = new Uint8Array(count * 2);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words.entries()) view.setUint16(at * 2, word, true);
  const explanation = textOf(item, 'LUTExplanation').slice(0, 64);
  return { first, count, bits, explanation, entries: Buffer.from(bytes).toString('base64') };
}

/** The entries, of one byte or of two each. */
function tableWords(item: DicomJson, count: number): number[] | null {
  const { InlineBinary } = item['00283006'] ?? {};
  if (typeof InlineBinary !== 'string') {
    const values = numbersOf(item, 'LUTData');
    return values.length === count && values.every(isWord) ? values : null;
  }
  const bytes = Buffer.from(InlineBinary, 'base64');
  if (bytes.length >= count * 2) return Array.from({ length: count }, (_, at) => bytes.readUInt16LE(at * 2));
  return bytes.length >= count ? [...bytes.subarray(0, count)] : null;
}

const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
