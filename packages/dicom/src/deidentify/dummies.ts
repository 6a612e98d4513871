// What stands in the place of a value that has to be there and must not say anything (action D of PS3.15 table E.1-1a).

export const DUMMY_TEXT = 'REMOVED';

const byVr: Readonly<Record<string, string | undefined>> = {
  AE: DUMMY_TEXT,
  AS: '000Y',
  CS: DUMMY_TEXT,
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: DUMMY_TEXT,
  LT: DUMMY_TEXT,
  PN: DUMMY_TEXT,
  SH: DUMMY_TEXT,
  ST: DUMMY_TEXT,
  TM: '000000',
  UC: DUMMY_TEXT,
  UR: 'urn:removed',
  UT: DUMMY_TEXT,
};

/** Representations whose values are text. */
export const textVrs: ReadonlySet<string> = new Set([...Object.keys(byVr), 'UI']);

/** A dummy of a representation: text as text, everything else as zeros of the same length. UIDs have no dummies but others. */
export function dummyValue(vr: string, length: number): Uint8Array {
  const text = byVr[vr];
  return text === undefined ? new Uint8Array(length) : asciiBytes(text);
}

/** Text of the default repertoire. */
export function asciiBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A page without anything on it, for a document that has to be there. */
const EMPTY_PDF = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj',
  'trailer<</Root 1 0 R>>',
  '%%EOF',
  '',
].join('\n');

/** The document in the place of an encapsulated one. */
export function dummyDocument(mimeType: string): Uint8Array {
  if (mimeType === 'application/pdf') return asciiBytes(EMPTY_PDF);
  if (mimeType.endsWith('xml')) return asciiBytes('<removed/>');
  return asciiBytes(DUMMY_TEXT);
}
