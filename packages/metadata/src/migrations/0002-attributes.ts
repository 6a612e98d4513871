// The attributes that queries match and tell, the scheduled procedure steps, and how near a replica is.
import type { FrameFormat } from '@strata/codec/format';
import { type Kysely, type Selectable, sql } from 'kysely';
import { instanceColumns, patientColumns, seriesColumns, studyColumns } from '../query/column-attributes.ts';
import { searchDocument } from '../query/search-document.ts';
import type { DicomJson } from '../query/types.ts';
import { patientOf, seriesOf, studyOf } from '../study-rows.ts';
import type { Tables } from '../tables.ts';

const PAGE = 2000;

const described = ['patients', 'studies', 'series', 'instances'] as const;

const before = described.map(
  (table) =>
    sql`alter table ${sql.table(table)}
    add column attributes jsonb not null default '{}', add column search jsonb not null default '{}'`,
);

const after = [
  sql`alter table studies add column sop_classes text[] not null default '{}'`,
  sql`update studies set sop_classes = array(select distinct sop_class_uid from instances
    join series on series.id = instances.series where series.study = studies.id and sop_class_uid <> '' order by 1)`,
  sql`create index patients_search on patients using gin (search jsonb_path_ops)`,
  sql`create index studies_search on studies using gin (search jsonb_path_ops)`,
  sql`create index series_search on series using gin (search jsonb_path_ops)`,
  sql`alter table replicas add column tier text not null default 'online'
    check (tier in ('online', 'nearline', 'offline'))`,
  sql`create table worklist_items (
    id text collate "C" primary key,
    attributes jsonb not null,
    search jsonb not null,
    start_at text collate "C" not null,
    station text collate "C" not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  sql`create index worklist_items_start on worklist_items (start_at, id)`,
  sql`create index worklist_items_search on worklist_items using gin (search jsonb_path_ops)`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of before) await statement.execute(database);
  // Of what was stored before, the attributes are those that the columns have. Whoever changes the form of search
  // documents makes all of them anew in a migration of his own, so these may be made by the code of today.
  await fill<PatientRow>(database, 'patients', (row) =>
    patientColumns({
      id: row.patient_id,
      issuer: row.issuer,
      name: row.name,
      birthDate: row.birth_date,
      sex: row.sex,
    }),
  );
  await fill<Selectable<Tables['studies']>>(database, 'studies', (row) => ({
    ...patientColumns(patientOf(row)),
    ...studyColumns(studyOf(row)),
  }));
  await fill<Selectable<Tables['series']>>(database, 'series', (row) => seriesColumns(seriesOf(row)));
  await fill<InstanceColumns>(database, 'instances', (row) =>
    instanceColumns(
      { uid: row.uid, sopClassUid: row.sop_class_uid, number: row.number, frames: row.frames },
      row.format,
    ),
  );
  for (const statement of after) await statement.execute(database);
}

type PatientRow = Selectable<Tables['patients']>;
interface InstanceColumns {
  readonly uid: string;
  readonly sop_class_uid: string;
  readonly number: number | null;
  readonly frames: number;
  readonly format: FrameFormat | null;
}

async function fill<Row>(
  database: Kysely<unknown>,
  table: (typeof described)[number],
  attributesOf: (row: Row) => DicomJson,
): Promise<void> {
  const columns = table === 'instances' ? sql`id, uid, sop_class_uid, number, frames, format` : sql`*`;
  for (let last = 0; ; ) {
    const { rows } = await sql<Row & { id: number }>`select ${columns} from ${sql.table(table)}
      where id > ${last} order by id limit ${PAGE}`.execute(database);
    if (rows.length === 0) return;
    const attributes = rows.map(attributesOf);
    await sql`update ${sql.table(table)} set attributes = filled.attributes::jsonb, search = filled.search::jsonb
      from unnest(${rows.map((row) => row.id)}::bigint[], ${attributes.map((one) => JSON.stringify(one))}::text[],
        ${attributes.map((one) => JSON.stringify(searchDocument(one)))}::text[]) as filled (id, attributes, search)
      where ${sql.table(table)}.id = filled.id`.execute(database);
    last = rows.at(-1)?.id ?? last;
  }
}
