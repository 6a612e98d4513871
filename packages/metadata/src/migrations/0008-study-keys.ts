// What the worklist filters and sorts studies by, in rows a tenth as long: a search of many studies reads as many pages fewer.
import { sql } from 'kysely';
import { inBatches, indexConcurrently, type Migration, statements } from '../migrating/migration.ts';

const BATCH = 2000;

const COLUMNS = [
  'date',
  'time',
  'name_key',
  'patient_id_key',
  'accession_key',
  'birth_date',
  'modalities',
  'name_search',
  'description_search',
  'referring_search',
] as const;
const columns = sql.raw(COLUMNS.join(', '));

/** The values of a row of studies. */
function valuesOf(row: string) {
  const value = (name: string) => (name === 'birth_date' ? `left(${row}.birth_date, 16)` : `${row}.${name}`);
  return sql.raw(COLUMNS.map(value).join(', '));
}

const differs = sql.raw(`(${COLUMNS.map((name) => `old.${name}`).join(', ')})
  is distinct from (${COLUMNS.map((name) => `new.${name}`).join(', ')})`);
const taken = sql.raw(COLUMNS.map((name) => `${name} = excluded.${name}`).join(', '));

const modalityOrder = sql`((left(coalesce(modalities[1], ''), 16) || ' ' || left(coalesce(modalities[2], ''), 16)
  || ' ' || left(coalesce(modalities[3], ''), 16)) collate "C")`;

/**
 * Triggers keep the rows, so that those of older servers are there too. The indexes that go away served the searches of
 * servers that know no later migration than 0007-worklist-search: these still find the same, not as quickly.
 */
export const studyKeys: Migration = {
  name: '0008-study-keys',
  oldest: '0005-sweeps',
  steps: [
    statements('table', [
      sql`create table study_keys (
        id bigint primary key references studies on delete cascade,
        date text collate "C" not null,
        time text collate "C" not null,
        name_key text collate "C" not null,
        patient_id_key text collate "C" not null,
        accession_key text collate "C" not null,
        birth_date text collate "C" not null,
        modalities text[] not null,
        name_search text collate "C" not null,
        description_search text collate "C" not null,
        referring_search text collate "C" not null
      ) with (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05,
        autovacuum_vacuum_insert_scale_factor = 0.05)`,
      sql`create function keep_study_keys() returns trigger language plpgsql as $$ begin
        insert into study_keys (id, ${columns}) select added.id, ${valuesOf('added')} from added;
        return null;
      end $$`,
      sql`create function change_study_keys() returns trigger language plpgsql as $$ begin
        insert into study_keys (id, ${columns}) values (new.id, ${valuesOf('new')})
          on conflict (id) do update set ${taken};
        return null;
      end $$`,
      sql`create trigger keep_study_keys after insert on studies
        referencing new table as added for each statement execute function keep_study_keys()`,
      sql`create trigger change_study_keys after update of ${columns} on studies
        for each row when (${differs}) execute function change_study_keys()`,
    ]),
    // What a trigger has kept is newer. A study that is being removed is waited for.
    inBatches('fill', async (tx, after) => {
      const { rows } = await sql<{ last: number | null }>`with batch as (
          select studies.* from studies where id > ${Number(after ?? 0)} order by id limit ${BATCH} for key share
        ), kept as (
          insert into study_keys (id, ${columns}) select batch.id, ${valuesOf('batch')} from batch
          on conflict (id) do nothing
        ) select max(id) as last from batch`.execute(tx);
      const last = rows[0]?.last ?? null;
      return last === null ? null : String(last);
    }),
    indexConcurrently('study_keys_by_date', sql`on study_keys (date desc, time desc, id desc)`),
    indexConcurrently('study_keys_by_name', sql`on study_keys (name_key, id)`),
    indexConcurrently('study_keys_by_patient_id', sql`on study_keys (patient_id_key, id)`),
    indexConcurrently('study_keys_by_accession', sql`on study_keys (accession_key, id)`),
    indexConcurrently('study_keys_by_birth_date', sql`on study_keys (birth_date, id)`),
    indexConcurrently('study_keys_by_modality', sql`on study_keys (${modalityOrder}, id)`),
    indexConcurrently('study_keys_by_description', sql`on study_keys (description_search, id)`),
    indexConcurrently('study_keys_by_referring', sql`on study_keys (referring_search, id)`),
    // What is not in order yet is looked through by every search: it stays short.
    indexConcurrently(
      'study_keys_modalities',
      sql`on study_keys using gin (modalities) with (gin_pending_list_limit = 256)`,
    ),
    indexConcurrently(
      'study_keys_search_texts',
      sql`on study_keys using gin (name_search gin_trgm_ops, description_search gin_trgm_ops,
        referring_search gin_trgm_ops, patient_id_key gin_trgm_ops, accession_key gin_trgm_ops)
        with (gin_pending_list_limit = 256)`,
    ),
    statements('replaced', [
      sql`analyze study_keys`,
      ...['search_texts', 'by_birth_date', 'by_modality', 'by_description', 'by_referring'].map(
        (name) => sql`drop index if exists ${sql.ref(`studies_${name}`)}`,
      ),
    ]),
  ],
};
