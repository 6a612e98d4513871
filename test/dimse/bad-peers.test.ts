import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { echoscu, storescu } from '../support/peers/dcmtk.ts';
import { Archive, readObject } from './archive.ts';
import { RawAssociation } from './raw-association.ts';

const [image = ''] = dataFiles('series/ct-ge');
let archive: Archive;
let port = 0;

beforeAll(async () => {
  archive = await Archive.start([{ aeTitle: 'KNOWN', port: 1 }], {
    acceptUnknownCalling: true,
    limits: { associations: 16 },
    timeouts: { artim: 1, message: 1, idle: 2 },
  });
  port = archive.strata.dicomPort;
});
afterAll(() => archive?.[Symbol.asyncDispose]());

/** Whether peers are still served, and nothing is left in the folder for images that come. */
async function expectUnharmed(): Promise<void> {
  expect(await echoscu(archive.call)).toMatchObject({ code: 0 });
  expect(readdirSync(path.join(archive.folder, 'data/spool'))).toEqual([]);
}

it('rejects a PDU that claims 4 GiB before it takes a byte of it', async () => {
  const association = await RawAssociation.open(port);
  association.send(Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff]));
  await association.closed;
  expect(association.answers.at(-1)).toEqual({ type: 'abort', source: 2, reason: 6 });
  await expectUnharmed();
});

it('rejects an association request that claims 4 GiB', async () => {
  const association = await RawAssociation.connect(port);
  association.send(Buffer.from([1, 0, 0xff, 0xff, 0xff, 0xff]));
  expect(await association.answer()).toEqual({ type: 'abort', source: 2, reason: 6 });
  await expectUnharmed();
});

it('stores nothing of images whose associations end in the middle of P-DATA', async () => {
  const { sopInstanceUid, dataSet } = readObject(image);
  for (const upTo of [0, 3, 500, 70_000, dataSet.length - 2]) {
    const association = await RawAssociation.open(port);
    association.beginStore(sopInstanceUid);
    for (let at = 0; at < upTo; at += 16_000)
      association.sendData(dataSet.subarray(at, Math.min(at + 16_000, upTo)), false);
    await new Promise((resolve) => association.socket.write(Buffer.from([4, 0, 0]), resolve));
    association.destroy();
    await association.closed;
  }
  expect(await archive.file(sopInstanceUid)).toBeNull();
  await expectUnharmed();
});

it('ends associations that fall silent in the middle of P-DATA', async () => {
  const association = await RawAssociation.open(port);
  association.beginStore('1.2.3');
  association.sendData(new Uint8Array(100), false);
  await association.closed;
  expect(association.answers.at(-1)).toMatchObject({ type: 'abort', source: 2 });
  await expectUnharmed();
});

it('ends connections that never ask for an association', async () => {
  const association = await RawAssociation.connect(port);
  await association.closed;
  expect(association.answers).toEqual([]);
});

it('takes 16 of 200 associations at once, tells the others why, and hangs none', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => RawAssociation.open(port)));
  const accepted = all.filter(({ answers }) => answers[0]?.type === 'associate-accept');
  const rejected = all.filter(({ answers }) => answers[0]?.type === 'associate-reject');
  expect(accepted).toHaveLength(16);
  expect(rejected).toHaveLength(184);
  for (const { answers } of rejected) expect(answers[0]).toMatchObject({ result: 2, source: 3, reason: 2 });
  expect(await Promise.all(accepted.map((association) => association.echoes()))).toEqual(
    Array.from({ length: 16 }, () => true),
  );
  for (const association of all) association.destroy();
  await Promise.all(all.map(({ closed }) => closed));
  await expectUnharmed();
});

it('rejects wrong AE titles with the reason', async () => {
  const wrong = await RawAssociation.open(port, { called: 'WRONG' });
  expect(wrong.answers[0]).toEqual({ type: 'associate-reject', result: 1, source: 1, reason: 7 });
  await using strict = await Archive.start([{ aeTitle: 'KNOWN', port: 1 }], { acceptUnknownCalling: false });
  const unknown = await RawAssociation.open(strict.strata.dicomPort, { calling: 'STRANGER' });
  expect(unknown.answers[0]).toEqual({ type: 'associate-reject', result: 1, source: 1, reason: 3 });
  const known = await RawAssociation.open(strict.strata.dicomPort, { calling: 'KNOWN' });
  expect(known.answers[0]).toMatchObject({ type: 'associate-accept' });
  for (const association of [wrong, unknown, known]) association.destroy();
});

it('says what is wrong with an object, and goes on with the next', async () => {
  const { dataSet } = readObject(image);
  const association = await RawAssociation.open(port);
  association.beginStore('1.2.3.4');
  for (let at = 0; at < dataSet.length; at += 16_000)
    association.sendData(dataSet.subarray(at, at + 16_000), at + 16_000 >= dataSet.length);
  while (association.dataBytes === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await association.echoes()).toBe(true);
  association.destroy();
  expect(await archive.file('1.2.3.4')).toBeNull();
  expect((await storescu({ ...archive.call, options: ['-v'] }, [image])).stderr).toMatch(/Success/);
});
