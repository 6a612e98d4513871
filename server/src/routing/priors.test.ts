import { expect, it } from 'vitest';
import type { PrefetchRule } from '../config/settings/routing-sections.ts';
import { parseSettings } from '../config/settings/settings.ts';
import { type PriorStudy, priorsToFetch } from './priors.ts';

const details = { patientId: 'P1', issuer: '', modality: 'CT', bodyPart: '', studyUid: '1.9' };
const today = Date.parse('2026-06-01');

function rule(priors: object, when: object = {}): PrefetchRule {
  const peers = [{ aeTitle: 'PACS', host: 'pacs.example', port: 104 }];
  const settings = { dicom: { peers }, prefetch: [{ name: 'priors', from: 'PACS', when, priors }] };
  return parseSettings(JSON.stringify(settings), 'settings.json').prefetch[0] as PrefetchRule;
}

const study = (uid: string, date: string, modality = 'CT', description = ''): PriorStudy => ({
  ...{ studyUid: uid, date, time: '', description, instances: 1 },
  modalities: [modality, 'SR'],
});
const studies = [
  study('1.1', '20190101'),
  study('1.2', '20250101', 'MR', 'Knee'),
  study('1.3', '20260101', 'CT', 'Chest'),
  study('1.4', ''),
  study('1.9', '20260601'),
];
const chosen = (wanted: PrefetchRule) =>
  priorsToFetch(studies, wanted, details, today).map(({ studyUid }) => studyUid);

it('the newest priors are fetched, never the study itself', () => {
  expect(chosen(rule({ newest: 2 }))).toEqual(['1.3', '1.2']);
  expect(chosen(rule({ newest: 9 }))).toEqual(['1.3', '1.2', '1.1', '1.4']);
});

it('priors are chosen by modality, that of the rule unless they have their own', () => {
  expect(chosen(rule({}, { modality: ['CT'] }))).toEqual(['1.3', '1.1', '1.4']);
  expect(chosen(rule({ modality: ['M*'] }, { modality: ['CT'] }))).toEqual(['1.2']);
});

it('priors are chosen by age and description', () => {
  expect(chosen(rule({ withinYears: 2 }))).toEqual(['1.3', '1.2']);
  expect(chosen(rule({ studyDescription: ['*chest*'] }))).toEqual(['1.3']);
});
