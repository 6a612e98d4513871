import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { filesIn, findscu, getscu, movescu, storescu } from '../support/peers/dcmtk.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { freePorts } from '../support/peers/ports.ts';
import { pythonJson } from '../support/peers/readers.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { temporaryFolder } from '../support/strata.ts';
import { Archive, type Part10, part10, readObject, sameObject } from './archive.ts';

const { folder, remove } = temporaryFolder('retrieve');
const ct = dataFiles('series/ct-ge').slice(0, 12);
let archive: Archive;
let scp: StoreScp;
let orthanc: Orthanc;
let study = '';
let silentPort = 0;
const silent = createServer(() => undefined);

beforeAll(async () => {
  scp = await StoreScp.start(path.join(folder, 'scp'), ['+xa', '--bit-preserving']);
  const [dicom = 0] = await freePorts(1);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  silentPort = (silent.address() as { port: number }).port;
  archive = await Archive.start(
    [
      { aeTitle: scp.aeTitle, port: scp.port },
      { aeTitle: 'ORTHANC', port: dicom },
      { aeTitle: 'SILENT', port: silentPort },
    ],
    { timeouts: { connect: 1 } },
  );
  orthanc = await Orthanc.start({
    peers: { strata: { aeTitle: 'STRATA', port: archive.strata.dicomPort } },
    dicomPort: dicom,
  });
  expect(await storescu(archive.call, ct)).toMatchObject({ code: 0 });
  study = await pythonJson(
    'import sys, json, pydicom; print(json.dumps(pydicom.dcmread(sys.argv[1]).StudyInstanceUID))',
    ct[0] ?? '',
  );
});
afterAll(async () => {
  silent.close();
  await orthanc?.stop();
  await archive?.[Symbol.asyncDispose]();
  await scp?.stop();
  remove();
});

const studyKeys = () => ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${study}`];

/** What Strata exports, by SOP Instance UID. */
async function stored(): Promise<Map<string, Part10>> {
  const objects = new Map<string, Part10>();
  for (const file of ct) {
    const { sopInstanceUid } = readObject(file);
    objects.set(sopInstanceUid, part10((await archive.file(sopInstanceUid)) as Uint8Array));
  }
  return objects;
}

/** Whether these are the objects that Strata exports, all of them and no other. */
async function expectSame(received: readonly Part10[]): Promise<void> {
  const expected = await stored();
  expect(received.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual([...expected.keys()].sort());
  for (const object of received) {
    expect(sameObject(object, expected.get(object.sopInstanceUid) as Part10)).toBe(true);
  }
}

describe('retrieving', () => {
  it('sends a study to another AE byte for byte, and counts what it sends', async () => {
    const { code, stderr } = await movescu(
      { ...archive.call, options: ['-d'] },
      'study',
      scp.aeTitle,
      studyKeys(),
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/Completed Suboperations\s*: 12/);
    expect(stderr).toMatch(/Remaining Suboperations\s*: 11/);
    await expectSame(scp.files.map(readObject));
  });

  it('gives a study on the same association byte for byte', async () => {
    const target = path.join(folder, 'get');
    mkdirSync(target);
    const { code, stderr } = await getscu({ ...archive.call, options: ['-B'] }, 'study', target, studyKeys());
    expect(code, stderr).toBe(0);
    await expectSame(filesIn(target).map(readObject));
  });

  it('gives single instances, and nothing of another patient', async () => {
    const target = path.join(folder, 'one');
    mkdirSync(target);
    const { sopInstanceUid } = readObject(ct[3] ?? '');
    const keys = [
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${study}`,
      `SOPInstanceUID=${sopInstanceUid}`,
    ];
    await getscu({ ...archive.call, options: ['-B'] }, 'study', target, keys);
    expect(filesIn(target).map((file) => readObject(file).sopInstanceUid)).toEqual([sopInstanceUid]);
    await getscu({ ...archive.call, options: ['-B'] }, 'patient', target, [
      ...studyKeys(),
      'PatientID=OTHER',
    ]);
    expect(filesIn(target)).toHaveLength(1);
  });

  it('finds and moves a study for Orthanc', async () => {
    const query = await orthanc.post<{ ID: string }>('/modalities/strata/query', {
      Level: 'Study',
      Query: { StudyInstanceUID: study },
    });
    expect(await orthanc.get(`/queries/${query.ID}/answers`)).toHaveLength(1);
    await orthanc.post(`/queries/${query.ID}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true });
    const ids = await orthanc.get<string[]>('/instances');
    await expectSame(
      await Promise.all(ids.map(async (id) => part10(await orthanc.bytes(`/instances/${id}/file`)))),
    );
  });
});

describe('a C-MOVE', () => {
  const move = (destination: string, keys = studyKeys()) =>
    movescu({ ...archive.call, options: ['-v'] }, 'study', destination, keys);

  it('to a destination that nobody knows is refused as such', async () => {
    expect((await move('NOBODY')).stderr).toMatch(/Refused: MoveDestinationUnknown/);
  });

  it('to a destination that never answers ends, with every sub-operation failed', async () => {
    const { stderr } = await movescu({ ...archive.call, options: ['-d'] }, 'study', 'SILENT', studyKeys());
    expect(stderr).toMatch(/Failed Suboperations\s*: 12/);
    expect(stderr).toMatch(/0xa702/i);
  });

  it('of what is not stored succeeds with nothing sent', async () => {
    const before = scp.files.length;
    const { stderr } = await move(scp.aeTitle, ['QueryRetrieveLevel=STUDY', 'StudyInstanceUID=1.2.3']);
    expect(stderr).toMatch(/Received Final Move Response \(Success\)/);
    expect(scp.files).toHaveLength(before);
  });

  it('that names nothing is told what it lacks', async () => {
    const { stderr } = await movescu({ ...archive.call, options: ['-d'] }, 'study', scp.aeTitle, [
      'QueryRetrieveLevel=STUDY',
    ]);
    expect(stderr).toMatch(/0xa900/i);
  });
});

describe('a C-FIND', () => {
  /** The values of one key in the answers of findscu, sorted. */
  async function answers(model: 'patient' | 'study', keys: string[], key: string): Promise<string[]> {
    const target = path.join(folder, `find-${Math.random()}`);
    mkdirSync(target);
    const { code, stderr } = await findscu(archive.call, model, keys, target);
    expect(code, stderr).toBe(0);
    const files = filesIn(target);
    return pythonJson(
      `import sys, json, pydicom
print(json.dumps(sorted(str(pydicom.dcmread(f, force=True).get(sys.argv[1], 'absent')) for f in sys.argv[2:])))`,
      key,
      ...files,
    );
  }

  it('tells studies with what was asked for and where to retrieve them', async () => {
    const keys = [
      'QueryRetrieveLevel=STUDY',
      'StudyInstanceUID',
      'NumberOfStudyRelatedInstances',
      'ModalitiesInStudy',
    ];
    expect(await answers('study', keys, 'StudyInstanceUID')).toEqual([study]);
    expect(await answers('study', keys, 'NumberOfStudyRelatedInstances')).toEqual(['12']);
    expect(await answers('study', keys, 'ModalitiesInStudy')).toEqual(['CT']);
    expect(await answers('study', keys, 'RetrieveAETitle')).toEqual(['STRATA']);
    expect(await answers('study', keys, 'QueryRetrieveLevel')).toEqual(['STUDY']);
  });

  it('goes down to instances, in both models', async () => {
    const keys = [
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${study}`,
      'SeriesInstanceUID',
      'SOPInstanceUID',
    ];
    const uids = ct.map((file) => readObject(file).sopInstanceUid).sort();
    expect(await answers('study', keys, 'SOPInstanceUID')).toEqual(uids);
    expect(await answers('patient', keys, 'SOPInstanceUID')).toEqual(uids);
    expect(await answers('patient', ['QueryRetrieveLevel=PATIENT', 'PatientID'], 'PatientID')).toHaveLength(
      1,
    );
  });

  it('matches single values, wildcards, ranges and lists', async () => {
    const found = (...keys: string[]) =>
      answers('study', ['QueryRetrieveLevel=STUDY', 'StudyInstanceUID', ...keys], 'StudyInstanceUID');
    expect(await found(`StudyInstanceUID=1.2.3\\${study}`)).toEqual([study]);
    expect(await found('ModalitiesInStudy=C?')).toEqual([study]);
    expect(await found('ModalitiesInStudy=MR')).toEqual([]);
    expect(await found('StudyDescription=zz*')).toEqual([]);
    expect(await found('StudyDate=20991231-')).toEqual([]);
    expect(await found('PatientName=*')).toEqual([study]);
  });

  it('at a level that the model does not have is refused', async () => {
    const { stderr } = await findscu({ ...archive.call, options: ['-v'] }, 'study', [
      'QueryRetrieveLevel=PATIENT',
    ]);
    expect(stderr).toMatch(/Failed|Error|Refused/);
  });
});
