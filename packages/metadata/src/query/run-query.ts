// Runs a query at a level of the information model: conditions, order, page, total, and what is told of the matches.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { availabilities } from '../availability.ts';
import type { Database } from '../database.ts';
import { checkQuery, MAX_OFFSET } from './check-query.ts';
import { allOf } from './conditions.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { keyConditions } from './key-conditions.ts';
import { matchedJson, wants } from './matched-json.ts';
import type { DicomJson, DicomQuery, DicomQueryPage, QueryLevel } from './types.ts';

interface LevelTables {
  readonly from: RawBuilder<unknown>;
  readonly columns: RawBuilder<unknown>;
  readonly id: RawBuilder<unknown>;
}

/** A patient of whom nothing is stored is none that is found. */
const hasStudies = sql<SqlBool>`exists (select 1 from studies where studies.patient = patients.id)`;

const ofStudies = sql`studies.attributes as study_attributes, studies.modalities, studies.sop_classes,
  studies.series_count, studies.instance_count, studies.date, studies.time`;
const ofSeries = sql`${ofStudies}, series.attributes as series_attributes,
  series.instance_count as series_instance_count`;
const joinStudies = sql`join studies on studies.id = series.study`;
const tables: Readonly<Record<QueryLevel, LevelTables>> = {
  patient: {
    from: sql`patients`,
    columns: sql`patients.attributes as patient_attributes`,
    id: sql`patients.id`,
  },
  study: { from: sql`studies`, columns: ofStudies, id: sql`studies.id` },
  series: { from: sql`series ${joinStudies}`, columns: ofSeries, id: sql`series.id` },
  instance: {
    from: sql`instances join series on series.id = instances.series ${joinStudies}`,
    columns: sql`${ofSeries}, instances.attributes as instance_attributes, instances.transfer_syntax_uid`,
    id: sql`instances.id`,
  },
};

/** A row of a level: what is above it is there, what is below is not. */
interface MatchRow {
  readonly id: number;
  readonly patient_attributes?: DicomJson;
  readonly study_attributes?: DicomJson;
  readonly modalities?: string[];
  readonly sop_classes?: string[];
  readonly series_count?: number;
  readonly instance_count?: number;
  readonly date?: string;
  readonly time?: string;
  readonly series_attributes?: DicomJson;
  readonly series_instance_count?: number;
  readonly instance_attributes?: DicomJson;
  readonly transfer_syntax_uid?: string;
}

/** One page of what the query matches. Throws MetadataError `invalid` for a query that makes no sense. */
export async function runQuery(database: Database, query: DicomQuery): Promise<DicomQueryPage> {
  checkQuery(query);
  const { level, limit, offset = 0, after } = query;
  const { conditions, unsupported } = keyConditions(query);
  const { from, columns, id } = tables[level];
  const where = allOf(level === 'patient' ? [...conditions, hasStudies] : conditions);
  const page = after === undefined ? where : allOf([where, behind(level, after)]);
  const order = level === 'study' ? sql`date desc, time desc, id desc` : sql`id desc`;
  const { rows } = await sql<MatchRow>`select ${id} as id, ${columns} from ${from} where ${page}
    order by ${order} limit ${limit + 1} offset ${offset}`.execute(database);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? cursorOf(level, last) : null;
  const told = await knownOf(database, query, shown);
  const matches = told.map((known) => matchedJson(query, known));
  const result = { matches, next, unsupportedKeys: unsupported };
  return query.count ? { ...result, total: await total(database, from, where) } : result;
}

function cursorOf(level: QueryLevel, row: MatchRow): string {
  return encodeCursor(level, level === 'study' ? [row.date ?? '', row.time ?? '', row.id] : [row.id]);
}

function behind(level: QueryLevel, after: string): Expression<SqlBool> {
  const key = decodeCursor(after, level, level === 'study' ? 2 : 0);
  return level === 'study'
    ? sql<SqlBool>`(studies.date, studies.time, studies.id) < (${key[0]}, ${key[1]}, ${key[2]}::bigint)`
    : sql<SqlBool>`${tables[level].id} < ${key[0]}::bigint`;
}

async function total(
  database: Database,
  from: RawBuilder<unknown>,
  where: Expression<SqlBool>,
): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from
    (select 1 from ${from} where ${where} limit ${MAX_OFFSET}) as matched`.execute(database);
  return rows[0]?.total ?? 0;
}

/** All that is known of each match. */
async function knownOf(
  database: Database,
  query: DicomQuery,
  rows: readonly MatchRow[],
): Promise<DicomJson[]> {
  const ids = rows.map(({ id }) => id);
  const { level } = query;
  const counted = level === 'patient' && patientCounts.some(([, tag]) => wants(query, tag));
  const counts = counted ? await countsOfPatients(database, ids) : new Map<number, PatientCounts>();
  const near =
    level !== 'patient' && wants(query, '00080056')
      ? await availabilities(database, level, ids)
      : new Map<number, string>();
  return rows.map((row) => {
    const known: DicomJson = {
      ...row.patient_attributes,
      ...row.study_attributes,
      ...row.series_attributes,
      ...row.instance_attributes,
    };
    const add = (tag: string, vr: string, values: readonly (string | number)[] | undefined): void => {
      if (values && values.length > 0) known[tag] = { vr, Value: [...values] };
    };
    const one = <T extends string | number>(value: T | undefined): T[] | undefined =>
      value === undefined ? value : [value];
    add('00080061', 'CS', row.modalities);
    add('00080062', 'UI', row.sop_classes);
    add('00201206', 'IS', one(row.series_count));
    add('00201208', 'IS', one(row.instance_count));
    add('00201209', 'IS', one(row.series_instance_count));
    add('00083002', 'UI', one(row.transfer_syntax_uid || undefined));
    add('00080056', 'CS', one(near.get(row.id)));
    for (const [field, tag] of patientCounts) add(tag, 'IS', one(counts.get(row.id)?.[field]));
    return known;
  });
}

const patientCounts = [
  ['studies', '00201200'],
  ['series', '00201202'],
  ['instances', '00201204'],
] as const;
type PatientCounts = Record<(typeof patientCounts)[number][0], number>;

async function countsOfPatients(
  database: Database,
  ids: readonly number[],
): Promise<Map<number, PatientCounts>> {
  const { rows } = await sql<PatientCounts & { patient: number }>`select patient, count(*) as studies,
    sum(series_count)::bigint as series, sum(instance_count)::bigint as instances from studies
    where patient = any(${[...ids]}::bigint[]) group by patient`.execute(database);
  return new Map(rows.map((row) => [row.patient, row]));
}
