import type { StudyManifest } from '@strata/protocol/manifest';
import type { WorklistStudy } from '@strata/protocol/worklist';
import { expect, it } from 'vitest';
import { PriorsModel } from './priors-model.ts';

const patient = { id: '7', issuer: '', name: 'Doe^Jane', birthDate: '19660101', sex: 'F' };
const study = {
  ...{ uid: '1', id: '', accessionNumber: '', date: '20200101', time: '', description: '' },
  referringPhysician: '',
};
const listed = (studyUid: string, studyDate: string, more: Partial<WorklistStudy> = {}): WorklistStudy =>
  ({
    ...{ studyUid, studyDate, studyTime: '', modalities: ['MR'], patientId: patient.id },
    ...{ patientName: patient.name, birthDate: patient.birthDate },
    ...more,
  }) as WorklistStudy;

function priorsAmong(...studies: WorklistStudy[]) {
  const worklist = async () => ({ studies, next: null, total: studies.length });
  return new PriorsModel({ worklist, study: () => Promise.reject(new Error('none is opened')) });
}

const manifest = { patient, study, series: [] } satisfies StudyManifest;

it('the other studies of a patient are listed, newest first, and of nobody who only shares the id', async () => {
  const priors = priorsAmong(
    listed('2', '20100101'),
    listed('1', '20200101'),
    listed('3', '20190101', { modalities: ['CT', 'SR'] }),
    listed('4', '20180101', { patientName: 'Roe^Richard' }),
    listed('5', '20180101', { birthDate: '19700101' }),
  );
  await priors.find(manifest);
  expect(priors.studies.value.map(({ studyUid }) => studyUid)).toEqual(['3', '2']);
  expect(priors.before('20200101', 'MR')?.studyUid).toBe('2');
  expect(priors.before('20200101', 'CT')?.studyUid).toBe('3');
  expect(priors.before('20000101', 'MR')).toBeUndefined();
});

it('a patient without an id has no other studies', async () => {
  const priors = priorsAmong(listed('2', '20100101', { patientId: '' }));
  await priors.find({ ...manifest, patient: { ...patient, id: '' } });
  expect(priors.studies.value).toEqual([]);
});

it('who asks while the answer is on its way gets it too', async () => {
  const priors = priorsAmong(listed('2', '20100101'));
  void priors.find(manifest);
  await priors.find(manifest);
  expect(priors.before('20200101', 'MR')?.studyUid).toBe('2');
});
