// What a matching key asks for, by the rules of PS3.4 section C.2.2.2, without a word of SQL.
import { MetadataError } from '../errors.ts';
import { hasWildcards, searchWords } from '../names.ts';
import { vrOf } from './attribute-levels.ts';
import { moments, nameGroups, nameText, normalDate, normalText, normalValue } from './normal-form.ts';
import type { DicomJson, DicomJsonElement } from './types.ts';

/** From and to, both inclusive, in normal form; null is open. */
export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

/** A name by its component groups, null where a group may be anything; or one text for whichever group has it. */
export type NamePattern = { readonly groups: readonly (string | null)[] } | { readonly anyGroup: string };

/** What one key asks of the values of its attribute; of several values in a key one is enough. */
export type Matching =
  | { readonly type: 'universal' }
  /** No value at all (PS3.4 C.2.2.2.7). */
  | { readonly type: 'empty' }
  | { readonly type: 'values'; readonly equal: readonly string[]; readonly patterns: readonly string[] }
  | { readonly type: 'ranges'; readonly ranges: readonly Range[] }
  | { readonly type: 'names'; readonly names: readonly NamePattern[] }
  /** Every word begins a word of the name. */
  | { readonly type: 'words'; readonly names: readonly (readonly string[])[] }
  /** An item that meets all of the keys of one of these. */
  | { readonly type: 'items'; readonly items: readonly (readonly ItemKey[])[] };

export interface ItemKey {
  readonly tag: string;
  readonly matching: Matching;
}

/** Those in which `*` and `?` are wildcards (PS3.4 C.2.2.2.4). */
const wild = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);
const UNIVERSAL: Matching = { type: 'universal' };
const EMPTY_VALUE = '""';

/**
 * What a key asks for.
 * @throws MetadataError `invalid` for a date or time that is none
 */
export function matchingOf(tag: string, key: DicomJsonElement, fuzzy: boolean): Matching {
  const vr = vrOf(tag, key.vr);
  if (vr === 'SQ') return itemsMatching(key.Value ?? [], fuzzy);
  const given = (key.Value ?? []).filter((value) => value !== null && value !== undefined && value !== '');
  const texts = given.map((value) => (vr === 'PN' ? nameText(value) : String(value)));
  const anything = vr === 'PN' ? /^[\s*^=]*$/ : /^[\s*]*$/;
  if (texts.length === 0 || texts.some((text) => anything.test(text))) return UNIVERSAL;
  if (texts.some((text) => text.trim().replace(/=+$/, '') === EMPTY_VALUE)) return { type: 'empty' };
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') {
    return { type: 'ranges', ranges: texts.map((text) => rangeOf(tag, vr, text.trim())) };
  }
  if (vr === 'PN') return namesMatching(texts, fuzzy);
  const patterns = wild.has(vr) ? texts.filter(hasWildcards).map((text) => normalText(vr, text)) : [];
  const exact = wild.has(vr) ? texts.filter((text) => !hasWildcards(text)) : texts;
  return { type: 'values', equal: exact.map((text) => normalValue(vr, text) ?? ''), patterns };
}

function itemsMatching(items: readonly unknown[], fuzzy: boolean): Matching {
  const asked = items
    .filter((item): item is DicomJson => typeof item === 'object' && item !== null)
    .map((item) =>
      Object.entries(item)
        .map(([tag, key]) => ({ tag, matching: matchingOf(tag, key, fuzzy) }))
        .filter(({ matching }) => matching.type !== 'universal'),
    );
  if (asked.length === 0 || asked.some((keys) => keys.length === 0)) return UNIVERSAL;
  return { type: 'items', items: asked };
}

function namesMatching(texts: readonly string[], fuzzy: boolean): Matching {
  if (fuzzy) {
    const names = texts.map(searchWords);
    return names.some((words) => words.length === 0) ? UNIVERSAL : { type: 'words', names };
  }
  const names = texts.map((text): NamePattern => {
    const groups = nameGroups(text);
    const [only = ''] = groups;
    if (!text.replace(/=+$/, '').includes('=')) return { anyGroup: only };
    return { groups: groups.map((group) => (/^\**$/.test(group) ? null : group)) };
  });
  return { type: 'names', names };
}

/** One date or time, or two with a hyphen between, of which one may be missing. */
function rangeOf(tag: string, vr: 'DA' | 'TM' | 'DT', text: string): Range {
  const alone = span(vr, text);
  if (alone) return alone;
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    const [first, second] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    const [from, to] = [span(vr, first), span(vr, second)];
    if ((from || first === '') && (to || second === '') && (from || to)) {
      return { from: from?.from ?? null, to: to?.to ?? null };
    }
  }
  const what = { DA: 'date', TM: 'time', DT: 'date with time' }[vr];
  throw new MetadataError(
    'invalid',
    `The key ${tag} is no ${what} and no range of them: ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

function span(vr: 'DA' | 'TM' | 'DT', text: string): Range | null {
  if (vr !== 'DA') return moments(vr, text);
  const date = normalDate(text);
  return date === null ? null : { from: date, to: date };
}
