import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { echoscu, storescu } from '../support/peers/dcmtk.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { temporaryFolder } from '../support/strata.ts';
import { Archive, type Part10, part10, readObject, sameObject } from './archive.ts';

/** The 247 files of three series; one of them is a DICOMDIR, which no sender takes for an image. */
const files = ['series/ct-ge', 'series/ct-philips', 'series/mr-t1'].flatMap(dataFiles);
const images = files.filter((file) => !isDirectory(file));

function isDirectory(file: string): boolean {
  return readFileSync(file).subarray(0, 1024).includes('1.2.840.10008.1.3.10');
}

function partsOf(all: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, part) => all.filter((_file, index) => index % count === part));
}

/** What storescu sends of each image: it writes data sets anew, and storescp keeps them bit by bit. By SOP Instance UID. */
async function sentBy(folder: string, sent: readonly string[]): Promise<Map<string, Part10>> {
  await using scp = await StoreScp.start(folder, ['+xa', '--bit-preserving', '--fork']);
  const call = { port: scp.port, called: scp.aeTitle, options: ['-nh'] };
  await Promise.all(partsOf(sent, 8).map((part) => storescu(call, part)));
  const objects = scp.files.map(readObject);
  return new Map(objects.map((object) => [object.sopInstanceUid, object]));
}

/** The UIDs of those objects that do not come back as they were sent. */
async function different(archive: Archive, sent: ReadonlyMap<string, Part10>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [uid, object] of sent) {
    const stored = await archive.file(uid);
    if (!stored || !sameObject(object, part10(stored))) wrong.push(uid);
  }
  return wrong;
}

it('answers C-ECHO, and calls itself STRATA', async () => {
  await using archive = await Archive.start();
  expect(await echoscu(archive.call)).toMatchObject({ code: 0 });
  expect((await echoscu({ ...archive.call, called: 'OTHER' })).stderr).toMatch(
    /Called AE Title Not Recognized/,
  );
});

const { folder, remove } = temporaryFolder('sent');
let sent: Map<string, Part10>;
beforeAll(async () => {
  // storescu sends the DICOMDIR too, under the UID of an image: storescp would keep whichever came last.
  sent = await sentBy(folder, images);
});
afterAll(remove);

describe.each([1, 4])('series sent by storescu on %i associations', (associations) => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await Archive.start();
  });
  afterAll(() => archive?.[Symbol.asyncDispose]());

  it('are stored whole, and come back byte for byte', async () => {
    expect(images).toHaveLength(246);
    expect(sent.size).toBe(246);
    const runs = await Promise.all(
      partsOf(files, associations).map((part) => storescu({ ...archive.call, options: ['-nh', '-v'] }, part)),
    );
    const output = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(output.match(/Received Store Response \(Success\)/g)).toHaveLength(246);
    expect(await different(archive, sent)).toEqual([]);
  });

  it('are known when they are sent again', async () => {
    const { stderr } = await storescu({ ...archive.call, options: ['-v'] }, images.slice(0, 8));
    expect(stderr.match(/Received Store Response \(Success\)/g)).toHaveLength(8);
  });
});

it('stores what Orthanc sends, byte for byte', async () => {
  await using archive = await Archive.start();
  await using orthanc = await Orthanc.start({
    peers: { strata: { aeTitle: 'STRATA', port: archive.strata.dicomPort } },
  });
  const some = images.filter((_file, index) => index % 12 === 0);
  await storescu({ port: orthanc.dicomPort, called: orthanc.aeTitle }, some);
  await orthanc.post('/modalities/strata/store', await orthanc.get('/instances'));
  for (const { ID } of await orthanc.get<{ ID: string }[]>('/instances?expand')) {
    const theirs = part10(await orthanc.bytes(`/instances/${ID}/file`));
    const ours = await archive.file(theirs.sopInstanceUid);
    expect(ours !== null && sameObject(part10(ours), theirs), theirs.sopInstanceUid).toBe(true);
  }
});
