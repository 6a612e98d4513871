import { record } from '@strata/metadata/testing/records';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../config/settings/settings.ts';
import type { IngestSource } from '../gateway/ingest-source.ts';
import { errandsOf, type RoutingRules, scheduledErrands } from './errand-rules.ts';

const peers = [{ aeTitle: 'PACS', host: 'pacs.example', port: 104 }];
const rulesOf = (settings: { forward?: unknown; prefetch?: unknown }): RoutingRules =>
  parseSettings(JSON.stringify({ dicom: { peers }, ...settings }), 'settings.json');
const scanner: IngestSource = { kind: 'dimse', callingAe: 'CT1', calledAe: 'STRATA', peer: '10.0.0.7:104' };
const archive: IngestSource = { ...scanner, callingAe: 'PACS' };
const chestCt = record({ inSeries: { modality: 'CT', bodyPart: 'CHEST', description: 'axial lung' } });

const targets = (settings: object, source: IngestSource = scanner) =>
  errandsOf(rulesOf(settings), chestCt, source).map(({ target }) => target);
const toPacs = { name: 'archive', to: { peer: 'PACS' } };

describe('rules for forwarding', () => {
  it('send everything on when they name no condition', () => {
    expect(errandsOf(rulesOf({ forward: [toPacs] }), chestCt, scanner)).toEqual([
      { kind: 'forward', target: 'dicom:PACS', rule: 'archive', uid: chestCt.instance.uid },
    ]);
  });

  it('hold when all conditions do, with wildcards and without regard to case', () => {
    const when = (condition: object) => targets({ forward: [{ ...toPacs, when: condition }] });
    expect(when({ modality: ['MR', 'ct'], bodyPart: ['chest'], callingAe: ['CT1'] })).toHaveLength(1);
    expect(when({ seriesDescription: ['*LUNG*'] })).toHaveLength(1);
    expect(when({ studyDescription: ['Thora?'] })).toHaveLength(1);
    expect(when({ modality: ['CT'], bodyPart: ['HEAD'] })).toEqual([]);
    expect(when({ callingAe: ['CT2'] })).toEqual([]);
    expect(when({ calledAe: ['OTHER'] })).toEqual([]);
    expect(when({ seriesDescription: ['lung'] })).toEqual([]);
    expect(when({ seriesDescription: ['axial (lung|x'] })).toEqual([]);
  });

  it('tell of a study once, and also those who sent it', () => {
    const telling = { name: 'ris', to: { notify: 'PACS' } };
    expect(errandsOf(rulesOf({ forward: [telling, toPacs] }), chestCt, archive)).toEqual([
      { kind: 'forward', target: 'notify:PACS', rule: 'ris', uid: chestCt.study.uid },
    ]);
    expect(() => rulesOf({ forward: [{ ...telling, deidentify: {} }] })).toThrow(/has no images/);
    expect(() => rulesOf({ forward: [{ ...telling, to: { notify: 'NOBODY' } }] })).toThrow(/to\.notify/);
  });

  it('send an instance to each destination once', () => {
    const other = { name: 'site', to: { stow: 'https://b.example/dicom-web/studies' } };
    const again = { ...toPacs, name: 'archive again' };
    expect(targets({ forward: [toPacs, again, other] })).toEqual([
      'dicom:PACS',
      'stow:https://b.example/dicom-web/studies',
    ]);
  });

  it('send nothing back to where it came from, also when it was in quarantine in between', () => {
    expect(targets({ forward: [toPacs] }, archive)).toEqual([]);
    expect(targets({ forward: [toPacs] }, { kind: 'retry', original: archive, deidentified: false })).toEqual(
      [],
    );
    expect(
      targets({ forward: [toPacs] }, { kind: 'retry', original: scanner, deidentified: false }),
    ).toHaveLength(1);
  });

  it('leave what was prefetched where it is, unless they say otherwise', () => {
    const prefetched: IngestSource = { kind: 'prefetch', peer: 'OLD' };
    expect(targets({ forward: [toPacs] }, prefetched)).toEqual([]);
    expect(targets({ forward: [{ ...toPacs, sources: ['prefetch'] }] }, prefetched)).toHaveLength(1);
  });

  it('of the same name, or without a destination, are refused with the settings', () => {
    expect(() => rulesOf({ forward: [toPacs, toPacs] })).toThrow(/same name/);
    expect(() => rulesOf({ forward: [{ name: 'x' }] })).toThrow(/forward\[0\]\.to/);
  });
});

describe('rules for prefetching', () => {
  const fromPacs = { name: 'priors', from: 'PACS', when: { modality: ['CT'] } };

  it('ask once for each study that arrives, unless the archive itself sent it', () => {
    expect(errandsOf(rulesOf({ prefetch: [fromPacs] }), chestCt, scanner)).toEqual([
      {
        ...{ kind: 'prefetch', target: 'dicom:PACS', rule: 'priors', uid: chestCt.study.uid },
        details: {
          ...{ patientId: 'P1', issuer: '', modality: 'CT', bodyPart: 'CHEST' },
          studyUid: chestCt.study.uid,
        },
      },
    ]);
    expect(targets({ prefetch: [fromPacs] }, archive)).toEqual([]);
    expect(targets({ prefetch: [fromPacs] }, { kind: 'prefetch', peer: 'OTHER' })).toEqual([]);
    expect(targets({ prefetch: [{ ...fromPacs, on: ['scheduled'] }] })).toEqual([]);
    expect(targets({ prefetch: [{ ...fromPacs, when: { modality: ['MR'] } }] })).toEqual([]);
  });

  it('ask for what is scheduled, by the study that it will be', () => {
    const details = { patientId: 'P1', issuer: '', modality: 'CT', bodyPart: '', studyUid: '1.2.9' };
    const { prefetch } = rulesOf({ prefetch: [fromPacs] });
    expect(scheduledErrands(prefetch, details, 'step 7')).toMatchObject([{ uid: '1.2.9' }]);
    expect(scheduledErrands(prefetch, { ...details, studyUid: '' }, 'step 7')).toMatchObject([
      { uid: 'step 7' },
    ]);
    expect(scheduledErrands(prefetch, { ...details, patientId: '' }, 'step 7')).toEqual([]);
  });
});
