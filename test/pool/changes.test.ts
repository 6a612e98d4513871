// What happens at one server is known at the others at once, not with their next heartbeat, which here is a minute away.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { RawClient } from '../support/raw-client.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));

let place: ReturnType<typeof temporaryFolder>;
const running: StrataProcess[] = [];
beforeEach(() => {
  place = temporaryFolder('changes');
});
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.kill();
  place.remove();
});

const folderOf = (name: string) => path.join(place.folder, name);

/** Starts the server; `a` has the database too. */
async function start(name: string): Promise<StrataProcess> {
  mkdirSync(folderOf(name), { recursive: true });
  const settings = { pool: { name, lease: 300, repairAfter: 3600 } };
  writeFileSync(path.join(folderOf(name), 'settings.json'), JSON.stringify(settings));
  const elsewhere = ['--metadata', path.join(folderOf('a'), 'metadata-url'), '--roles', 'gateway,image'];
  const server = await StrataProcess.start(folderOf(name), ...(name === 'a' ? [] : elsewhere));
  running.push(server);
  return server;
}

const client = ({ url }: StrataProcess) => RawClient.greet(`${url.replace('http', 'ws')}/stream`);

async function study(server: StrataProcess): Promise<string> {
  const asked = await client(server);
  asked.send({ type: 'worklist', id: 1, query: { limit: 1 } });
  const { page } = await asked.until('worklistPage');
  asked.close();
  return page.studies[0]?.studyUid ?? '';
}

async function copies(): Promise<string> {
  return /Copies: (.*)/.exec((await strata('pool', '--data', folderOf('a'))).stdout)?.[1] ?? '';
}

it('servers give one patient one pseudonym, and one that has a key of its own says what to do', async () => {
  const [a, b] = [await start('a'), await start('b')];
  expect((await strata('import', '--data', folderOf('a'), files[0] ?? '')).code).toBe(0);
  const pseudonym = async (name: string) => {
    const data = ['--data', folderOf(name), '--out', path.join(place.folder, `out-${name}`), '--json'];
    const ran = await strata('export', await study(a), ...data, '--deidentify');
    return ran.code === 0 ? (JSON.parse(ran.stdout).files[0].sopInstanceUid as string) : ran.stderr;
  };
  const [first, second] = [await pseudonym('b'), await pseudonym('a')];
  expect(first).toMatch(/^2\.25\./);
  expect(second).toBe(first);
  writeFileSync(path.join(folderOf('a'), 'deidentify-key'), 'ab'.repeat(32));
  expect(await pseudonym('a')).toMatch(/Move the file away and start again/);
  await b.stop();
});

it('servers that join and drain, studies that come and grow, and both again after the database died', async () => {
  const a = await start('a');
  const b = await start('b');
  const take = (...some: string[]) => strata('import', '--data', folderOf('a'), ...some);
  // What is stored right after a join has as many copies as are wanted from then on.
  expect((await take(files[0] ?? '')).code).toBe(0);
  expect(await copies()).toBe('2 blobs with 2.');
  expect((await strata('pool', '--data', folderOf('a'))).stdout).toContain(
    'Below their wanted copies: none.',
  );

  expect((await strata('drain', 'b', '--data', folderOf('a'))).code).toBe(0);
  expect((await strata('drain', 'b', '--undo', '--data', folderOf('a'))).code).toBe(0);
  expect(await take(files[1] ?? '')).toMatchObject({ code: 0 });

  const viewer = await client(b);
  const ask = async (id: number) => {
    viewer.send({ type: 'worklist', id, query: { limit: 9 }, news: true });
    return (await viewer.until('worklistPage', id)).page.studies[0];
  };
  const study = await ask(1);
  expect(study?.instanceCount).toBe(2);
  expect((await take(files[2] ?? '')).code).toBe(0);
  await viewer.until('worklistChanged');
  expect((await ask(2))?.instanceCount).toBe(3);
  expect(await viewer.until('changed')).toEqual({ type: 'changed', study: study?.studyUid });
  viewer.close();

  const { port } = new URL(a.url);
  await a.kill();
  running.splice(running.indexOf(a), 1);
  const again = await client(b);
  running.unshift(await StrataProcess.start(folderOf('a'), '--port', port));
  while (!(await fetch(`${b.url}/ready`)).ok) await sleep(50);
  again.send({ type: 'worklist', id: 1, query: { limit: 9 }, news: true });
  await again.until('worklistPage');
  expect((await take(files[3] ?? '')).code).toBe(0);
  await again.until('worklistChanged');
  again.close();
});
