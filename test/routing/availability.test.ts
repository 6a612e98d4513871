// A peer is told which studies are here (Instance Availability Notification), also when it was away, and again for more.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DicomJson } from '@strata/dicom/json/types';
import { expect, it, onTestFinished } from 'vitest';
import { readObject } from '../dimse/archive.ts';
import { Modality } from '../dimse/modality.ts';
import { dataFiles } from '../support/data.ts';
import { freePort } from '../support/peers/ports.ts';
import { strata as runStrata, StrataProcess, temporaryFolder } from '../support/strata.ts';

const mr = dataFiles('series/mr-t1').slice(0, 3);

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 40_000; !(await condition()); await sleep(100)) {
    if (Date.now() > end) throw new Error(`It did not happen: ${what}`);
  }
}

const items = (json: DicomJson | undefined, tag: string) => (json?.[tag]?.Value ?? []) as DicomJson[];
const instancesIn = (json: DicomJson | undefined) =>
  items(json, '00081115').flatMap((series) => items(series, '00081199'));
const uidsIn = (json: DicomJson | undefined) =>
  instancesIn(json)
    .map((one) => one['00081155']?.Value?.[0])
    .sort();

it('tells a study once its images are here, as soon as the peer can be reached, and again when more came', {
  timeout: 120_000,
}, async () => {
  const { folder, remove } = temporaryFolder('availability');
  onTestFinished(remove);
  const data = path.join(folder, 'data');
  const settings = path.join(folder, 'settings.json');
  const port = await freePort();
  const peers = [{ aeTitle: 'RIS', host: '127.0.0.1', port }];
  const forward = [{ name: 'tell the RIS', to: { notify: 'RIS' }, when: { modality: ['MR'] } }];
  writeFileSync(settings, JSON.stringify({ dicom: { peers }, forward }));
  const strata = await StrataProcess.start(data, '--settings', settings);
  onTestFinished(async () => void (await strata.stop()));
  const routes = async () =>
    (await (await fetch(`${strata.url}/admin/routes`)).json()) as { target: string; error: string }[];
  const importing = (...files: string[]) => runStrata('import', ...files, '--data', data);

  expect((await importing(...mr.slice(0, 2))).code).toBe(0);
  await until('the peer was found away', async () => (await routes())[0]?.error.includes('RIS') === true);
  expect(await routes()).toMatchObject([{ target: 'notify:RIS', waiting: 1 }]);

  const ris = new Modality('RIS');
  await ris.listen(port);
  onTestFinished(() => ris.close());
  await runStrata('routes', 'retry', '--all', '--data', data);
  await until('it was told', () => ris.reports.length === 1);
  const first = ris.reports[0]?.dataSet;
  expect(uidsIn(first)).toEqual(
    mr
      .slice(0, 2)
      .map((file) => readObject(file).sopInstanceUid)
      .sort(),
  );
  expect(first?.['0020000D']?.Value).toHaveLength(1);
  expect(instancesIn(first)[0]).toMatchObject({
    '00080054': { Value: ['STRATA'] },
    '00080056': { Value: ['ONLINE'] },
    '00081150': { Value: ['1.2.840.10008.5.1.4.1.1.4'] },
  });
  await until('nothing waits', async () => (await routes()).length === 0);

  expect((await importing(mr[2] ?? '')).code).toBe(0);
  await until('it was told again', () => ris.reports.length === 2);
  expect(uidsIn(ris.reports[1]?.dataSet)).toHaveLength(3);
});
