// What breaks while Strata runs or lies still: damaged and missing blobs are found and healed, a dead database comes back.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('healing');
afterAll(remove);

const files = dataFiles('series/ct-ge').slice(0, 6);

async function verify(data: string, ...args: string[]) {
  const ran = await strata('verify', '--data', data, '--json', ...args);
  return { code: ran.code, ...JSON.parse(ran.stdout) };
}

describe('blobs that were damaged or lost', () => {
  it('are found by verify, named, and healed by importing the files again', async () => {
    const data = path.join(folder, 'blobs');
    expect((await strata('import', '--data', data, ...files)).code).toBe(0);
    const blobs = globSync('store/blobs/*/*/*', { cwd: data }).map((name) => path.join(data, name));
    expect(blobs).toHaveLength(files.length * 2);
    const [lost = '', damaged = '', shortened = ''] = blobs.filter(
      (blob) => readFileSync(blob).length > 20_000,
    );
    rmSync(lost);
    const bytes = readFileSync(damaged);
    bytes[5000] = (bytes[5000] ?? 0) ^ 4;
    writeFileSync(damaged, bytes);
    writeFileSync(shortened, readFileSync(shortened).subarray(0, 100));

    const found = await verify(data);
    expect(found.code).toBe(1);
    const subjects = new Set(found.problems.map(({ subject }: { subject: string }) => subject));
    expect(subjects).toEqual(
      new Set([lost, damaged, shortened].map((blob) => `blob ${path.basename(blob)}`)),
    );

    const { studies } = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
    for (const { reason } of found.problems) {
      expect(reason).toMatch(`Needed by instance `);
      expect(reason).toMatch(` of study ${studies[0].studyUid}.`);
    }

    const again = await strata('import', '--data', data, ...files);
    expect(again.code, again.stdout).toBe(0);
    expect(await verify(data, '--deep')).toMatchObject({ code: 0, clean: true, rebuilt: files.length });
  });
});

describe('a database that dies', () => {
  it('is started again: what is stored stays, and files are taken in again', async () => {
    const data = path.join(folder, 'database');
    const server = await StrataProcess.start(data, '--log-level', 'silent');
    const [first = '', ...others] = files;
    expect((await strata('import', '--data', data, first)).code).toBe(0);

    const [pidFile = ''] = globSync('postgres/**/postmaster.pid', { cwd: data });
    process.kill(Number(readFileSync(path.join(data, pidFile), 'utf8').split('\n')[0]), 'SIGKILL');
    const during = await strata('import', '--data', data, '--json', ...others);
    expect(during.code, during.stdout).toBe(0);
    while ((await fetch(`${server.url}/ready`)).status !== 200) await sleep(50);

    const { studies } = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
    expect(studies).toMatchObject([{ instanceCount: files.length }]);
    expect(await verify(data, '--deep')).toMatchObject({ code: 0, clean: true });
    expect(await server.stop()).toBe(0);
  });
});
