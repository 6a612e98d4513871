// A database that hangs, which is worse than one that died: images go on being shown, nothing is stored, and all is well after.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { childrenOf } from '../support/process-tree.ts';
import { RawClient } from '../support/raw-client.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';

let place: ReturnType<typeof temporaryFolder>;
const running: StrataProcess[] = [];
let frozen: number[] = [];

beforeEach(() => {
  place = temporaryFolder('database-away');
});
afterEach(async () => {
  thaw();
  for (const one of running.splice(0)) await one.kill();
  place.remove();
});

/** Lets the database of a data folder hang: its connections stay, nothing moves. */
function freezeDatabase(data: string): void {
  const [line] = readFileSync(path.join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
  const postmaster = Number(line);
  frozen = [postmaster, ...childrenOf(postmaster)];
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
}

function thaw(): void {
  for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
}

async function store({ url }: StrataProcess, file: string): Promise<number> {
  const headers = { 'content-type': 'application/dicom' };
  const response = await fetch(`${url}/gateway/instances`, {
    method: 'POST',
    headers,
    body: readFileSync(file),
  });
  await response.body?.cancel();
  return response.status;
}

async function isReady({ url }: StrataProcess): Promise<boolean> {
  return (await fetch(`${url}/ready`)).ok;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isSo()); ) {
    if (Date.now() > end) throw new Error('it did not come to pass within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('shows what is open, refuses to store until it is back, and then goes on by itself', async () => {
  const [first = '', second = ''] = dataFiles('series/ct-ge');
  const folders = ['a', 'b'].map((name) => path.join(place.folder, name));
  const [dataA = '', dataB = ''] = folders;
  const a = await StrataProcess.start(dataA);
  running.push(a);
  const url = readFileSync(path.join(dataA, 'metadata-url'), 'utf8').trim();
  mkdirSync(dataB);
  writeFileSync(path.join(dataB, 'settings.json'), JSON.stringify({ metadata: { patience: 3 } }));
  const b = await StrataProcess.start(dataB, '--metadata', url);
  running.push(b);
  expect(await store(b, first)).toBe(200);
  const client = await RawClient.greet(`${b.url.replace('http', 'ws')}/stream`);
  const studies = async () => {
    client.send({ type: 'worklist', id: 1, query: { limit: 1 } });
    return (await client.until('worklistPage')).page.studies;
  };
  const [study] = await studies();
  client.send({ type: 'study', id: 2, uid: study?.studyUid ?? '' });
  const blob = async () => {
    await client.until('manifest', 2);
    const parts = client.all('manifest').map(({ part }) => part);
    return parts.flatMap((part) => (part.kind === 'instances' ? part.instances : []))[0]?.blob ?? '';
  };
  const target = { frames: [{ blob: await blob(), frame: 0 }] };

  freezeDatabase(dataA);
  client.send({ type: 'get', id: 3, target, from: 0, to: 1, priority: 0 });
  expect(await client.until('level', 2)).toMatchObject({ id: 3, level: 1 });
  // It is opened once more as it was known, and nobody is left without an answer.
  client.send({ type: 'study', id: 5, uid: study?.studyUid ?? '' });
  expect(await client.until('manifest', client.all('manifest').length + 1)).toMatchObject({ id: 5 });
  client.send({ type: 'worklist', id: 6, query: { limit: 1 } });
  expect(await client.until('error')).toMatchObject({ id: 6, code: 'unavailable' });
  await until(async () => !(await isReady(b)));
  const refused = store(b, second);
  await until(async () => !(await isReady(b)));
  expect(await refused).toBe(503);
  client.send({ type: 'get', id: 4, target, from: 2, to: 2, priority: 0 });
  expect(await client.until('level', 3)).toMatchObject({ id: 4, level: 2 });

  thaw();
  await until(() => isReady(b));
  await until(async () => (await store(b, second)) === 200);
  client.close();
});
