// The rows that commits of the made-up studies make, for COPY: with the functions that commits use, but not through them.
import { nameWords } from '@strata/metadata/names';
import { slicePosition } from '@strata/metadata/position';
import { attributesByLevel } from '@strata/metadata/query/column-attributes';
import type { InstanceRecord } from '@strata/metadata/records';
import {
  blobRows,
  type DescribedRecord,
  instanceRow,
  patientIdentity,
  patientRow,
  seriesRow,
  studyRow,
} from '@strata/metadata/rows';
import { type MadeStudy, madeRecord, SERVER } from './made-studies.ts';

export const tables = [
  'patients',
  'studies',
  'study_names',
  'series',
  'blobs',
  'instances',
  'replicas',
] as const;
export type TableName = (typeof tables)[number];
/** The number of an instance, and a key, that no made-up one has. */
const PATTERN = 987_654_321;
const PATTERN_KEY = 8_642_097_531;

type Value = string | number | null | Buffer | readonly string[];

/** Lines of COPY by table, and the columns that they have. */
export class MadeRows {
  readonly lines = new Map<TableName, string[]>(tables.map((table) => [table, []]));
  readonly columns = new Map<TableName, string>();
  readonly #patients = new Map<string, number>();
  #series = 0;
  #instances = 0;

  get instances(): number {
    return this.#instances;
  }

  /** Adds all rows of a study; its key is its number and one. */
  add(made: MadeStudy): void {
    const id = made.n + 1;
    const series = made.instances.map((_, index) => described(made, index + 1, PATTERN));
    const [first] = series as [DescribedRecord];
    const identity = patientIdentity(first).toString('hex');
    let patient = this.#patients.get(identity);
    if (patient === undefined) {
      patient = this.#patients.size + 1;
      this.#patients.set(identity, patient);
      this.#put('patients', { id: patient, ...patientRow(first) });
    }
    const counted = made.instances.reduce((sum, count) => sum + count, 0);
    this.#put('studies', {
      id,
      ...studyRow(first, patient),
      modalities: [made.modality.code],
      sop_classes: [made.modality.sopClass],
      series_count: made.instances.length,
      instance_count: counted,
      frame_count: counted,
      bytes: counted * first.file.length,
    });
    for (const word of nameWords(made.patient.name)) this.#put('study_names', { word, study: id });
    for (const [index, pattern] of series.entries()) this.#addSeries(made, index + 1, pattern);
  }

  #addSeries(made: MadeStudy, number: number, pattern: DescribedRecord): void {
    const key = ++this.#series;
    const instances = made.instances[number - 1] ?? 0;
    const { length } = pattern.file;
    this.#put('series', {
      id: key,
      ...seriesRow(pattern, made.n + 1),
      instance_count: instances,
      frame_count: instances,
      bytes: instances * length,
    });
    this.#put('instances', { id: PATTERN_KEY, ...instanceRow(pattern, key) });
    const line = this.lines.get('instances')?.pop() ?? '';
    for (let instance = 1; instance <= instances; instance++) {
      const record = madeRecord(made, number, instance);
      this.lines.get('instances')?.push(filled(line, pattern, record, ++this.#instances));
      for (const blob of blobRows([record])) {
        this.#put('blobs', blob);
        this.#put('replicas', { blob: blob.digest, ...SERVER });
      }
    }
  }

  #put(table: TableName, row: object): void {
    if (!this.columns.has(table)) this.columns.set(table, Object.keys(row).join(', '));
    this.lines.get(table)?.push(
      Object.values(row as Record<string, Value>)
        .map(copied)
        .join('\t'),
    );
  }
}

function described(made: MadeStudy, series: number, instance: number): DescribedRecord {
  const record = madeRecord(made, series, instance);
  return { ...record, described: attributesByLevel(record) };
}

/**
 * The line of an instance out of that of an instance of the same series with a number that is nowhere else: describing each
 * of five million anew takes too long. What differs between instances of a series is here; the sample that is compared with
 * real commits says when something is forgotten.
 */
function filled(line: string, pattern: InstanceRecord, record: InstanceRecord, key: number): string {
  let made = line.replace(String(PATTERN_KEY), String(key));
  const replace = (from: string, to: string): void => {
    made = made.replaceAll(from, to);
  };
  replace(String(locationOf(pattern)), String(locationOf(record)));
  replace(String(PATTERN), String(record.instance.number));
  for (const part of [fileOf, objectOf, framesOf, indexOf, pixelsOf]) replace(part(pattern), part(record));
  return made;
}

const fileOf = ({ file }: InstanceRecord): string => file.digest;
const objectOf = ({ objectBlob }: InstanceRecord): string => objectBlob.digest;
const framesOf = ({ framesBlob }: InstanceRecord): string => framesBlob?.digest ?? '';
const indexOf = ({ frameIndex }: InstanceRecord): string => Buffer.from(frameIndex ?? []).toString('hex');
const pixelsOf = ({ frameDigests }: InstanceRecord): string =>
  Buffer.from(frameDigests ?? []).toString('hex');
const locationOf = ({ instance }: InstanceRecord): number => slicePosition(instance.presentation) ?? 0;

/** A value in the text format of COPY. */
function copied(value: Value): string {
  if (value === null || value === undefined) return '\\N';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `{${value.join(',')}}`;
  return /[\\\n\r\t]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
    : value;
}
