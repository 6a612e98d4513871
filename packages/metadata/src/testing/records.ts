// Records of made-up instances for tests.
import { createHash } from 'node:crypto';
import { instanceColumns, patientColumns, seriesColumns, studyColumns } from '../query/column-attributes.ts';
import type { DicomJson } from '../query/types.ts';
import type { InstanceRecord } from '../records.ts';

/** What a test wants to be special about an instance; the UIDs are `study`, `study.series`, `study.series.instance`. */
export interface Wanted {
  study?: string;
  series?: string;
  instance?: string;
  /** What the file holds; another text is another file. */
  file?: string;
  patient?: Partial<InstanceRecord['patient']>;
  inStudy?: Partial<InstanceRecord['study']>;
  inSeries?: Partial<InstanceRecord['series']>;
  inInstance?: Partial<InstanceRecord['instance']>;
  /** Beside those that the columns have. */
  attributes?: DicomJson;
}

/** A complete record: a CT slice of one frame, 1000 bytes as a file, unless something else is wanted. */
export function record(wanted: Wanted = {}): InstanceRecord {
  const { study = '1.2.1', series = '1', instance = '1' } = wanted;
  const uid = `${study}.${series}.${instance}`;
  const content = wanted.file ?? uid;
  const frames = wanted.inInstance?.frames ?? 1;
  const plain = {
    patient: { id: 'P1', issuer: '', name: 'Doe^Jane', birthDate: '19700131', sex: 'F', ...wanted.patient },
    study: {
      uid: study,
      id: '7',
      accessionNumber: 'A-1',
      date: '20240131',
      time: '101500',
      description: 'Thorax',
      referringPhysician: 'House^Gregory',
      ...wanted.inStudy,
    },
    series: {
      uid: `${study}.${series}`,
      number: Number(series),
      modality: 'CT',
      description: 'axial',
      bodyPart: 'CHEST',
      laterality: '',
      date: '20240131',
      time: '101600',
      ...wanted.inSeries,
    },
    instance: {
      uid,
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      number: Number(instance),
      frames,
      photometric: 'MONOCHROME2',
      presentation: { windows: [{ centre: 40, width: 400, explanation: 'soft' }] },
      ...wanted.inInstance,
    },
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    file: { digest: digest(`file ${content}`), length: 1000 },
    objectBlob: { digest: digest(`object ${content}`), length: 100 },
    framesBlob: { digest: digest(`frames ${content}`), length: 800 },
    frameIndex: Buffer.from(`index ${content}`),
    frameDigests: Buffer.alloc(32 * frames, 7),
    format: { width: 512, height: 512, samples: 1 as const, bits: 12, signed: false },
  };
  const attributes: DicomJson = {
    ...patientColumns(plain.patient),
    ...studyColumns(plain.study),
    ...seriesColumns(plain.series),
    ...instanceColumns(plain.instance, plain.format),
    ...wanted.attributes,
  };
  return { ...plain, attributes };
}

/** Records of so many instances of one series. */
export function records(count: number, wanted: Wanted = {}): InstanceRecord[] {
  return Array.from({ length: count }, (_, index) => record({ ...wanted, instance: String(index + 1) }));
}

function digest(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
