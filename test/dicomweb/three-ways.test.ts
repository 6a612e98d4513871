// The same study, fetched from Strata by C-MOVE, C-GET and WADO-RS, is the same object by object, byte by byte.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Archive, type Part10, part10, readObject } from '../dimse/archive.ts';
import { dataFiles } from '../support/data.ts';
import { filesIn, getscu, storescu } from '../support/peers/dcmtk.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { freePort } from '../support/peers/ports.ts';
import { pythonJson } from '../support/peers/readers.ts';
import { DicomwebClient } from './client.ts';

const explicit = dataFiles('series/ct-ge').slice(0, 12);
const implicit = dataFiles('series/mr-t1').slice(0, 12);
let archive: Archive;
let orthanc: Orthanc;

beforeAll(async () => {
  const dicomPort = await freePort();
  archive = await Archive.start([{ aeTitle: 'ORTHANC', port: dicomPort }]);
  orthanc = await Orthanc.start({
    dicomPort,
    peers: { strata: { aeTitle: 'STRATA', port: archive.strata.dicomPort } },
    dicomWebServers: { strata: `${archive.strata.url}/dicom-web/` },
  });
  expect(await storescu(archive.call, explicit)).toMatchObject({ code: 0 });
  expect(await storescu({ ...archive.call, options: ['-xi'] }, implicit)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await orthanc?.stop();
  await archive?.[Symbol.asyncDispose]();
});

type Objects = Record<string, Pick<Part10, 'transferSyntaxUid'> & { digest: string }>;

function objectsOf(files: readonly Part10[]): Objects {
  const entries = files.map(
    ({ sopInstanceUid, transferSyntaxUid, dataSet }) =>
      [
        sopInstanceUid,
        { transferSyntaxUid, digest: createHash('sha256').update(dataSet).digest('hex') },
      ] as const,
  );
  return Object.fromEntries(entries.sort());
}

/** What Orthanc holds now; it holds nothing afterwards. */
async function takeFromOrthanc(): Promise<Objects> {
  const files: Part10[] = [];
  for (const id of await orthanc.get<string[]>('/instances')) {
    files.push(part10(await orthanc.bytes(`/instances/${id}/file`)));
  }
  for (const id of await orthanc.get<string[]>('/studies')) await orthanc.delete(`/studies/${id}`);
  return objectsOf(files);
}

async function byMove(study: string): Promise<Objects> {
  const query = { Level: 'Study', Query: { StudyInstanceUID: study } };
  const { ID } = await orthanc.post<{ ID: string }>('/modalities/strata/query', query);
  expect(await orthanc.get(`/queries/${ID}/answers`)).toHaveLength(1);
  await orthanc.post(`/queries/${ID}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true });
  return takeFromOrthanc();
}

async function byGet(study: string): Promise<Objects> {
  const folder = path.join(archive.folder, study);
  mkdirSync(folder);
  const keys = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${study}`];
  const got = await getscu({ ...archive.call, options: ['+B'] }, 'study', folder, keys);
  expect(got.code, got.stderr).toBe(0);
  return objectsOf(filesIn(folder).map(readObject));
}

async function byWado(study: string): Promise<Objects> {
  const request = { Resources: [{ Study: study }], Synchronous: true };
  await orthanc.post('/dicom-web/servers/strata/retrieve', request);
  return takeFromOrthanc();
}

const studyOf = (files: readonly string[]) =>
  pythonJson<string>(
    'import sys, json, pydicom; print(json.dumps(pydicom.dcmread(sys.argv[1]).StudyInstanceUID))',
    files[0] ?? '',
  );
const filesOf = (files: readonly string[]) =>
  objectsOf(files.map((file) => part10(new Uint8Array(readFileSync(file)))));

describe('a study', () => {
  it('comes the same by C-MOVE and WADO-RS to Orthanc and by C-GET to DCMTK', async () => {
    const study = await studyOf(explicit);
    const sent = filesOf(explicit);
    expect(Object.keys(sent)).toHaveLength(explicit.length);
    expect(await byMove(study)).toEqual(sent);
    expect(await byGet(study)).toEqual(sent);
    expect(await byWado(study)).toEqual(sent);
  });

  // DCMTK 3.6.7 never proposes implicit little endian for C-GET.
  it('in implicit little endian comes as it is, and the same by C-GET and WADO-RS in explicit', async () => {
    const study = await studyOf(implicit);
    const sent = filesOf(implicit);
    expect(await byMove(study)).toEqual(sent);
    expect(await byWado(study)).toEqual(sent);
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1';
    const parts = await new DicomwebClient(archive.strata.url).parts(`/studies/${study}`, accept);
    const rewritten = objectsOf(parts.map(({ body }) => part10(new Uint8Array(body))));
    expect(Object.keys(rewritten)).toEqual(Object.keys(sent));
    expect(await byGet(study)).toEqual(rewritten);
  });
});
