// What OHIF's viewer asks of a DICOMweb server: its study list, then series, metadata and frames, with its own headers.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { type Attributes, DicomwebClient, firstValue, itemsOf } from './client.ts';

const { folder, remove } = temporaryFolder('dicomweb-viewer');
const ct = dataFiles('series/ct-philips').slice(1, 11);
const mr = dataFiles('series/mr-t1').slice(0, 3);
const frames = readFileSync(`${dataFolder}/odd/pydicom/eCT_Supplemental.dcm`);
let strata: StrataProcess;
let client: DicomwebClient;

beforeAll(async () => {
  strata = await StrataProcess.start(folder, '--dicom-port', '0');
  client = new DicomwebClient(strata.url);
  await client.store([...ct, ...mr].map((file) => readFileSync(file)));
  await client.store([frames]);
});
afterAll(async () => {
  await strata?.stop();
  remove();
});

const studyList = '/studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030,00080060,00080061';
const octets = 'multipart/related; type=application/octet-stream; transfer-syntax=*';
const uids = (list: Attributes[], tag: string) => list.map((each) => firstValue(each, tag));

describe('a viewer', () => {
  it('lists studies with what its table shows, and none as an empty list', async () => {
    const studies = await client.json(studyList);
    expect(studies).toHaveLength(3);
    const study = studies.find(
      (each) => firstValue(each, '00080061') === 'CT' && firstValue(each, '00201208') === 10,
    );
    expect(study).toMatchObject({
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00201206': { vr: 'IS', Value: [1] },
    });
    for (const tag of ['00080020', '00080030', '00080050', '00100010', '00100020', '00100040', '00081030']) {
      expect(Object.keys(study ?? {}), tag).toContain(tag);
    }
    expect(await client.json(`${studyList}&PatientName=NOBODY*`)).toEqual([]);
  });

  it('filters them as one types: parts of names, identifiers, ranges of dates, modalities', async () => {
    const [ctStudy] = await client.json(
      '/studies?ModalitiesInStudy=CT&NumberOfStudyRelatedInstances=&limit=1',
    );
    const date = String(firstValue(ctStudy, '00080020'));
    const ranged = await client.json(`${studyList}&StudyDate=${date}-${date}`);
    expect(uids(ranged, '0020000D')).toContain(firstValue(ctStudy, '0020000D'));
    expect(await client.json(`${studyList}&StudyDate=19000101-19000102`)).toEqual([]);
    const id = String(firstValue(ctStudy, '00100020'));
    const byPart = await client.json(`${studyList}&00100020=*${id.slice(1, -1)}*`);
    expect(uids(byPart, '0020000D')).toContain(firstValue(ctStudy, '0020000D'));
    const both = await client.json('/studies?ModalitiesInStudy=CT,MR');
    expect(both).toHaveLength(3);
    expect(await client.json('/studies?ModalitiesInStudy=MR')).toHaveLength(1);
  });

  it('pages, and is told that there is more', async () => {
    const first = await client.get('/studies?limit=2&offset=0');
    expect(first.headers.get('warning')).toMatch(/^299 .* "There are 1 additional results/);
    const second = await client.get('/studies?limit=2&offset=2');
    expect(second.headers.get('warning')).toBeNull();
    const both = [...((await first.json()) as Attributes[]), ...((await second.json()) as Attributes[])];
    expect(new Set(uids(both, '0020000D')).size).toBe(3);
  });

  it('is told what was not matched', async () => {
    const response = await client.get('/studies?nothing=1');
    expect(response.headers.get('warning')).toMatch(/not matched: nothing/);
    expect(response.status).toBe(200);
  });

  it('opens a study: its series, their metadata, each frame', async () => {
    const [study] = await client.json('/studies?ModalitiesInStudy=MR');
    const url = String(firstValue(study, '00081190'));
    const [series] = await client.json(`${url}/series?includefield=0008103E,00200011`);
    expect(firstValue(series, '00201209')).toBe(3);
    const place = `${url}/series/${firstValue(series, '0020000E')}`;
    const metadata = await client.json(`${place}/metadata`);
    expect(metadata).toHaveLength(3);
    for (const instance of metadata) {
      const rows = Number(firstValue(instance, '00280010'));
      const columns = Number(firstValue(instance, '00280011'));
      const [frame] = await client.parts(
        `${place}/instances/${firstValue(instance, '00080018')}/frames/1`,
        octets,
      );
      expect(frame?.headers['content-type']).toMatch(/^application\/octet-stream; transfer-syntax=1\.2\.840/);
      expect(frame?.body.length).toBe(rows * columns * 2);
    }
  });

  it('finds instances by any of their attributes, with everything that is kept of them', async () => {
    const [instance] = await client.json('/instances?NumberOfFrames=2&includefield=all');
    expect(firstValue(instance, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.2.1');
    expect(String(firstValue(instance, '00081190'))).toMatch(/\/instances\//);
  });

  it('fetches several frames at once, in the order in which they were asked for', async () => {
    const [instance] = await client.json('/instances?NumberOfFrames=2');
    const url = String(firstValue(instance, '00081190'));
    const parts = await client.parts(`${url}/frames/2,1`, octets);
    const [second] = await client.parts(`${url}/frames/2`, octets);
    const [first] = await client.parts(`${url}/frames/1`, octets);
    expect(parts.map(({ body }) => body)).toEqual([second?.body, first?.body]);
    expect(parts[0]?.headers['content-location']).toBe(`${url}/frames/2`);
    const groups = itemsOf((await client.json(`${url}/metadata`))[0] ?? {}, '52009230');
    expect(groups).toHaveLength(2);
  });

  it('is told the capabilities as WADL and as JSON', async () => {
    const wadl = await fetch(`${client.base}/`, { method: 'OPTIONS' });
    expect(wadl.headers.get('content-type')).toMatch(/^application\/vnd\.sun\.wadl\+xml/);
    const text = await wadl.text();
    for (const id of ['SearchForStudies', 'StoreInstances', 'RetrieveFrames', 'RetrieveRenderedSeries']) {
      expect(text).toContain(`id="${id}"`);
    }
    const json = await client.get('/', 'application/json');
    expect(await json.json()).toMatchObject({ base: client.base });
  });

  it('from another page is refused', async () => {
    const response = await client.get('/studies', '*/*', { origin: 'http://evil.example' });
    expect(response.status).toBe(403);
  });
});
