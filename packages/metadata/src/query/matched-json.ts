// What is told of a match: the attributes that were asked for, out of all that is known of it.
import { isComputed, isKnownAt } from './key-conditions.ts';
import type { DicomJson, DicomJsonElement, DicomQuery } from './types.ts';

/** Unique keys come with every match of their level and of those below (PS3.4 C.4.1.1.3.2). */
const uniqueKeys: Readonly<Record<DicomQuery['level'], readonly string[]>> = {
  patient: ['00100020'],
  study: ['00100020', '0020000D'],
  series: ['00100020', '0020000D', '0020000E'],
  instance: ['00100020', '0020000D', '0020000E', '00080016', '00080018'],
};

/** Whether a query wants an attribute told. */
export function wants(query: Pick<DicomQuery, 'keys' | 'include'>, tag: string): boolean {
  return query.include === 'all' || query.include.includes(tag) || query.keys[tag] !== undefined;
}

/**
 * The attributes that the query wants, in the order of their tags. A key that is known at this level but has no value is
 * told without one; what is only to be included is left out then.
 */
export function matchedJson(query: DicomQuery, known: DicomJson): DicomJson {
  const { level, keys, include } = query;
  const told: DicomJson = {};
  const tags = new Set([
    ...uniqueKeys[level],
    ...Object.keys(keys),
    ...(include === 'all' ? Object.keys(known) : include),
  ]);
  for (const tag of [...tags].sort()) {
    const key = keys[tag];
    const whole = include === 'all' || include.includes(tag);
    const found = known[tag];
    if (found) told[tag] = key && !whole ? narrowed(found, key) : found;
    else if (key && !isComputed(tag) && isKnownAt(level, tag, key.vr)) told[tag] = { vr: key.vr };
  }
  return told;
}

/** Of the items of a sequence what the key's item names (PS3.4 C.2.2.2.6). */
export function narrowed(found: DicomJsonElement, key: DicomJsonElement): DicomJsonElement {
  const [item] = (key.Value ?? []) as DicomJson[];
  if (found.vr !== 'SQ' || !found.Value || !item || Object.keys(item).length === 0) return found;
  const Value = (found.Value as DicomJson[]).map((one) => {
    const told: DicomJson = {};
    for (const [tag, inner] of Object.entries(item)) {
      const attribute = one[tag];
      told[tag] = attribute ? narrowed(attribute, inner) : { vr: inner.vr };
    }
    return told;
  });
  return { vr: 'SQ', Value };
}
