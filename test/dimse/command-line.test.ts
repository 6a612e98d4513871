// `strata echo` and `strata send` against peers that are not ours.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { freePort } from '../support/peers/ports.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { strata, temporaryFolder } from '../support/strata.ts';
import { readObject, sameObject } from './archive.ts';

const { folder, remove } = temporaryFolder('dicom-commands');
const data = path.join(folder, 'data');
const settings = path.join(folder, 'settings.json');
const images = dataFiles('series/ct-ge').slice(0, 3);
const jpeg2000 = path.join(dataFolder, 'odd/cornerstone/CT1_J2KR.dcm');
let scp: StoreScp;
let orthanc: Orthanc;

beforeAll(async () => {
  scp = await StoreScp.start(path.join(folder, 'scp'), ['+xa', '--bit-preserving']);
  orthanc = await Orthanc.start();
  const peers = [
    { aeTitle: scp.aeTitle, host: '127.0.0.1', port: scp.port },
    { aeTitle: 'NOBODY', host: '127.0.0.1', port: await freePort() },
  ];
  writeFileSync(settings, JSON.stringify({ dicom: { peers } }));
});
afterAll(async () => {
  await orthanc?.stop();
  await scp?.stop();
  remove();
});

const run = (command: string, ...args: string[]) =>
  strata(command, '--data', data, '--settings', settings, ...args);

it('echo finds a peer by its name in the settings, and any other by its address', async () => {
  const known = await run('echo', scp.aeTitle);
  expect(known, known.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(known.stdout).toContain(`STORESCP at 127.0.0.1:${scp.port} answered`);
  const address = `127.0.0.1:${orthanc.dicomPort}`;
  const other = await run('echo', address, '--called', orthanc.aeTitle, '--json');
  expect(JSON.parse(other.stdout)).toMatchObject({ aeTitle: 'ORTHANC', port: orthanc.dicomPort });
});

it.each([
  [['NOWHERE'], /no peer NOWHERE .*it knows STORESCP, NOBODY/],
  [['127.0.0.1:104'], /--called/],
  [['NOBODY'], /NOBODY at 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/],
  [['STORESCP', '--calling', 'MORE THAN SIXTEEN LETTERS'], /16 printable/],
])('echo %j says what is wrong', async (args, words) => {
  const ran = await run('echo', ...args);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(words);
  expect(ran.stderr).not.toMatch(/ {4}at /);
});

it('echo says that a peer wants another title', async () => {
  await using archive = await Orthanc.start({ config: { DicomCheckCalledAet: true } });
  const ran = await run('echo', `127.0.0.1:${archive.dicomPort}`, '--called', 'WRONG');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/called AE title not recognized/);
});

it('send sends files as they are, and tells what is none', async () => {
  const noImage = path.join(folder, 'words.txt');
  writeFileSync(noImage, 'no image');
  const ran = await run('send', scp.aeTitle, ...images, images[0] ?? '', noImage, '--json');
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ sent: 3, failed: 1, skipped: 1 });
  const kept = new Map(scp.files.map(readObject).map((object) => [object.sopInstanceUid, object]));
  for (const object of images.map(readObject)) {
    const theirs = kept.get(object.sopInstanceUid);
    expect(theirs && sameObject(theirs, object), object.sopInstanceUid).toBe(true);
  }
});

it('send sends what is stored under the UID of a study', async () => {
  await strata('import', '--data', data, ...images);
  const listed = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
  const ran = await run(
    ...(['send', `127.0.0.1:${orthanc.dicomPort}`, listed.studies[0].studyUid] as const),
    ...['--called', orthanc.aeTitle],
  );
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(ran.stdout).toMatch(/^3 objects sent to ORTHANC at /);
  expect(await orthanc.get('/instances')).toHaveLength(3);
});

it('send tells object by object what the peer does not take', async () => {
  await using plain = await StoreScp.start(path.join(folder, 'plain'), ['+x=']);
  const target = ['send', `127.0.0.1:${plain.port}`, '--called', plain.aeTitle] as const;
  const ran = await run(...target, jpeg2000, ...images);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^3 objects sent to .*, 1 failed/);
  expect(ran.stdout).toMatch(/does not take its transfer syntax 1\.2\.840\.10008\.1\.2\.4/);
});

it.each([
  [['NOBODY', images[0] ?? ''], /cannot be reached/],
  [['STORESCP', '1.2.3'], /1\.2\.3/],
])('send %j says why nothing was sent', async (args, words) => {
  const ran = await run('send', ...args);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(words);
});
