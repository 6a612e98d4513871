// Images go on by themselves to where the rules want them, and priors come before they are asked for.
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { freePort } from '../support/peers/ports.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { strata as runStrata, StrataProcess, temporaryFolder } from '../support/strata.ts';

const ct = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
const few = ct.slice(0, 5);

function scratch(): string {
  const { folder, remove } = temporaryFolder('routing');
  onTestFinished(remove);
  return folder;
}

/** A data folder with settings. */
function dataFolder(settings: object): string {
  const data = path.join(scratch(), 'data');
  const file = path.join(path.dirname(data), 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  return data;
}

async function start(data: string): Promise<StrataProcess> {
  const settings = path.join(path.dirname(data), 'settings.json');
  const strata = await StrataProcess.start(data, '--settings', settings);
  onTestFinished(async () => void (await strata.stop()));
  return strata;
}

const peer = (aeTitle: string, port: number) => ({ aeTitle, host: '127.0.0.1', port });
const toArchive = { name: 'all to the archive', to: { peer: 'STORESCP' } };

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 40_000; !(await condition()); await sleep(100)) {
    if (Date.now() > end) throw new Error(`It did not happen: ${what}`);
  }
}

const routes = async (strata: StrataProcess) =>
  (await (await fetch(`${strata.url}/admin/routes`)).json()) as {
    target: string;
    waiting: number;
    failed: number;
    error: string;
  }[];

const instancesIn = async (strata: StrataProcess, study: string): Promise<number> => {
  const response = await fetch(`${strata.url}/gateway/studies/${study}`);
  return response.ok ? ((await response.json()) as unknown[]).length : 0;
};

describe('forwarding', () => {
  it('sends what arrives on to another AE', async () => {
    const folder = scratch();
    await using scp = await StoreScp.start(path.join(folder, 'received'));
    const data = dataFolder({ dicom: { peers: [peer('STORESCP', scp.port)] }, forward: [toArchive] });
    const strata = await start(data);
    expect((await storescu({ port: strata.dicomPort }, few)).code).toBe(0);
    await until('all were forwarded', async () => (await routes(strata)).length === 0);
    expect(scp.files).toHaveLength(few.length);
  });

  it('keeps what it cannot send now, over a kill, and sends it when the other side is there', async () => {
    const port = await freePort();
    const data = dataFolder({ dicom: { peers: [peer('STORESCP', port)] }, forward: [toArchive] });
    const first = await start(data);
    expect((await storescu({ port: first.dicomPort }, few)).code).toBe(0);
    await until('the archive was found away', async () => (await routes(first))[0]?.error !== '');
    expect(await routes(first)).toMatchObject([{ target: 'dicom:STORESCP', waiting: few.length, failed: 0 }]);
    await first.kill();

    const settings = path.join(path.dirname(data), 'settings.json');
    const folder = path.join(path.dirname(data), 'received');
    await using scp = await StoreScp.start(folder);
    writeFileSync(
      settings,
      JSON.stringify({ dicom: { peers: [peer('STORESCP', scp.port)] }, forward: [toArchive] }),
    );
    const second = await start(data);
    const retried = await runStrata('routes', 'retry', '--all', '--data', data);
    expect(retried.code).toBe(0);
    await until('all were forwarded', async () => (await routes(second)).length === 0);
    expect(scp.files).toHaveLength(few.length);
  });

  it('sends on to another Strata by STOW-RS, and nothing comes back', async () => {
    const site = await start(dataFolder({}));
    const data = dataFolder({
      forward: [
        {
          name: 'CT to the other site',
          to: { stow: `${site.url}/dicom-web/studies` },
          when: { modality: ['CT'] },
        },
      ],
    });
    const strata = await start(data);
    const mr = dataFiles('series/mr-t1').slice(0, 2);
    expect((await runStrata('import', ...few, ...mr, '--data', data)).code).toBe(0);
    await until('all were forwarded', async () => (await routes(strata)).length === 0);
    const counts = (await (await fetch(`${site.url}/dicom-web/instances`)).json()) as unknown[];
    expect(counts).toHaveLength(few.length);
  });

  it('says which rule is gone, and drops on demand what a person gives up', async () => {
    const port = await freePort();
    const settings = { dicom: { peers: [peer('STORESCP', port)] }, forward: [toArchive] };
    const data = dataFolder(settings);
    const first = await start(data);
    await storescu({ port: first.dicomPort }, few.slice(0, 1));
    await first.kill();
    writeFileSync(path.join(path.dirname(data), 'settings.json'), '{}');
    const second = await start(data);
    await runStrata('routes', 'retry', '--all', '--data', data);
    await until('the errand failed', async () => (await routes(second))[0]?.failed === 1);
    const listed = await runStrata('routes', '--data', data);
    expect(listed.stdout).toContain('no rule "all to the archive"');
    for (const what of ['retry', 'drop']) {
      const unknown = await runStrata('routes', what, 'dicom:STORESCQ', '--data', data);
      expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no rule names it') });
    }
    expect((await runStrata('routes', 'drop', 'dicom:STORESCP', '--data', data)).stdout).toContain(
      '1 errand',
    );
    expect((await runStrata('routes', '--data', data)).stdout).toContain('Nothing waits');
  });
});

describe('prefetching', () => {
  const prior = dataFiles('series/mr-t1').slice(0, 4);

  /** The prior belongs to the patient of the CT, as an archive with a patient's whole history has it. */
  async function archive(folder: string): Promise<{ orthanc: Orthanc; studyUid: string }> {
    const orthanc = await Orthanc.start();
    onTestFinished(() => orthanc.stop());
    const copies = prior.map((file, at) => {
      const copy = path.join(folder, `prior-${at}.dcm`);
      copyFileSync(file, copy);
      return copy;
    });
    const tag = ['-nb', '-m', `(0010,0020)=${await patientOf(ct[0] as string)}`];
    await promisify(execFile)('dcmodify', [...tag, ...copies]);
    for (const copy of copies) await orthanc.post('/instances', new Uint8Array(readFileSync(copy)));
    const [id] = await orthanc.get<string[]>('/studies');
    const study = await orthanc.get<{ MainDicomTags: { StudyInstanceUID: string } }>(`/studies/${id}`);
    return { orthanc, studyUid: study.MainDicomTags.StudyInstanceUID };
  }

  async function patientOf(file: string): Promise<string> {
    const { stdout } = await promisify(execFile)('dcmdump', ['+P', '0010,0020', '-s', file]);
    return /\[([^\]]*)\]/.exec(stdout)?.[1] ?? '';
  }

  it.each(['get', 'move'] as const)(
    'fetches the priors of a patient by C-%s when a study arrives',
    async (by) => {
      const { orthanc, studyUid } = await archive(scratch());
      const data = dataFolder({
        dicom: { peers: [peer('ORTHANC', orthanc.dicomPort)] },
        prefetch: [
          { name: 'priors', from: 'ORTHANC', when: { modality: ['CT'] }, priors: { modality: ['*'] }, by },
        ],
      });
      const strata = await start(data);
      await fetch(`${orthanc.url}/modalities/strata`, {
        method: 'PUT',
        body: JSON.stringify(['STRATA', '127.0.0.1', strata.dicomPort]),
      });
      expect((await storescu({ port: strata.dicomPort }, few.slice(0, 1))).code).toBe(0);
      await until('the prior is here', async () => (await instancesIn(strata, studyUid)) === prior.length);
      await until('nothing is left to do', async () => (await routes(strata)).length === 0);
    },
  );

  it('fetches them when the study is scheduled, before its first image', async () => {
    const { orthanc, studyUid } = await archive(scratch());
    const data = dataFolder({
      dicom: { peers: [peer('ORTHANC', orthanc.dicomPort)] },
      prefetch: [{ name: 'priors', from: 'ORTHANC', on: ['scheduled'] }],
    });
    const strata = await start(data);
    const step = {
      '00100020': { vr: 'LO', Value: [await patientOf(ct[0] as string)] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
      '00400100': {
        vr: 'SQ',
        Value: [
          {
            '00400001': { vr: 'AE', Value: ['CT1'] },
            '00400002': { vr: 'DA', Value: ['20261121'] },
            '00400003': { vr: 'TM', Value: ['1200'] },
            '00080060': { vr: 'CS', Value: ['CT'] },
          },
        ],
      },
    };
    const response = await fetch(`${strata.url}/worklist-items`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom+json' },
      body: JSON.stringify(step),
    });
    expect(response.status).toBe(201);
    await until('the prior is here', async () => (await instancesIn(strata, studyUid)) === prior.length);
  });
});
