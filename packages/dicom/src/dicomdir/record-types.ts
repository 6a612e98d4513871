// Which directory record an object gets, by its SOP class (PS3.3 table F.4-1, PS3.4 table B.5-1).

/** The types of records for objects that are written; PRIVATE for what none of the others is for. */
export type RecordType =
  | 'IMAGE'
  | 'SR DOCUMENT'
  | 'KEY OBJECT DOC'
  | 'PRESENTATION'
  | 'WAVEFORM'
  | 'ENCAP DOC'
  | 'RT DOSE'
  | 'RT STRUCTURE SET'
  | 'RT PLAN'
  | 'RT TREAT RECORD'
  | 'SPECTROSCOPY'
  | 'RAW DATA'
  | 'REGISTRATION'
  | 'FIDUCIAL'
  | 'SURFACE'
  | 'TRACT'
  | 'VALUE MAP'
  | 'MEASUREMENT'
  | 'STEREOMETRIC'
  | 'PRIVATE';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

/** By what follows `STORAGE`; the longest beginning counts. */
const types: readonly (readonly [string, RecordType])[] = [
  ['4.2', 'SPECTROSCOPY'],
  ['9', 'WAVEFORM'],
  ['11', 'PRESENTATION'],
  ['66', 'RAW DATA'],
  ['66.1', 'REGISTRATION'],
  ['66.2', 'FIDUCIAL'],
  ['66.3', 'REGISTRATION'],
  ['66.4', 'IMAGE'],
  ['66.5', 'SURFACE'],
  ['66.6', 'TRACT'],
  ['66.7', 'IMAGE'],
  ['67', 'VALUE MAP'],
  ['77.1.5.3', 'STEREOMETRIC'],
  ['78', 'MEASUREMENT'],
  ['79.1', 'SR DOCUMENT'],
  ['80.1', 'MEASUREMENT'],
  ['88', 'SR DOCUMENT'],
  ['88.59', 'KEY OBJECT DOC'],
  ['104', 'ENCAP DOC'],
  ['481.2', 'RT DOSE'],
  ['481.3', 'RT STRUCTURE SET'],
  ['481.4', 'RT TREAT RECORD'],
  ['481.5', 'RT PLAN'],
  ['481.6', 'RT TREAT RECORD'],
  ['481.7', 'RT TREAT RECORD'],
  ['481.8', 'RT PLAN'],
  ['481.9', 'RT TREAT RECORD'],
];

/** @param hasPixels whether the object has rows of pixels: decides where the class is not known */
export function recordTypeOf(sopClassUid: string, hasPixels: boolean): RecordType {
  const rest = sopClassUid.startsWith(STORAGE) ? sopClassUid.slice(STORAGE.length) : '';
  const matches = types.filter(([start]) => rest === start || rest.startsWith(`${start}.`));
  const [longest] = matches.sort(([a], [b]) => b.length - a.length);
  return longest?.[1] ?? (hasPixels ? 'IMAGE' : 'PRIVATE');
}
