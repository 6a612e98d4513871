// What a manifest needs: a study or a series with its instances, in the order in which they are shown.
import { type Selectable, sql } from 'kysely';
import type { Database } from './database.ts';
import type {
  InstanceRow,
  PatientAttributes,
  SeriesAttributes,
  StudyAttributes,
  StudyRows,
} from './records.ts';
import type { Tables } from './tables.ts';

/** The study with all its series; null when it is not known. */
export async function readStudy(database: Database, studyUid: string): Promise<StudyRows | null> {
  const study = await database
    .selectFrom('studies')
    .selectAll()
    .where('uid', '=', studyUid)
    .executeTakeFirst();
  if (!study) return null;
  const series = await database
    .selectFrom('series')
    .selectAll()
    .where('study', '=', study.id)
    .orderBy('number', (order) => order.asc().nullsLast())
    .orderBy('uid')
    .execute();
  return assemble(database, study, series);
}

/** The study with this one of its series; null when it is not known. */
export async function readSeries(database: Database, seriesUid: string): Promise<StudyRows | null> {
  const series = await database
    .selectFrom('series')
    .selectAll()
    .where('uid', '=', seriesUid)
    .executeTakeFirst();
  if (!series) return null;
  const study = await database
    .selectFrom('studies')
    .selectAll()
    .where('id', '=', series.study)
    .executeTakeFirst();
  return study ? assemble(database, study, [series]) : null;
}

async function assemble(
  database: Database,
  study: Selectable<Tables['studies']>,
  series: Selectable<Tables['series']>[],
): Promise<StudyRows> {
  const rows = await instanceColumns(database)
    .select('instances.series')
    .select(({ selectFrom }) =>
      selectFrom('replicas')
        .select(sql<string[] | null>`array_agg(server order by server)`.as('servers'))
        .where('blob', '=', sql<Buffer>`coalesce(instances.frames_blob, instances.object_blob)`)
        .as('holders'),
    )
    .where('instances.series', 'in', series.length > 0 ? series.map((row) => row.id) : [-1])
    .orderBy('instances.number', (order) => order.asc().nullsLast())
    .orderBy('instances.position', (order) => order.asc().nullsLast())
    .orderBy('instances.uid')
    .execute();
  const bySeries = Map.groupBy(rows, (row) => row.series);
  return {
    patient: patientOf(study),
    study: studyOf(study),
    series: series.map((row) => ({
      ...seriesOf(row),
      instances: (bySeries.get(row.id) ?? []).map((one) => ({
        ...instanceOf(one),
        ...(one.holders && { holders: one.holders }),
      })),
    })),
  };
}

/** A query for instances with the lengths of their blobs, to be narrowed and read with `instanceOf`. */
export function instanceColumns(database: Database) {
  return database
    .selectFrom('instances')
    .innerJoin('blobs as object', 'object.digest', 'instances.object_blob')
    .leftJoin('blobs as coded', 'coded.digest', 'instances.frames_blob')
    .select(['instances.id', 'instances.uid', 'sop_class_uid', 'instances.number', 'frames', 'photometric'])
    .select([
      'presentation',
      'transfer_syntax_uid',
      'file_digest',
      'file_length',
      'object_blob',
      'frames_blob',
    ])
    .select(['frame_index', 'frame_digests', 'format', 'object.length as object_length'])
    .select('coded.length as frames_length');
}

type InstanceColumns = Awaited<ReturnType<ReturnType<typeof instanceColumns>['execute']>>[number];

export function instanceOf(row: InstanceColumns): InstanceRow {
  return {
    uid: row.uid,
    sopClassUid: row.sop_class_uid,
    number: row.number,
    frames: row.frames,
    photometric: row.photometric,
    presentation: row.presentation,
    transferSyntaxUid: row.transfer_syntax_uid,
    file: { digest: row.file_digest.toString('hex'), length: row.file_length },
    objectBlob: { digest: row.object_blob.toString('hex'), length: row.object_length },
    framesBlob: row.frames_blob && {
      digest: row.frames_blob.toString('hex'),
      length: row.frames_length ?? 0,
    },
    frameIndex: row.frame_index,
    frameDigests: row.frame_digests,
    format: row.format,
  };
}

export function patientOf(row: Selectable<Tables['studies']>): PatientAttributes {
  return {
    id: row.patient_id,
    issuer: row.issuer,
    name: row.patient_name,
    birthDate: row.birth_date,
    sex: row.sex,
  };
}

export function studyOf(row: Selectable<Tables['studies']>): StudyAttributes {
  return {
    uid: row.uid,
    id: row.study_id,
    accessionNumber: row.accession_number,
    date: row.date,
    time: row.time,
    description: row.description,
    referringPhysician: row.referring_physician,
  };
}

export function seriesOf(row: Selectable<Tables['series']>): SeriesAttributes {
  return {
    uid: row.uid,
    number: row.number,
    modality: row.modality,
    description: row.description,
    bodyPart: row.body_part,
    laterality: row.laterality,
    date: row.date,
    time: row.time,
  };
}
