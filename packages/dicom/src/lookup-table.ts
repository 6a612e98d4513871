// The tables of modality and VOI LUT sequences, checked and in a form that can be written as JSON (PS3.3 C.11.1, C.11.2).
import type { DataSet } from './data-set.ts';
import { itemsOf } from './items.ts';
import { Tag } from './tags.ts';
import { code, integer, numbers, text, type Values, valueBytes } from './values.ts';

/** Can be written as JSON. */
export type LookupTable = {
  /** The input that the first entry is for; lower ones take the first entry, higher ones the last. */
  readonly first: number;
  /** Entries, 1 to MAX_LUT_ENTRIES. */
  readonly count: number;
  /** Outputs go from 0 to 2 ** bits - 1; 1 to 16. */
  readonly bits: number;
  /** For people: what the table is good for, '' when the file does not say. */
  readonly explanation: string;
  /** Base64 of the entries, 16 bits each, little endian. */
  readonly entries: string;
};

export type ModalityTable = LookupTable & {
  /** What the outputs are: HU, OD, US for unspecified, ... (PS3.3 C.11.1.1.2). */
  readonly type: string;
};

/** As many as a descriptor of 16 bits can name. */
export const MAX_LUT_ENTRIES = 65_536;
/** Entries of all VOI tables of an object together: manifests carry them. */
export const MAX_ENTRIES_IN_ALL = 131_072;
/** VOI tables of an object. */
export const MAX_VOI_LUTS = 32;

/** Tables, and why others are left out, for people. */
export interface FoundTables {
  readonly tables: readonly LookupTable[];
  readonly problems: readonly string[];
}

/** Reads the modality LUT; it takes stored values. Nothing is thrown. */
export function readModalityLut(values: Values): { table: ModalityTable | null; problems: string[] } {
  const [item] = itemsIn(values.set, Tag.ModalityLUTSequence);
  const inputs = integer(values, Tag.PixelRepresentation) === 1 ? 'signed' : 'unsigned';
  const found = item && readTable({ set: item, decode: values.decode }, inputs);
  if (!item || !found) return { table: null, problems: [] };
  if (typeof found === 'string') return { table: null, problems: [`modality LUT not applied: ${found}`] };
  const type = code({ set: item, decode: values.decode }, Tag.ModalityLUTType);
  return { table: { ...found, type }, problems: [] };
}

/**
 * Reads the VOI LUTs of a data set or of the item of a functional group. Nothing is thrown.
 * @param inputs of what sign modality values can be: decides how a first input of implicit representation is read
 */
export function readVoiLuts({ set, decode }: Values, inputs: 'signed' | 'unsigned'): FoundTables {
  const tables: LookupTable[] = [];
  const problems: string[] = [];
  let entries = 0;
  for (const item of itemsIn(set, Tag.VOILUTSequence)) {
    const found = readTable({ set: item, decode }, inputs);
    if (!found) continue;
    if (typeof found === 'string') problems.push(`VOI LUT not offered: ${found}`);
    else if (tables.length === MAX_VOI_LUTS || entries + found.count > MAX_ENTRIES_IN_ALL) {
      problems.push(`VOI LUTs not offered: more than ${MAX_VOI_LUTS}, or ${MAX_ENTRIES_IN_ALL} entries`);
      break;
    } else {
      tables.push(found);
      entries += found.count;
    }
  }
  return { tables, problems };
}

/** Of what sign the values before the VOI transformation can be (PS3.3 C.11.2.1.1). */
export function signOfModalityValues(
  values: Values,
  rescale: { readonly slope: number; readonly intercept: number } | null,
  hasModalityLut: boolean,
): 'signed' | 'unsigned' {
  if (hasModalityLut) return 'unsigned';
  const signed = integer(values, Tag.PixelRepresentation) === 1;
  const bits = integer(values, Tag.BitsStored) ?? 16;
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const greatest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  return Math.min(least * slope, greatest * slope) + intercept < 0 ? 'signed' : 'unsigned';
}

function* itemsIn(set: DataSet, tag: number): Generator<DataSet> {
  const sequence = set.elements.get(tag);
  if (sequence && sequence.length >= 8) yield* itemsOf(set, sequence);
}

/** @returns null for an empty item, which stands for no table; words when there is one that cannot be used */
function readTable(values: Values, inputs: 'signed' | 'unsigned'): LookupTable | string | null {
  const data = valueBytes(values.set, Tag.LUTData);
  const [entries, first, bits] = numbers(values, Tag.LUTDescriptor);
  if (entries === undefined && data.length === 0) return null;
  if (typeof entries !== 'number' || typeof first !== 'number' || typeof bits !== 'number') {
    return 'its descriptor is incomplete';
  }
  if (entries > MAX_LUT_ENTRIES) return `${entries} entries are above the limit of ${MAX_LUT_ENTRIES}`;
  // Signed representations show a count of 32768 and more as negative.
  const count = entries === 0 ? MAX_LUT_ENTRIES : entries < 0 ? entries + 65_536 : entries;
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) return 'its descriptor is garbage';
  if (bits < 1 || bits > 16 || !Number.isInteger(bits)) return `entries of ${bits} bits`;
  if (data.length < count) return `${count} entries announced, ${data.length} bytes there`;
  const words = entryWords(values.set, data, count);
  return {
    first: firstInput(first, inputs),
    count,
    bits: bitsOf(words, bits),
    explanation: text(values, Tag.LUTExplanation),
    entries: Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('base64'),
  };
}

/** Writers put 'US' or nothing where the standard wants 'SS': then -2048 stands there as 63488. */
function firstInput(first: number, inputs: 'signed' | 'unsigned'): number {
  return inputs === 'signed' && first >= 32_768 && first < 65_536 ? first - 65_536 : first;
}

/** Words, or bytes two to a word, which lie swapped in a big endian file. */
function entryWords({ encoding }: DataSet, data: Uint8Array, count: number): Uint16Array {
  const swapped = encoding.endian === 'big' ? 1 : 0;
  if (data.length < count * 2) {
    return Uint16Array.from({ length: count }, (_, at) => data[at ^ swapped] ?? data[at] ?? 0);
  }
  return Uint16Array.from(
    { length: count },
    (_, at) => (data[at * 2 + swapped] as number) | ((data[at * 2 + 1 - swapped] as number) << 8),
  );
}

/** As announced, unless an entry needs more. */
function bitsOf(words: Uint16Array, announced: number): number {
  let all = 0;
  for (const word of words) all |= word;
  return Math.max(announced, 32 - Math.clz32(all));
}

/** A table's entries for use. @throws never: what is no base64 gives fewer entries */
export function tableEntries({ entries }: LookupTable): Uint16Array {
  const bytes = Uint8Array.from(Buffer.from(entries, 'base64'));
  return new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
}
