// What substrings are searched in: folded words with blanks between, in ASCII only, so that an index of trigrams serves
// every script alike.
import { fold, hasWildcards, likePattern } from './names.ts';

/** Bytes of a search text; an index entry may have 2704. */
const MAX_SEARCH_TEXT = 1024;
const MAX_WORD = 64;
const MAX_WORDS = 32;

// A letter beyond ASCII is spelled with one of A to F and four of G to Z. No folded letter is a capital, and no spelling
// begins inside another, so what is found in a spelled text is there in the text itself. Letters keep their order.
const FIRST = 'ABCDEF';
const REST = 'GHIJKLMNOPQRSTUVWXYZ';
const ANY_LETTER = '([a-z0-9]|[A-F][G-Z]{4})';

/** Where in the words of a text a word of the search may be. */
export type WordPlace = 'beginnings' | 'anywhere';

/** A word of a search: what holds of every text that has it, for the index; and, with wildcards, what decides. */
export interface WordSearch {
  /** Patterns for SQL's LIKE that all hold. */
  readonly like: readonly string[];
  /** A regular expression of PostgreSQL that decides, or null where the patterns do. */
  readonly expression: string | null;
  /** Whether an index of trigrams helps. */
  readonly indexed: boolean;
}

/**
 * The text to search in, at most 1024 ASCII characters: a blank before every word of letters and digits. Of a text without
 * any it is one blank: only what was never made is empty.
 */
export function searchText(text: string): string {
  let made = '';
  for (const word of fold(text.slice(0, 1024)).split(/[^\p{L}\p{N}]+/u)) {
    if (word === '') continue;
    const letters = [...word].map(spell);
    let [length, fitting] = [made.length + 1, 0];
    for (const letter of letters) {
      length += letter.length;
      if (length > MAX_SEARCH_TEXT) break;
      fitting++;
    }
    if (fitting > 0) made += ` ${letters.slice(0, fitting).join('')}`;
    if (fitting < letters.length) break;
  }
  return made || ' ';
}

/**
 * The words of a search, at most 32 of 64 characters. Each must begin a word of the text, or, `anywhere`, be a part of one
 * when it has at least three Latin letters or digits, or any other letter. Wildcards stand for letters of one word; a word
 * with some begins a word of the text unless it begins with `*`.
 */
export function wordSearches(search: string, place: WordPlace): WordSearch[] {
  const words = fold(search.slice(0, 1024)).split(/[^\p{L}\p{N}*?]+/u);
  const asked = [...new Set(words)].filter((word) => /[^*]/.test(word)).slice(0, MAX_WORDS);
  return asked.map((word) => searchOf([...word].slice(0, MAX_WORD).join(''), place));
}

function searchOf(word: string, place: WordPlace): WordSearch {
  if (!hasWildcards(word)) {
    const spelled = [...word].map(spell).join('');
    const inside = place === 'anywhere' && spelled.length >= 3;
    return { like: [`%${inside ? '' : ' '}${spelled}%`], expression: null, indexed: true };
  }
  const open = word.startsWith('*');
  const runs = word.split(/[*?]+/).map((run) => [...run].map(spell).join(''));
  const like = runs.flatMap((run, index) => {
    if (index === 0 && run !== '') return [`% ${run}%`];
    return run.length >= 3 ? [`%${run}%`] : [];
  });
  const parts = [...word.replace(/^\*+/, '').replace(/\*+$/, '').replaceAll(/\*+/g, '*')];
  const expression = parts.map((part) => (part === '*' ? '[^ ]*' : part === '?' ? ANY_LETTER : spell(part)));
  return { like, expression: `${open ? '' : ' '}${expression.join('')}`, indexed: like.length > 0 };
}

/** A letter of a folded word in ASCII: itself, or five capitals. */
function spell(letter: string): string {
  let rest = letter.codePointAt(0) ?? 0;
  if (rest < 128) return letter;
  let spelled = '';
  for (let digit = 0; digit < 4; digit++) {
    spelled = `${REST[rest % REST.length]}${spelled}`;
    rest = Math.floor(rest / REST.length);
  }
  return `${FIRST[Math.min(rest, FIRST.length - 1)]}${spelled}`;
}

/** A search for an identifier with `*` and `?` as a pattern for LIKE, and whether an index of trigrams or order helps. */
export function identifierPattern(key: string): { readonly like: string; readonly indexed: boolean } {
  const begins = !/^[*?]/.test(key);
  const longRun = /[a-z0-9]{3}/.test(key);
  return { like: likePattern(key), indexed: begins || longRun };
}
