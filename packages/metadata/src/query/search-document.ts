// What queries are run against: the values of attributes in the form in which they are compared, as one JSON document.
import { nameWords } from '../names.ts';
import { binaryVrs, vrOf } from './attribute-levels.ts';
import { nameText, normalValue } from './normal-form.ts';
import type { DicomJson } from './types.ts';

/**
 * By tag the values that it has, items of sequences as documents of their own; of names also, under the tag with `~`, their
 * words. What has no value is not there.
 */
export interface SearchDocument {
  [tag: string]: (string | SearchDocument)[];
}

/** The document of attributes that are kept. */
export function searchDocument(json: DicomJson): SearchDocument {
  const document: SearchDocument = {};
  for (const [tag, { vr: written, Value }] of Object.entries(json)) {
    const vr = vrOf(tag, written);
    if (!Value || binaryVrs.has(vr)) continue;
    if (vr === 'SQ') {
      const items = Value.filter((item) => typeof item === 'object' && item !== null);
      if (items.length > 0) document[tag] = items.map((item) => searchDocument(item as DicomJson));
      continue;
    }
    const values = Value.map((value) => normalValue(vr, value)).filter((value) => value !== null);
    if (values.length === 0) continue;
    document[tag] = values;
    if (vr === 'PN') document[`${tag}~`] = [...new Set(Value.flatMap((value) => nameWords(nameText(value))))];
  }
  return document;
}
