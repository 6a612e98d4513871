// The representation under which a value is read: as written, or, where nothing or 'unknown' is, as the dictionary says.
import type { DataSet } from '../data-set.ts';
import type { Element } from '../element-walk.ts';
import { dictionaryVr, Tag } from '../tags.ts';
import { valueBytes } from '../values.ts';

const known = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
);

/** Whether the two letters are a value representation of the standard (PS3.5 section 6.2). */
export function isVr(vr: string): boolean {
  return known.has(vr);
}

/** The representation of an element of a data set; `words` is what the data set's signed or unsigned words are. */
export function effectiveVr(element: Element, words: 'US' | 'SS'): string {
  const { tag, vr } = element;
  if (vr !== '' && vr !== 'UN') return vr;
  // Of what nobody knows, only sequences have no length (PS3.5 section 6.2.2).
  if (element.lengthIs === 'undefined') return tag === Tag.PixelData ? 'OW' : 'SQ';
  if (((tag >>> 16) & 1) === 1) {
    // Private creators (PS3.5 section 7.8.1).
    const creator = (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
    return creator ? 'LO' : 'UN';
  }
  const listed = dictionaryVr(tag);
  if (known.has(listed)) return listed;
  // The dictionary's names for those that depend on another attribute.
  if (listed === 'xs') return words;
  return listed === 'ox' || listed === 'px' || listed === 'lt' ? 'OW' : 'UN';
}

/** Where the dictionary leaves it open, the pixels' sign decides (PS3.5 annex A.1); items take it from above. */
export function wordsOf(set: DataSet, above: 'US' | 'SS'): 'US' | 'SS' {
  const bytes = valueBytes(set, Tag.PixelRepresentation);
  if (bytes.length < 2) return above;
  return bytes[set.encoding.endian === 'little' ? 0 : 1] === 1 ? 'SS' : 'US';
}
