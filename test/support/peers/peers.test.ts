import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles } from '../data.ts';
import { temporaryFolder } from '../strata.ts';
import { echoscu, filesIn, findscu, storescu } from './dcmtk.ts';
import { Orthanc } from './orthanc.ts';
import { dciodvfy, pythonJson } from './readers.ts';
import { StoreScp } from './storescp.ts';

const { folder, remove } = temporaryFolder('peers');
const [first = ''] = dataFiles('series/ct-ge');
let scp: StoreScp;
let orthanc: Orthanc;

beforeAll(async () => {
  scp = await StoreScp.start(path.join(folder, 'scp'));
  orthanc = await Orthanc.start({ peers: { scp: { aeTitle: scp.aeTitle, port: scp.port } } });
});
afterAll(async () => {
  await orthanc?.stop();
  await scp?.stop();
  remove();
});

it('lets DCMTK and Orthanc talk to each other', async () => {
  const call = { port: orthanc.dicomPort, called: orthanc.aeTitle };
  expect(await echoscu(call)).toMatchObject({ code: 0 });
  expect(await storescu(call, [first])).toMatchObject({ code: 0 });
  const found = path.join(folder, 'scp');
  await findscu(call, 'study', ['QueryRetrieveLevel=STUDY', 'StudyInstanceUID'], found);
  expect(filesIn(found)).toHaveLength(1);
  await orthanc.post('/modalities/scp/store', await orthanc.get('/instances'));
  expect(scp.files).toHaveLength(2);
});

it('reads files with others than ourselves', async () => {
  const script = 'import sys, json, pydicom; print(json.dumps(str(pydicom.dcmread(sys.argv[1]).Modality)))';
  expect(await pythonJson(script, first)).toBe('CT');
  expect(await dciodvfy(first)).toHaveProperty('errors');
});
