// How far each study's report is: kept with what the worklist searches, by a trigger, whoever stores the report.
import { sql } from 'kysely';
import { inBatches, indexConcurrently, type Migration, statements } from '../migrating/migration.ts';

const BATCH = 2000;

/** Basic Text, Enhanced, Comprehensive, Comprehensive 3D and Extensible SR (PS3.4 B.5). */
const BASIC = '1.2.840.10008.5.1.4.1.1.88.11';
const classes = [BASIC, ...['22', '33', '34', '35'].map((last) => `1.2.840.10008.5.1.4.1.1.88.${last}`)];
const reportClasses = sql.raw(classes.map((uid) => `'${uid}'`).join(', '));

/**
 * Titles (DCM) of what modalities and workstations measure, which nobody has read for: radiation dose, ultrasound and
 * echocardiography measurements, imaging measurements (PS3.16 TID 10001, 5000, 5100, 5200, 1500 and CID 7021), CAD.
 */
const measured = sql.raw(
  [
    '113701',
    '125000',
    '125100',
    '125200',
    '126000',
    '126001',
    '126002',
    '126003',
    '111036',
    '112000',
    '112220',
  ]
    .map((code) => `'${code}'`)
    .join(', '),
);

/**
 * 2: no report; 1: preliminary; 0: final. Of several reports the one that is furthest counts: an addendum that is being
 * written takes nothing back. A report that does not say whether it is final is when it was verified (PS3.3 C.17.2).
 */
const stateOf = sql`create function report_state_of(class text, attributes jsonb) returns smallint
  language sql immutable parallel safe as $$ select case
    when class not in (${reportClasses}) then 2
    when class <> '${sql.raw(BASIC)}' and attributes #>> '{0040A043,Value,0,00080102,Value,0}' = 'DCM'
      and attributes #>> '{0040A043,Value,0,00080100,Value,0}' in (${measured}) then 2
    when coalesce(attributes #>> '{0040A496,Value,0}', attributes #>> '{0040A493,Value,0}') in ('FINAL', 'VERIFIED') then 0
    else 1 end::smallint $$`;

/** Older servers do not know the column: what they store is seen by the trigger all the same. */
export const reportStates: Migration = {
  name: '0009-report-states',
  oldest: '0005-sweeps',
  steps: [
    statements('column', [sql`alter table study_keys add column report_state smallint not null default 2`]),
    statements('trigger', [
      stateOf,
      sql`create function note_report_state() returns trigger language plpgsql as $$
        declare state constant smallint := report_state_of(new.sop_class_uid, new.attributes);
        begin
          update study_keys set report_state = state
            where id = (select study from series where series.id = new.series) and report_state > state;
          return null;
        end $$`,
      sql`create trigger note_report_state after insert or update of attributes on instances
        for each row when (new.sop_class_uid in (${reportClasses})) execute function note_report_state()`,
    ]),
    // Locked in the order of every commit.
    inBatches('fill', async (tx, after) => {
      const { rows } = await sql<{ last: number | null }>`with batch as materialized (
          select id, uid, sop_classes from studies where id > ${Number(after ?? 0)} order by id limit ${BATCH}
        ), reported as materialized (
          select studies.id from studies join batch using (id) where batch.sop_classes && array[${reportClasses}]
            order by studies.uid for no key update of studies
        ), states as (
          select reported.id, min(report_state_of(sop_class_uid, instances.attributes)) as state
            from reported join series on series.study = reported.id join instances on instances.series = series.id
            where sop_class_uid in (${reportClasses}) group by reported.id
        ), noted as (
          update study_keys set report_state = states.state from states
            where study_keys.id = states.id and report_state > states.state
        ) select max(id) as last from batch`.execute(tx);
      const last = rows[0]?.last ?? null;
      return last === null ? null : String(last);
    }),
    indexConcurrently(
      'study_keys_by_report',
      sql`on study_keys (report_state desc, date desc, time desc, id desc)`,
    ),
  ],
};
