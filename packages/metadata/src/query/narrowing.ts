// What the indexed columns of studies can say of a key: a condition that holds wherever the key matches, and is quick.
import { type Expression, type SqlBool, sql } from 'kysely';
import { fold, identifierKey, likePattern } from '../names.ts';
import { anyOf } from './conditions.ts';
import type { Matching } from './matching.ts';

type Condition = Expression<SqlBool>;

/** Longest word of the index of names. */
const MAX_WORD = 64;

/** Conditions that leave out only what the key does not match. */
export function narrowing(tag: string, matching: Matching): Condition[] {
  if (tag === '00100020') return identifiers(sql`studies.patient_id_key`, matching);
  if (tag === '00080050') return identifiers(sql`studies.accession_key`, matching);
  if (tag === '00100010') return names(matching);
  if (tag === '00080020' && matching.type === 'ranges') {
    return [
      anyOf(
        matching.ranges.map(
          ({ from, to }) =>
            sql<SqlBool>`studies.date between ${from ?? ''}::text and ${to ?? '99999999'}::text`,
        ),
      ),
    ];
  }
  if (tag === '00080061' && matching.type === 'values' && matching.patterns.length === 0) {
    return [sql<SqlBool>`studies.modalities && ${[...matching.equal]}::text[]`];
  }
  return [];
}

/** Columns have identifiers in lower case: what is equal is equal there too, and so are beginnings of ASCII. */
function identifiers(column: Expression<unknown>, matching: Matching): Condition[] {
  if (matching.type !== 'values') return [];
  const beginnings = matching.patterns.map(beginningOf);
  if (beginnings.some((beginning) => !/^[\x21-\x7e]+$/.test(beginning))) return [];
  return [
    anyOf([
      ...matching.equal.map((text) => sql<SqlBool>`${column} = ${identifierKey(text)}`),
      ...beginnings.map((text) => sql<SqlBool>`${column} like ${likePattern(`${identifierKey(text)}*`)}`),
    ]),
  ];
}

function beginningOf(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]/));
}

/** A word of every name that matches is in the index of words. */
function names(matching: Matching): Condition[] {
  if (matching.type === 'words') {
    const groups = matching.names.map((words) => words.map((word) => `${word}*`));
    return [anyOf(groups.map((words) => sql<SqlBool>`${sql.join(words.map(inIndex), sql` and `)}`))];
  }
  if (matching.type !== 'names') return [];
  const words = matching.names.map((name) =>
    firstWord('anyGroup' in name ? name.anyGroup : (name.groups.find((group) => group !== null) ?? '')),
  );
  return words.includes(null) ? [] : [anyOf(words.map((word) => inIndex(word ?? '')))];
}

/** The first word of a name's pattern, `*` behind it where it need not be whole; null when it may begin with anything. */
function firstWord(pattern: string): string | null {
  const [composed = ''] = /^[\p{L}\p{N}]*/u.exec(pattern) ?? [];
  // The index has letters in their parts.
  const word = fold(composed);
  // A sigma may be written otherwise there, since it ends words in another form.
  if (word === '' || /σ/.test(word)) return null;
  const whole = word.length < MAX_WORD && !/^[*?]/.test(pattern.slice(composed.length));
  return whole ? word : `${word.slice(0, MAX_WORD)}*`;
}

function inIndex(word: string): Condition {
  return sql<SqlBool>`studies.id in (select study from study_names where word like ${likePattern(word)})`;
}
