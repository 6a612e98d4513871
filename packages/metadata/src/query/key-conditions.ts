// The keys of a query as conditions on the tables, at the level that is asked for.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { binaryVrs, levelOf, levels, neverMatched, vrOf } from './attribute-levels.ts';
import { matches, matchesTogether } from './conditions.ts';
import { type Matching, matchingOf } from './matching.ts';
import { narrowing } from './narrowing.ts';
import { pairsOf } from './pairs.ts';
import type { DicomQuery, QueryLevel } from './types.ts';

/** The attributes that are computed, with the level at which they begin to be known and their values as a JSON list. */
const computed: Readonly<Record<string, { level: QueryLevel; values: RawBuilder<unknown> } | undefined>> = {
  '00080061': { level: 'study', values: sql`to_jsonb(studies.modalities)` },
  '00080062': { level: 'study', values: sql`to_jsonb(studies.sop_classes)` },
  '00201206': { level: 'study', values: sql`jsonb_build_array(studies.series_count::text)` },
  '00201208': { level: 'study', values: sql`jsonb_build_array(studies.instance_count::text)` },
  '00201209': { level: 'series', values: sql`jsonb_build_array(series.instance_count::text)` },
  '00083002': { level: 'instance', values: sql`jsonb_build_array(instances.transfer_syntax_uid)` },
  ...Object.fromEntries(
    [
      ['00201200', sql`count(*)`],
      ['00201202', sql`sum(studies.series_count)`],
      ['00201204', sql`sum(studies.instance_count)`],
    ].map(([tag, count]) => [
      tag,
      {
        level: 'patient',
        values: sql`(select jsonb_build_array(${count}::text) from studies where studies.patient = patients.id)`,
      },
    ]),
  ),
};

/** Unique keys have columns with indexes of their own. */
const uidColumns: Readonly<Record<string, RawBuilder<unknown> | undefined>> = {
  '0020000D': sql`studies.uid`,
  '0020000E': sql`series.uid`,
  '00080018': sql`instances.uid`,
};

const searched: Readonly<Record<QueryLevel, RawBuilder<unknown>>> = {
  patient: sql`patients.search`,
  study: sql`studies.search`,
  series: sql`series.search`,
  instance: sql`instances.search`,
};

/** Whether something is known of an attribute when this level is asked for. */
export function isKnownAt(level: QueryLevel, tag: string, vr: string): boolean {
  const of = computed[tag]?.level ?? levelOf(tag);
  // The numbers of a patient's things are known of patients only.
  if (computed[tag]?.level === 'patient' && level !== 'patient') return false;
  const kept =
    /^[0-9A-F]{3}[02468ACE][0-9A-F]{4}$/.test(tag) && !tag.startsWith('0002') && !tag.endsWith('0000');
  return kept && !binaryVrs.has(vrOf(tag, vr)) && levels.indexOf(of) <= levels.indexOf(level);
}

/** Whether the attribute is made when it is asked for, and not kept. */
export function isComputed(tag: string): boolean {
  return computed[tag] !== undefined || tag === '00080056';
}

/** What a query's keys ask for, and the tags of the keys that cannot be matched. */
export function keyConditions(query: DicomQuery): {
  conditions: Expression<SqlBool>[];
  unsupported: string[];
} {
  const { level, keys, fuzzy = false, combineDateTime = false } = query;
  const conditions: Expression<SqlBool>[] = [];
  const unsupported: string[] = [];
  const matchings = new Map<string, Matching>();
  for (const [tag, key] of Object.entries(keys)) {
    if (neverMatched.has(tag)) continue;
    if (!isKnownAt(level, tag, key.vr)) {
      if ((key.Value?.length ?? 0) > 0) unsupported.push(tag);
      continue;
    }
    const matching = matchingOf(tag, key, fuzzy);
    if (matching.type !== 'universal') matchings.set(tag, matching);
  }
  for (const together of combineDateTime ? pairsOf(matchings) : []) {
    conditions.push(matchesTogether(documentOf(level, together.tags[0]), together.tags, together.range));
    for (const tag of together.tags) matchings.delete(tag);
  }
  for (const [tag, matching] of matchings) conditions.push(...conditionsOf(level, tag, matching));
  return { conditions, unsupported };
}

function conditionsOf(level: QueryLevel, tag: string, matching: Matching): Expression<SqlBool>[] {
  const uid = uidColumns[tag];
  if (uid) {
    const uids = matching.type === 'values' ? [...matching.equal] : [];
    return [sql<SqlBool>`${uid} = any(${uids}::text[])`];
  }
  const made = computed[tag];
  const document = made
    ? sql`jsonb_strip_nulls(jsonb_build_object(${tag}::text, ${nothingIfEmpty(made.values)}))`
    : documentOf(level, tag);
  return [...(level === 'patient' ? [] : narrowing(tag, matching)), matches(document, tag, matching)];
}

function nothingIfEmpty(values: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`nullif(${values}, '[]'::jsonb)`;
}

/** A study has its own words for its patient. */
function documentOf(level: QueryLevel, tag: string): RawBuilder<unknown> {
  const of = levelOf(tag);
  return searched[of === 'patient' && level !== 'patient' ? 'study' : of];
}
