// Keeps the scheduled procedure steps, and finds them for modalities.
import { randomUUID } from 'node:crypto';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { binaryVrs, neverMatched, vrOf } from './query/attribute-levels.ts';
import { checkQuery, invalid, MAX_OFFSET } from './query/check-query.ts';
import { allOf, matches, matchesTogether } from './query/conditions.ts';
import { decodeCursor, encodeCursor } from './query/cursor.ts';
import { keptAttributes } from './query/kept-attributes.ts';
import { narrowed } from './query/matched-json.ts';
import { type ItemKey, type Matching, matchingOf } from './query/matching.ts';
import { normalValue } from './query/normal-form.ts';
import { pairsOf } from './query/pairs.ts';
import { searchDocument } from './query/search-document.ts';
import type { DicomJson, DicomQueryPage } from './query/types.ts';
import type { WorklistItem, WorklistItemQuery } from './query/worklist-types.ts';

const STEPS = '00400100';
const MAX_ITEM = 64 * 1024;
/** So many can wait; a feeder that never deletes is told. */
const MAX_ITEMS = 200_000;

/**
 * Keeps an item under its id, in the place of one that is there. A Study Instance UID is made when it has none.
 * Throws MetadataError `invalid` naming what a scheduled procedure step needs and does not have.
 * @returns the item as it is kept, and whether there was none before
 */
export async function putWorklistItem(
  database: Database,
  id: string,
  attributes: DicomJson,
): Promise<{ item: WorklistItem; created: boolean }> {
  const kept = checkItem(attributes);
  const item: WorklistItem = { id: checkedId(id), attributes: kept };
  const step = stepOf(kept);
  const row = {
    attributes: JSON.stringify(kept),
    search: JSON.stringify(searchDocument(kept)),
    start_at: `${normalValue('DA', first(step, '00400002'))}${normalValue('TM', first(step, '00400003')) ?? ''}`,
    station: String(first(step, '00400001') ?? ''),
  };
  const { rows } = await sql<{
    created: boolean;
  }>`insert into worklist_items (id, attributes, search, start_at, station)
    select ${item.id}, ${row.attributes}::jsonb, ${row.search}::jsonb, ${row.start_at}, ${row.station}
    where (select count(*) from worklist_items) < ${MAX_ITEMS}::integer or exists (select 1 from worklist_items where id = ${item.id})
    on conflict (id) do update set attributes = excluded.attributes, search = excluded.search,
      start_at = excluded.start_at, station = excluded.station, updated_at = now()
    returning created_at = updated_at as created`.execute(database);
  const [put] = rows;
  if (!put) throw invalid(`There are ${MAX_ITEMS} worklist items already: delete those that are done.`);
  return { item, created: put.created };
}

/** The item, or null when there is none under this id. */
export async function readWorklistItem(database: Database, id: string): Promise<WorklistItem | null> {
  const row = await database
    .selectFrom('worklist_items')
    .select(['id', 'attributes'])
    .where('id', '=', checkedId(id))
    .executeTakeFirst();
  return row ?? null;
}

/** Whether there was one to delete. */
export async function deleteWorklistItem(database: Database, id: string): Promise<boolean> {
  const gone = await database
    .deleteFrom('worklist_items')
    .where('id', '=', checkedId(id))
    .returning('id')
    .execute();
  return gone.length > 0;
}

/** One page of the items that match, earliest start first. Throws MetadataError `invalid`. */
export async function findWorklistItems(
  database: Database,
  query: WorklistItemQuery,
): Promise<DicomQueryPage & { ids: string[] }> {
  checkQuery(query);
  const { limit, offset = 0, after } = query;
  const { conditions, unsupported } = conditionsOf(query);
  const where = allOf(conditions);
  const [startAt, afterId] = after === undefined ? [] : decodeCursor(after, 'step', 1, 'text');
  const page =
    after === undefined ? where : allOf([where, sql<SqlBool>`(start_at, id) > (${startAt}, ${afterId})`]);
  const { rows } = await sql<{ id: string; start_at: string; attributes: DicomJson }>`
    select id, start_at, attributes from worklist_items where ${page}
    order by start_at, id limit ${limit + 1} offset ${offset}`.execute(database);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const result = {
    ids: shown.map(({ id }) => id),
    matches: shown.map(({ attributes }) => toldOf(query, attributes)),
    next: rows.length > limit && last ? encodeCursor('step', [last.start_at, last.id]) : null,
    unsupportedKeys: unsupported,
  };
  if (!query.count) return result;
  const counted = await sql<{ total: number }>`select count(*) as total from
    (select 1 from worklist_items where ${where} limit ${MAX_OFFSET}) as matched`.execute(database);
  return { ...result, total: counted.rows[0]?.total ?? 0 };
}

const document = sql`worklist_items.search`;

function conditionsOf(query: WorklistItemQuery): {
  conditions: Expression<SqlBool>[];
  unsupported: string[];
} {
  const { keys, fuzzy = false, combineDateTime = false } = query;
  const unsupported: string[] = [];
  const conditions: Expression<SqlBool>[] = [];
  const matchings = new Map<string, Matching>();
  for (const [tag, key] of Object.entries(keys)) {
    if (neverMatched.has(tag)) continue;
    if (binaryVrs.has(vrOf(tag, key.vr))) unsupported.push(tag);
    else matchings.set(tag, matchingOf(tag, key, fuzzy));
  }
  const steps = matchings.get(STEPS);
  if (combineDateTime && steps?.type === 'items' && steps.items.length === 1) {
    matchings.delete(STEPS);
    conditions.push(stepTogether(steps.items[0] as readonly ItemKey[]));
  }
  for (const [tag, matching] of matchings) {
    if (matching.type !== 'universal') conditions.push(matches(document, tag, matching));
  }
  return { conditions, unsupported };
}

/** The scheduled procedure step has one item; its start date and time are one moment when both are ranges. */
function stepTogether(keys: readonly ItemKey[]): Expression<SqlBool> {
  const step = sql`(worklist_items.search -> ${STEPS}::text -> 0)`;
  const alone = new Map(keys.map(({ tag, matching }) => [tag, matching]));
  const together = pairsOf(alone).map(({ tags, range }) => {
    for (const tag of tags) alone.delete(tag);
    return matchesTogether(step, tags, range);
  });
  return allOf([...together, ...[...alone].map(([tag, matching]) => matches(step, tag, matching))]);
}

function toldOf({ keys, include }: WorklistItemQuery, attributes: DicomJson): DicomJson {
  if (include === 'all') return attributes;
  const told: DicomJson = {};
  for (const tag of [...new Set([...Object.keys(keys), ...include])].sort()) {
    const [found, key] = [attributes[tag], keys[tag]];
    if (found) told[tag] = key && !include.includes(tag) ? narrowed(found, key) : found;
    else if (key && !neverMatched.has(tag)) told[tag] = { vr: key.vr };
  }
  return told;
}

/** The attributes that are kept, once they are seen to be those of a scheduled procedure step (PS3.4 table K.6-1, type 1). */
function checkItem(attributes: DicomJson): DicomJson {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    throw invalid('A worklist item is an object of attributes in the DICOM JSON model.');
  }
  if (JSON.stringify(attributes).length > MAX_ITEM)
    throw invalid(`A worklist item has at most ${MAX_ITEM} characters.`);
  const kept = keptAttributes(attributes);
  const missing = ['00100010', '00100020'].filter((tag) => first(kept, tag) === null);
  if (kept[STEPS]?.Value?.length !== 1) missing.push(STEPS);
  const step = stepOf(kept);
  missing.push(
    ...['00400001', '00400002', '00400003', '00080060'].filter((tag) => first(step, tag) === null),
  );
  if (missing.length > 0) {
    throw invalid(
      `A worklist item needs Patient's Name, Patient ID and one Scheduled Procedure Step with Station AE Title, Start Date, Start Time and Modality; ${missing.join(', ')} is missing.`,
    );
  }
  if (!normalValue('DA', first(step, '00400002')))
    throw invalid('The Start Date (0040,0002) is not YYYYMMDD.');
  if (!normalValue('TM', first(step, '00400003'))) throw invalid('The Start Time (0040,0003) is not HHMMSS.');
  if (first(kept, '0020000D') === null) kept['0020000D'] = { vr: 'UI', Value: [newUid()] };
  return kept;
}

function stepOf(attributes: DicomJson): DicomJson {
  return ((attributes[STEPS]?.Value ?? [])[0] ?? {}) as DicomJson;
}

function first(attributes: DicomJson, tag: string): unknown {
  const value = attributes[tag]?.Value?.[0];
  return value === undefined || value === '' ? null : value;
}

/** A UID from random bits (PS3.5 section B.2). */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}

function checkedId(id: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(id)) return id;
  throw invalid("A worklist item's id has 1 to 64 letters, digits, points, hyphens and underscores.");
}
