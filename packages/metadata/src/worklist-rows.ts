// A study of the worklist: the columns that are read of it, and what is made of them.
import { sql } from 'kysely';
import type { ReportState, WorklistStudy } from './records.ts';
import type { SortKey } from './worklist-orders.ts';

/** The columns of a row, of `studies` and of the `page`; the keys of the order come beside them. */
export const listedColumns = sql`page.report_state, studies.id, studies.uid, studies.patient_name, studies.patient_id, studies.birth_date, studies.sex,
  studies.accession_number, studies.date, studies.time, studies.description, studies.referring_physician,
  studies.modalities, studies.series_count, studies.instance_count, studies.frame_count, studies.bytes`;

/** A study as the worklist's queries give it. */
export interface StudyRow {
  readonly id: number;
  readonly uid: string;
  readonly patient_name: string;
  readonly patient_id: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly accession_number: string;
  readonly date: string;
  readonly time: string;
  readonly description: string;
  readonly referring_physician: string;
  readonly modalities: string[];
  readonly series_count: number;
  readonly instance_count: number;
  readonly frame_count: number;
  readonly bytes: number;
  readonly key_0: SortKey;
  readonly key_1?: SortKey;
  readonly key_2?: SortKey;
  readonly report_state: number;
}

/** The values by which the study is sorted. */
export function keyOf({ key_0, key_1, key_2 }: StudyRow): SortKey[] {
  return [key_0, key_1, key_2].filter((key) => key !== undefined);
}

/** As `report_state` counts them: the most that is still to be done is first in the worklist. */
export const statesByNumber: readonly ReportState[] = ['final', 'preliminary', 'unread'];

/** The study as the worklist tells it. */
export function studyOf(row: StudyRow): WorklistStudy {
  return {
    studyUid: row.uid,
    patientName: row.patient_name,
    patientId: row.patient_id,
    birthDate: row.birth_date,
    sex: row.sex,
    accessionNumber: row.accession_number,
    studyDate: row.date,
    studyTime: row.time,
    description: row.description,
    referringPhysician: row.referring_physician,
    modalities: row.modalities,
    seriesCount: row.series_count,
    instanceCount: row.instance_count,
    frameCount: row.frame_count,
    bytes: row.bytes,
    report: statesByNumber[row.report_state] ?? 'unread',
  };
}
