// What a rule forwards without its patient's identity arrives so, and what is stored here stays as it is.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPart10 } from '@strata/dicom/part10';
import { expect, it, onTestFinished } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { python } from '../support/peers/readers.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { strata as runStrata, StrataProcess, temporaryFolder } from '../support/strata.ts';

const mr = dataFiles('series/mr-t1').slice(0, 3);
/** JPEG 2000 with loss, with a title burned in. */
const us = path.join(dataFolder, 'odd/pydicom/US1_J2KI.dcm');
const checker = readFileSync(path.resolve(import.meta.dirname, '../deidentify/check.py'), 'utf8');
const table = path.resolve(import.meta.dirname, '../../packages/dicom/src/deidentify/profile-table.ts');

const title = { name: 'title', modality: 'US', blank: [{ x: 0, y: 0, width: 640, height: 40 }] };
const read = (file: string) => readPart10(new Uint8Array(readFileSync(file)));

interface Site {
  readonly strata: StrataProcess;
  readonly folder: string;
  readonly data: string;
}

async function start(settings: object): Promise<Site> {
  const { folder, remove } = temporaryFolder('forward-deidentified');
  onTestFinished(remove);
  const data = path.join(folder, 'data');
  const file = path.join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  const strata = await StrataProcess.start(data, '--settings', file);
  onTestFinished(async () => void (await strata.stop()));
  return { strata, folder, data };
}

async function storeScp(): Promise<StoreScp> {
  const { folder, remove } = temporaryFolder('forward-received');
  onTestFinished(remove);
  const scp = await StoreScp.start(path.join(folder, 'received'), ['+xa', '--bit-preserving']);
  onTestFinished(() => scp.stop());
  return scp;
}

interface Route {
  readonly waiting: number;
  readonly failed: number;
  readonly error: string;
}

async function untilRoutes({ strata }: Site, done: (routes: readonly Route[]) => boolean): Promise<void> {
  for (const end = Date.now() + 40_000; ; await sleep(100)) {
    const routes = (await (await fetch(`${strata.url}/admin/routes`)).json()) as Route[];
    if (done(routes)) return;
    if (Date.now() > end) throw new Error(`It did not come to its end: ${JSON.stringify(routes)}`);
  }
}

const peers = (port: number) => ({ peers: [{ aeTitle: 'STORESCP', host: '127.0.0.1', port }] });
const toResearch = { name: 'research', to: { peer: 'STORESCP' } };

it('reaches an AE as another object of another patient, the same one that an export makes', async () => {
  const scp = await storeScp();
  const site = await start({
    dicom: peers(scp.port),
    forward: [{ ...toResearch, deidentify: { dates: 'shift' } }],
  });
  expect((await runStrata('import', ...mr, '--data', site.data)).code).toBe(0);
  await untilRoutes(site, (routes) => routes.length === 0);
  expect(scp.files).toHaveLength(mr.length);

  const study = read(mr[0] ?? '').attributes.study.uid;
  const out = path.join(site.folder, 'out');
  const exported = await runStrata(
    ...['export', study, '--out', out, '--deidentify', '--retain-dates', 'shifted', '--data', site.data],
    '--json',
  );
  const made = (JSON.parse(exported.stdout).files as { sopInstanceUid: string }[]).map(
    ({ sopInstanceUid }) => sopInstanceUid,
  );
  const received = new Map(scp.files.map((file) => [read(file).attributes.instance.uid, file]));
  expect([...received.keys()].sort()).toEqual(made.sort());

  const byNumber = new Map(mr.map((file) => [read(file).attributes.instance.number, file]));
  const manifest = path.join(site.folder, 'manifest.tsv');
  const pairs = scp.files.map((file) => [byNumber.get(read(file).attributes.instance.number), file]);
  writeFileSync(manifest, pairs.map((pair) => `${pair.join('\t')}\n`).join(''));
  const judged = await python(checker, table, manifest, 'modified-dates');
  // The receiver writes into its files who has sent them.
  const problems = judged.stdout.split('\n').filter((line) => line !== '' && !line.includes('00020016'));
  expect({ code: judged.code, problems }).toEqual({ code: 0, problems: [] });

  for (const file of mr) {
    const stored = await fetch(
      `${site.strata.url}/gateway/instances/${read(file).attributes.instance.uid}/file`,
    );
    expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), readFileSync(file))).toBe(0);
  }
});

it('reaches an AE and a site with its pixels cleaned, also of what is stored compressed with loss', async () => {
  const scp = await storeScp();
  const orthanc = await Orthanc.start();
  onTestFinished(() => orthanc.stop());
  const deidentify = { cleanPixels: true, retain: ['uids'] };
  const site = await start({
    dicom: peers(scp.port),
    deidentify: { pixels: [title] },
    forward: [
      { ...toResearch, deidentify },
      { name: 'other site', to: { stow: `${orthanc.url}/dicom-web/studies` }, deidentify },
    ],
  });
  expect((await runStrata('import', us, '--data', site.data)).code).toBe(0);
  await untilRoutes(site, (routes) => routes.length === 0);
  const [id] = await orthanc.get<string[]>('/instances');
  const arrived = [
    readPart10(new Uint8Array(readFileSync(scp.files[0] ?? ''))),
    readPart10(await orthanc.bytes(`/instances/${id}/file`)),
  ];
  for (const { attributes, transferSyntaxUid, pixels } of arrived) {
    expect(attributes.patient.name).toMatch(/^ANON\^/);
    expect(attributes.instance.uid).toBe(read(us).attributes.instance.uid);
    expect(transferSyntaxUid).toBe('1.2.840.10008.1.2.1');
    const value = pixels?.value ?? new Uint8Array(1);
    expect(value).toHaveLength(640 * 480 * 3);
    expect(value.subarray(0, 640 * 40 * 3).every((byte) => byte === value[0])).toBe(true);
    expect(value.subarray(640 * 40 * 3).some((byte) => byte !== value[0])).toBe(true);
  }
});

it('does not leave as long as it cannot be cleaned, and the list says why', async () => {
  const scp = await storeScp();
  const site = await start({
    dicom: peers(scp.port),
    forward: [{ ...toResearch, deidentify: { cleanPixels: true } }],
  });
  expect((await runStrata('import', us, '--data', site.data)).code).toBe(0);
  await untilRoutes(site, ([route]) => /burned into the pixels/.test(route?.error ?? ''));
  expect(scp.files).toEqual([]);
});
