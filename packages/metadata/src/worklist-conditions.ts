// What the worklist is filtered by: checked, and as conditions of SQL. Every value is a parameter.
import { type Expression, type SqlBool, sql } from 'kysely';
import { MetadataError } from './errors.ts';
import { hasWildcards, identifierKey } from './names.ts';
import { type ReportState, reportStates, type WorklistQuery, type WorklistSort } from './records.ts';
import { identifierPattern, type WordPlace, wordSearches } from './search-text.ts';
import { storable } from './text.ts';
import { statesByNumber } from './worklist-rows.ts';

const MAX_LIMIT = 500;
const MAX_TEXT = 1024;
const MAX_MODALITIES = 64;

/** What must hold of a study. */
export interface WorklistCondition {
  readonly holds: Expression<SqlBool>;
  /** Whether an index finds the studies of which it holds. */
  readonly indexed: boolean;
  /** Whether that index finds many others, too, out of which they are sifted. */
  readonly isSifted?: boolean;
  /** The order in which those studies lie together. */
  readonly along?: WorklistSort;
  /** The order whose index tells by itself whether it holds, if that is not `along`. */
  readonly seenIn?: WorklistSort;
}

/** Throws MetadataError `invalid` for a query that makes no sense. */
export function checkQuery(query: WorklistQuery): void {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw invalid(`A page of the worklist has 1 to ${MAX_LIMIT} studies, not ${query.limit}.`);
  }
  for (const date of [query.dateFrom, query.dateTo]) {
    if (date === undefined || date === '' || /^\d{8}$/.test(date)) continue;
    throw invalid(`A date of the worklist is YYYYMMDD, not ${JSON.stringify(date.slice(0, 40))}.`);
  }
  const { patientName, patientId, accessionNumber, referringPhysician, description, studyUid } = query;
  for (const text of [patientName, patientId, accessionNumber, referringPhysician, description, studyUid]) {
    if ((text?.length ?? 0) <= MAX_TEXT) continue;
    throw invalid(`A text of the worklist's filter has at most ${MAX_TEXT} characters.`);
  }
  const place = query.patientNameMatch;
  if (place !== undefined && place !== 'beginnings' && place !== 'anywhere') {
    throw invalid('Names are matched by their beginnings or anywhere.');
  }
  if (
    (query.modality?.length ?? 0) > MAX_MODALITIES ||
    query.modality?.some((one) => one.length > MAX_TEXT)
  ) {
    throw invalid(`The worklist's filter takes at most ${MAX_MODALITIES} modalities.`);
  }
  const unknown = query.report?.find((state) => !reportStates.includes(state));
  if (unknown !== undefined || (query.report?.length ?? 0) > MAX_MODALITIES) {
    throw invalid(`Reports are ${reportStates.join(', ')}.`);
  }
}

/** What the query asks of studies. Empty texts filter nothing: a form sends them for what was not filled in. */
export function conditionsOf(query: WorklistQuery): WorklistCondition[] {
  const conditions = [
    ...wordsIn(sql`study_keys.name_search`, query.patientName, query.patientNameMatch ?? 'beginnings'),
    ...wordsIn(sql`study_keys.description_search`, query.description, 'anywhere', 'description'),
    ...wordsIn(sql`study_keys.referring_search`, query.referringPhysician, 'anywhere', 'referringPhysician'),
    ...identifier(sql`study_keys.patient_id_key`, query.patientId, 'patientId'),
    ...identifier(sql`study_keys.accession_key`, query.accessionNumber, 'accession'),
  ];
  const add = (holds: Expression<SqlBool>, along?: WorklistSort) =>
    conditions.push({ holds, indexed: true, ...(along && { along }) });
  const modalities = query.modality?.map(storable) ?? [];
  if (modalities.length > 0) add(sql<SqlBool>`study_keys.modalities && ${modalities}::text[]`);
  const report = reportCondition(query.report ?? []);
  if (report) add(report, 'report');
  if (query.dateFrom) add(sql<SqlBool>`study_keys.date >= ${query.dateFrom}`, 'date');
  if (query.dateTo) add(sql<SqlBool>`study_keys.date <= ${query.dateTo} and study_keys.date <> ''`, 'date');
  if (query.studyUid)
    add(sql<SqlBool>`study_keys.id = (select id from studies where uid = ${storable(query.studyUid)})`);
  return conditions;
}

/** By a range where it is one, so that an order by the state stays one; null when every state will do. */
function reportCondition(wanted: readonly ReportState[]): Expression<SqlBool> | null {
  const numbers = [...new Set(wanted.map((state) => statesByNumber.indexOf(state)))].sort();
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || numbers.length === statesByNumber.length) return null;
  if (first === last) return sql<SqlBool>`study_keys.report_state = ${first}::smallint`;
  const middle = numbers.length === 2 && last === first + 2;
  return middle
    ? sql<SqlBool>`study_keys.report_state <> 1`
    : sql<SqlBool>`study_keys.report_state between ${first}::smallint and ${last}::smallint`;
}

function wordsIn(
  column: Expression<unknown>,
  search: string | undefined,
  place: WordPlace,
  seenIn?: WorklistSort,
): WorklistCondition[] {
  return wordSearches(search ?? '', place).map(({ like, expression, indexed }) => {
    const all = like.map((pattern) => sql<SqlBool>`${column} like ${pattern}`);
    if (expression !== null) all.push(sql<SqlBool>`${column} ~ ${expression}`);
    return { holds: allOf(all), indexed, isSifted: expression !== null, ...(seenIn && { seenIn }) };
  });
}

function identifier(
  column: Expression<unknown>,
  search: string | undefined,
  along: WorklistSort,
): WorklistCondition[] {
  if (!search) return [];
  const key = identifierKey(search);
  if (!hasWildcards(key)) return [{ holds: sql<SqlBool>`${column} = ${key}`, indexed: true, along }];
  const { like, indexed } = identifierPattern(key);
  return like === '%' ? [] : [{ holds: sql<SqlBool>`${column} like ${like}`, indexed, along }];
}

/** Whether all of the conditions hold. */
export function allOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  if (conditions.length === 0) return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` and `,
  )}`;
}

function invalid(message: string): MetadataError {
  return new MetadataError('invalid', message);
}
