// Names and identifiers as people search for them: without regard to case, accents and separators.
import { storable } from './text.ts';

// Letters that Unicode does not decompose.
const letters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ħ: 'h',
};
const MAX_WORD = 64;
const MAX_WORDS = 32;
const MAX_KEY = 256;

/** Lower case without accents: `Å` is `a`, `ß` is `ss`. Keeps what is neither letter nor mark. */
export function fold(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
  return plain.replace(/[ßæœøđðłıþħ]/g, (letter) => letters[letter] ?? letter);
}

/** The words of a person's name (all component groups, PS3.5 section 6.2), folded, each once, at most 32 of 64 characters. */
export function nameWords(name: string): string[] {
  return words(name, /[^\p{L}\p{N}]+/u);
}

/** The words of a search for a name; `*` and `?` stay. At most 32 of 64 characters. */
export function searchWords(search: string): string[] {
  return words(search, /[^\p{L}\p{N}*?]+/u);
}

function words(text: string, separators: RegExp): string[] {
  const all = fold(text.slice(0, 1024)).split(separators);
  const found = all.filter((word) => word !== '').map((word) => storable(word.slice(0, MAX_WORD)));
  return [...new Set(found)].slice(0, MAX_WORDS);
}

/** What names are ordered by: the first component group, words apart. At most 256 characters. */
export function nameKey(name: string): string {
  const order = fold(name.slice(0, 1024))
    .replaceAll(/[\^=\s]+/g, ' ')
    .trim();
  return storable(order.slice(0, MAX_KEY));
}

/** What identifiers are compared by: no case, no blanks around. At most 256 characters. */
export function identifierKey(identifier: string): string {
  return storable(identifier.trim().toLowerCase().slice(0, MAX_KEY));
}

/** Whether the search has wildcards. */
export function hasWildcards(search: string): boolean {
  return /[*?]/.test(search);
}

/** A search with `*` and `?` as a pattern for SQL's LIKE; `%`, `_` and the backslash mean themselves. */
export function likePattern(search: string): string {
  return search
    .replaceAll(/[\\%_]/g, (character) => `\\${character}`)
    .replaceAll(/\*+/g, '%')
    .replaceAll('?', '_');
}
