// Orthanc as DICOMweb client of Strata: sends by STOW-RS, finds by QIDO-RS, retrieves by WADO-RS.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { DicomwebClient, firstValue } from './client.ts';

const { folder, remove } = temporaryFolder('dicomweb-orthanc');
/** All series, but for the list of a medium's files, which is no object. */
const files = ['ct-philips', 'ct-ge', 'mr-t1']
  .flatMap((name) => dataFiles(`series/${name}`))
  .filter((file) => !file.endsWith('DIRFILE.dcm'))
  .map((file) => readFileSync(file));
let strata: StrataProcess;
let client: DicomwebClient;
let orthanc: Orthanc;

beforeAll(async () => {
  strata = await StrataProcess.start(folder, '--dicom-port', '0');
  client = new DicomwebClient(strata.url);
  orthanc = await Orthanc.start({ dicomWebServers: { strata: `${strata.url}/dicom-web/` } });
});
afterAll(async () => {
  await orthanc?.stop();
  await strata?.stop();
  remove();
});

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Asks Strata through Orthanc. */
function through<Answer>(uri: string, args: Record<string, string>): Promise<Answer> {
  const accept = { Accept: 'application/dicom+json' };
  return orthanc.post('/dicom-web/servers/strata/get', { Uri: uri, Arguments: args, HttpHeaders: accept });
}

describe('Orthanc', () => {
  it('sends its studies, and they are stored byte by byte as it holds them', {
    timeout: 60_000,
  }, async () => {
    expect(files).toHaveLength(246);
    for (const file of files) await orthanc.post('/instances', file);
    const studies = await orthanc.get<string[]>('/studies');
    const sent = await orthanc.post<{ InstancesCount?: string }>('/dicom-web/servers/strata/stow', {
      Resources: studies,
      Synchronous: true,
    });
    expect(sent).toMatchObject({ InstancesCount: String(files.length) });
    const stored: string[] = [];
    for (const study of await client.json('/studies')) {
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      const parts = await client.parts(String(firstValue(study, '00081190')), accept);
      stored.push(...parts.map(({ body }) => digest(body)));
    }
    expect(stored.sort()).toEqual(files.map(digest).sort());
  });

  it('finds them', async () => {
    const studies = await through<unknown[]>('/studies', { ModalitiesInStudy: 'MR' });
    expect(studies).toHaveLength(1);
  });

  it('retrieves a study that it does not have', async () => {
    for (const study of await orthanc.get<string[]>('/studies')) await orthanc.delete(`/studies/${study}`);
    const [mr] = await client.json('/studies?ModalitiesInStudy=MR');
    await orthanc.post('/dicom-web/servers/strata/retrieve', {
      Resources: [{ Study: String(firstValue(mr, '0020000D')) }],
      Synchronous: true,
    });
    const instances = await orthanc.get<string[]>('/instances');
    expect(instances).toHaveLength(160);
  });
});
