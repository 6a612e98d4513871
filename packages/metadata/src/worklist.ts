// The worklist: filters, order and pages over the studies, fast at a million of them.
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { MetadataError } from './errors.ts';
import { hasWildcards, identifierKey, likePattern, searchWords } from './names.ts';
import type { WorklistPage, WorklistQuery } from './records.ts';
import { storable } from './text.ts';
import { decodeCursor, encodeCursor } from './worklist-cursor.ts';

const MAX_LIMIT = 500;
const MAX_TEXT = 1024;
const MAX_MODALITIES = 64;

/** One page of the studies that the query finds. Throws MetadataError `invalid` for a query that makes no sense. */
export async function listStudies(database: Database, query: WorklistQuery): Promise<WorklistPage> {
  checkQuery(query);
  const conditions = conditionsOf(query);
  const sort = query.sort ?? 'date';
  const cursor = query.after === undefined ? null : decodeCursor(query.after, sort);
  const where = allOf(conditions);
  const page = cursor ? allOf([...conditions, afterCursor(cursor.key, sort)]) : where;
  const order = sort === 'date' ? sql`date desc, time desc, id desc` : sql`name_key, id`;
  const rows = await database
    .selectFrom('studies')
    .select([
      'id',
      'uid',
      'patient_name',
      'patient_id',
      'birth_date',
      'sex',
      'accession_number',
      'date',
      'time',
    ])
    .select([
      'description',
      'modalities',
      'series_count',
      'instance_count',
      'frame_count',
      'bytes',
      'name_key',
    ])
    .where(page)
    .orderBy(order)
    .limit(query.limit + 1)
    .execute();
  // Counted once: the pages after the first carry the total along.
  const total = cursor?.total ?? (await countStudies(database, where));
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rows.length > query.limit && last;
  const key = last && (sort === 'date' ? [last.date, last.time, last.id] : [last.name_key, last.id]);
  return {
    studies: shown.map((row) => ({
      studyUid: row.uid,
      patientName: row.patient_name,
      patientId: row.patient_id,
      birthDate: row.birth_date,
      sex: row.sex,
      accessionNumber: row.accession_number,
      studyDate: row.date,
      studyTime: row.time,
      description: row.description,
      modalities: row.modalities,
      seriesCount: row.series_count,
      instanceCount: row.instance_count,
      frameCount: row.frame_count,
      bytes: row.bytes,
    })),
    next: more && key ? encodeCursor({ sort, key, total }) : null,
    total,
  };
}

async function countStudies(database: Database, where: Expression<SqlBool>): Promise<number> {
  const counted = await database
    .selectFrom('studies')
    .select((count) => count.fn.countAll<number>().as('total'))
    .where(where)
    .executeTakeFirstOrThrow();
  return counted.total;
}

function checkQuery(query: WorklistQuery): void {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw new MetadataError(
      'invalid',
      `A page of the worklist has 1 to ${MAX_LIMIT} studies, not ${query.limit}.`,
    );
  }
  for (const date of [query.dateFrom, query.dateTo]) {
    if (date === undefined || date === '' || /^\d{8}$/.test(date)) continue;
    throw new MetadataError(
      'invalid',
      `A date of the worklist is YYYYMMDD, not ${JSON.stringify(date.slice(0, 40))}.`,
    );
  }
  for (const text of [query.patientName, query.patientId, query.accessionNumber, query.studyUid]) {
    if ((text?.length ?? 0) <= MAX_TEXT) continue;
    throw new MetadataError('invalid', `A text of the worklist's filter has at most ${MAX_TEXT} characters.`);
  }
  if (
    (query.modality?.length ?? 0) > MAX_MODALITIES ||
    query.modality?.some((one) => one.length > MAX_TEXT)
  ) {
    throw new MetadataError('invalid', `The worklist's filter takes at most ${MAX_MODALITIES} modalities.`);
  }
  if (query.sort !== undefined && query.sort !== 'date' && query.sort !== 'name') {
    throw new MetadataError('invalid', 'The worklist is sorted by date or by name.');
  }
}

/** Empty texts filter nothing: a form sends them for what was not filled in. */
function conditionsOf(query: WorklistQuery): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  for (const word of searchWords(query.patientName ?? '')) {
    const pattern = likePattern(`${word}*`);
    if (pattern === '%') continue;
    conditions.push(sql<SqlBool>`id in (select study from study_names where word like ${pattern})`);
  }
  if (query.patientId) conditions.push(identifierIs(sql`patient_id_key`, query.patientId));
  if (query.accessionNumber) conditions.push(identifierIs(sql`accession_key`, query.accessionNumber));
  const modalities = query.modality?.map(storable) ?? [];
  if (modalities.length > 0) conditions.push(sql<SqlBool>`modalities && ${modalities}::text[]`);
  if (query.dateFrom) conditions.push(sql<SqlBool>`date >= ${query.dateFrom}`);
  if (query.dateTo) conditions.push(sql<SqlBool>`date <= ${query.dateTo} and date <> ''`);
  if (query.studyUid) conditions.push(sql<SqlBool>`uid = ${storable(query.studyUid)}`);
  return conditions;
}

function identifierIs(column: Expression<unknown>, search: string): Expression<SqlBool> {
  const key = identifierKey(search);
  return hasWildcards(key)
    ? sql<SqlBool>`${column} like ${likePattern(key)}`
    : sql<SqlBool>`${column} = ${key}`;
}

function afterCursor(key: readonly (string | number)[], sort: 'date' | 'name'): Expression<SqlBool> {
  return sort === 'date'
    ? sql<SqlBool>`(date, time, id) < (${key[0]}, ${key[1]}, ${key[2]}::bigint)`
    : sql<SqlBool>`(name_key, id) > (${key[0]}, ${key[1]}::bigint)`;
}

function allOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  if (conditions.length === 0) return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` and `,
  )}`;
}
