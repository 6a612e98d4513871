// What a key asks for as a condition of SQL on a search document. Every value is a parameter.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { likePattern } from '../names.ts';
import type { ItemKey, Matching, NamePattern, Range } from './matching.ts';
import type { SearchDocument } from './search-document.ts';

type Condition = RawBuilder<SqlBool>;

/**
 * Whether the values of an attribute in a search document are what a key asks for.
 * @param document an expression of type jsonb
 * @param depth how many sequences are around it
 */
export function matches(
  document: Expression<unknown>,
  tag: string,
  matching: Matching,
  depth = 0,
): Condition {
  const values = sql`jsonb_array_elements_text(${document} -> ${tag}::text)`;
  switch (matching.type) {
    case 'universal':
      return sql<SqlBool>`true`;
    case 'empty':
      return sql<SqlBool>`(${document} -> ${tag}::text) is null`;
    case 'values': {
      const { equal, patterns } = matching;
      const [one] = equal;
      // Containment can use an index.
      if (one !== undefined && equal.length === 1 && patterns.length === 0)
        return contains(document, { [tag]: [one] });
      const like = patterns.map(likePattern);
      return sql<SqlBool>`exists (select 1 from ${values} as v
        where v = any(${[...equal]}::text[]) or v like any(${like}::text[]))`;
    }
    case 'ranges':
      return sql<SqlBool>`exists (select 1 from ${values} as v where ${anyOf(
        matching.ranges.map((range) => inRange(sql`v`, range)),
      )})`;
    case 'names':
      return sql<SqlBool>`exists (select 1 from ${values} as v where ${anyOf(matching.names.map(isNamed))})`;
    case 'words':
      return anyOf(matching.names.map((words) => allOf(words.map((word) => hasWord(document, tag, word)))));
    case 'items':
      return anyOf(matching.items.map((keys) => hasItem(document, tag, keys, depth)));
  }
}

/** A date and a time, each with one value, together between two moments. */
export function matchesTogether(
  document: Expression<unknown>,
  [dateTag, timeTag]: readonly [string, string],
  range: Range,
): Condition {
  return sql<SqlBool>`exists (select 1 from jsonb_array_elements_text(${document} -> ${dateTag}::text) as d,
    jsonb_array_elements_text(${document} -> ${timeTag}::text) as t where ${inRange(sql`(d || t)`, range)})`;
}

/** Digits sort as in their bytes, whatever the cluster's language. */
function inRange(value: Expression<unknown>, { from, to }: Range): Condition {
  const conditions: Condition[] = [];
  if (from !== null) conditions.push(sql<SqlBool>`${value} collate "C" >= ${from}::text`);
  if (to !== null) conditions.push(sql<SqlBool>`${value} collate "C" <= ${to}::text`);
  return allOf(conditions);
}

function isNamed(name: NamePattern): Condition {
  if ('anyGroup' in name) {
    const pattern = likePattern(name.anyGroup);
    return sql<SqlBool>`${pattern}::text <> '' and (split_part(v, '=', 1) like ${pattern}
      or split_part(v, '=', 2) like ${pattern} or split_part(v, '=', 3) like ${pattern})`;
  }
  return allOf(
    name.groups.flatMap((group, index) =>
      group === null
        ? []
        : [sql<SqlBool>`split_part(v, '=', ${index + 1}::integer) like ${likePattern(group)}`],
    ),
  );
}

function hasWord(document: Expression<unknown>, tag: string, word: string): Condition {
  return sql<SqlBool>`exists (select 1 from jsonb_array_elements_text(${document} -> ${`${tag}~`}::text) as w
    where w like ${likePattern(`${word}*`)})`;
}

function hasItem(
  document: Expression<unknown>,
  tag: string,
  keys: readonly ItemKey[],
  depth: number,
): Condition {
  const item = sql.ref(`item_${depth}.document`);
  const conditions = keys.map((key) => matches(item, key.tag, key.matching, depth + 1));
  const exact = sql<SqlBool>`exists (select 1 from jsonb_array_elements(${document} -> ${tag}::text)
    as ${sql.id(`item_${depth}`)} (document) where ${allOf(conditions)})`;
  const equal = equalItem(keys);
  return equal ? allOf([contains(document, { [tag]: [equal] }), exact]) : exact;
}

/** What an item has at least when it meets the keys: it narrows by the index what is then looked at. */
function equalItem(keys: readonly ItemKey[]): SearchDocument | null {
  const item: SearchDocument = {};
  for (const { tag, matching } of keys) {
    if (matching.type === 'values' && matching.equal.length === 1 && matching.patterns.length === 0) {
      item[tag] = [matching.equal[0] as string];
    } else if (matching.type === 'items' && matching.items.length === 1) {
      const inner = equalItem(matching.items[0] as readonly ItemKey[]);
      if (inner) item[tag] = [inner];
    }
  }
  return Object.keys(item).length > 0 ? item : null;
}

function contains(document: Expression<unknown>, part: SearchDocument): Condition {
  return sql<SqlBool>`${document} @> ${JSON.stringify(part)}::jsonb`;
}

/** All of the conditions; none is true. */
export function allOf(conditions: readonly Expression<SqlBool>[]): Condition {
  return joined(conditions, sql` and `, sql<SqlBool>`true`);
}

/** One of the conditions; none is false. */
export function anyOf(conditions: readonly Expression<SqlBool>[]): Condition {
  return joined(conditions, sql` or `, sql<SqlBool>`false`);
}

function joined(
  conditions: readonly Expression<SqlBool>[],
  between: RawBuilder<unknown>,
  none: Condition,
): Condition {
  const [only] = conditions;
  if (!only) return none;
  if (conditions.length === 1) return sql<SqlBool>`(${only})`;
  return sql<SqlBool>`(${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    between,
  )})`;
}
