// The colour table of a PALETTE COLOR image as bytes (PS3.3 C.7.6.3.1.5 and C.7.9.2).
import { Tag } from './tags.ts';
import { numbers, type Values, valueBytes } from './values.ts';

export interface Palette {
  /** The pixel value that the first entry is for; lower values take the first entry, higher ones the last. */
  readonly first: number;
  /** Entries, 1 to 65536. */
  readonly count: number;
  /** Base64 of red, green, blue, 8 bits each, for every entry. */
  readonly rgb: string;
}

/** Red, green and blue follow each other in the dictionary: descriptors, data and segmented data alike. */
const COLOURS = [0, 1, 2] as const;

/** @returns the table with 8 bits a colour, or null when it is missing or contradicts itself */
export function readPalette(values: Values): Palette | null {
  const [entries, firstMapped, bits] = descriptor(values);
  if (entries === null || firstMapped === null || bits === null) return null;
  const count = entries === 0 ? 65_536 : entries & 0xffff;
  const planes = COLOURS.map((colour) => colourPlane(values, colour, count, bits));
  const [red, green, blue] = planes;
  if (!red || !green || !blue) return null;
  const rgb = new Uint8Array(count * 3);
  for (let entry = 0; entry < count; entry++) {
    rgb[entry * 3] = red[entry] as number;
    rgb[entry * 3 + 1] = green[entry] as number;
    rgb[entry * 3 + 2] = blue[entry] as number;
  }
  return { first: firstMapped, count, rgb: Buffer.from(rgb).toString('base64') };
}

function descriptor(values: Values): [number | null, number | null, number | null] {
  const [entries, first, bits] = numbers(values, Tag.RedPaletteColorLookupTableDescriptor);
  return [entries ?? null, first ?? null, bits ?? null];
}

function colourPlane(values: Values, colour: number, count: number, bits: number): Uint8Array | null {
  const table = valueBytes(values.set, Tag.RedPaletteColorLookupTableData + colour);
  if (table.length > 0) return plainPlane(values, table, count, bits);
  const segments = valueBytes(values.set, Tag.SegmentedRedPaletteColorLookupTableData + colour);
  return segments.length > 0 ? expandSegments(wordsOf(values, segments), count, bits) : null;
}

function wordsOf(values: Values, bytes: Uint8Array): Uint16Array {
  const words = new Uint16Array(bytes.length >> 1);
  const high = values.set.encoding.endian === 'little' ? 1 : 0;
  for (let at = 0; at < words.length; at++) {
    words[at] = ((bytes[at * 2 + high] as number) << 8) | (bytes[at * 2 + 1 - high] as number);
  }
  return words;
}

function plainPlane(values: Values, table: Uint8Array, count: number, bits: number): Uint8Array | null {
  if (table.length < count) return null;
  // Entries of 8 bits come two to a word; in a big endian file the words are swapped.
  if (table.length < count * 2) {
    if (values.set.encoding.endian === 'little') return table.slice(0, count);
    return Uint8Array.from({ length: count }, (_, entry) => table[entry ^ 1] ?? table[entry] ?? 0);
  }
  return highBytes(wordsOf(values, table).subarray(0, count), bits);
}

/** The upper 8 bits; tables said to have 16 bits that fill only the lower 8 are taken for what they are. */
function highBytes(words: Uint16Array, bits: number): Uint8Array {
  const low = bits <= 8 || words.every((word) => word < 256);
  return Uint8Array.from(words, low ? (word) => word & 0xff : (word) => word >> 8);
}

/** More segments than a table can have entries; each indirect one costs again what it points to. */
const MAX_SEGMENTS = 65_536;

/** Discrete, linear and indirect segments (PS3.3 C.7.9.2). */
function expandSegments(words: Uint16Array, count: number, bits: number): Uint8Array | null {
  const out = new Uint16Array(count);
  let filled = 0;
  let budget = MAX_SEGMENTS;
  const run = (from: number, limit: number, nesting: 'top' | 'indirect'): boolean => {
    let at = from;
    for (let segment = 0; at + 1 < words.length && segment < limit && filled < count; segment++) {
      if (--budget < 0) return false;
      const kind = words[at] as number;
      const length = words[at + 1] as number;
      at += 2;
      if (kind === 0) {
        for (let step = 0; step < length && filled < count; step++) out[filled++] = words[at + step] ?? 0;
        at += length;
      } else if (kind === 1) {
        const start = out[filled - 1] ?? 0;
        const target = words[at++] ?? 0;
        for (let step = 1; step <= length && filled < count; step++) {
          out[filled++] = Math.round(start + ((target - start) * step) / length);
        }
      } else if (kind === 2 && nesting === 'top') {
        const offset = (words[at] ?? 0) + (words[at + 1] ?? 0) * 65_536;
        at += 2;
        if (!run(offset >> 1, length, 'indirect')) return false;
      } else return false;
    }
    return true;
  };
  return run(0, words.length, 'top') && filled === count ? highBytes(out, bits) : null;
}
