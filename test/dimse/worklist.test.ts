import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesIn, findscu } from '../support/peers/dcmtk.ts';
import { pythonJson } from '../support/peers/readers.ts';
import { Archive } from './archive.ts';

const item = (patient: string, modality: string, start: string) => ({
  '00080050': { vr: 'SH', Value: ['A1'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: patient }] },
  '00100020': { vr: 'LO', Value: ['P1'] },
  '0020000D': { vr: 'UI', Value: ['1.2.3.4'] },
  '00400100': {
    vr: 'SQ',
    Value: [
      {
        '00080060': { vr: 'CS', Value: [modality] },
        '00400001': { vr: 'AE', Value: ['SCANNER'] },
        '00400002': { vr: 'DA', Value: [start] },
        '00400003': { vr: 'TM', Value: ['0830'] },
        '00400009': { vr: 'SH', Value: ['S1'] },
      },
    ],
  },
  '00401001': { vr: 'SH', Value: ['R1'] },
});

it('gives modalities what is scheduled for them', async () => {
  await using archive = await Archive.start();
  const put = async (json: object) => {
    const response = await fetch(`${archive.strata.url}/worklist-items`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom+json' },
      body: JSON.stringify(json),
    });
    expect(response.ok, await response.text()).toBe(true);
  };
  await put(item('Müller^Änne', 'CT', '20300102'));
  await put(item('Doe^John', 'MR', '20300103'));

  const target = path.join(archive.folder, 'worklist');
  mkdirSync(target);
  const step = 'ScheduledProcedureStepSequence[0]';
  const keys = [
    'PatientName',
    'StudyInstanceUID',
    `${step}.Modality=CT`,
    `${step}.ScheduledProcedureStepStartDate=20300101-20300131`,
    `${step}.ScheduledStationAETitle`,
  ];
  const { code, stderr } = await findscu(archive.call, 'worklist', keys, target);
  expect(code, stderr).toBe(0);
  const script = `import sys, json, pydicom
found = [pydicom.dcmread(f, force=True) for f in sys.argv[1:]]
print(json.dumps([[str(d.PatientName), d.SpecificCharacterSet, d.ScheduledProcedureStepSequence[0].ScheduledStationAETitle] for d in found]))`;
  expect(await pythonJson(script, ...filesIn(target))).toEqual([['Müller^Änne', 'ISO_IR 192', 'SCANNER']]);
});
