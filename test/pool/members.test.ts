// Servers of one pool: they know each other, clients know them all, and one that dies, moves or starts again is told of.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ListedServer } from '../../server/src/http/servers-routes.ts';
import { RawClient } from '../support/raw-client.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

let place: ReturnType<typeof temporaryFolder>;
const running: StrataProcess[] = [];

beforeEach(() => {
  place = temporaryFolder('members');
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.kill();
  place.remove();
});

const folderOf = (name: string) => path.join(place.folder, name);
const metadataOf = (name: string) => path.join(folderOf(name), 'metadata-url');

/** Starts a server whose lease is short. */
async function start(name: string, ...args: string[]): Promise<StrataProcess> {
  mkdirSync(folderOf(name), { recursive: true });
  writeFileSync(path.join(folderOf(name), 'settings.json'), JSON.stringify({ pool: { name, lease: 2 } }));
  const server = await StrataProcess.start(folderOf(name), ...args);
  running.push(server);
  return server;
}

const join = (name: string, ...args: string[]) => start(name, '--metadata', metadataOf('a'), ...args);

async function serversAt({ url }: StrataProcess): Promise<ListedServer[]> {
  return (await (await fetch(`${url}/admin/servers`)).json()) as ListedServer[];
}

async function readiness({ url }: StrataProcess): Promise<{ ready: boolean; missing: string[] }> {
  return (await (await fetch(`${url}/ready`)).json()) as { ready: boolean; missing: string[] };
}

/** Asks again and again until the answer is as wanted; its last answer when that takes too long. */
async function eventually<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (const until = Date.now() + 20_000; ; await sleep(50)) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > until) return answer;
  }
}

/** Waits until the client is told of these servers and no others. */
async function told(client: RawClient, names: string[]): Promise<void> {
  const last = async () =>
    client
      .all('servers')
      .at(-1)
      ?.pool.map(({ name }) => name)
      .sort();
  expect(await eventually(last, (pool) => pool?.join() === names.join())).toEqual(names);
}

const alive = (servers: readonly ListedServer[]) =>
  servers.flatMap(({ isAlive, name }) => (isAlive ? [name] : [])).sort();

it('know each other by name, and clients of one are told of all image servers as they come and go', async () => {
  const a = await start('a');
  const client = await RawClient.greet(`${a.url.replace('http', 'ws')}/stream`);
  expect((await client.until('welcome')).pool).toMatchObject([
    { name: 'a', endpoints: [`${a.url.replace('http', 'ws')}/stream`] },
  ]);
  const [b] = await Promise.all([join('b', '--roles', 'image'), join('c', '--roles', 'gateway')]);
  expect(
    alive(
      await eventually(
        () => serversAt(a),
        (servers) => alive(servers).length === 3,
      ),
    ),
  ).toEqual(['a', 'b', 'c']);
  await told(client, ['a', 'b']);
  await b.kill();
  expect(
    alive(
      await eventually(
        () => serversAt(a),
        (servers) => alive(servers).length === 2,
      ),
    ),
  ).toEqual(['a', 'c']);
  await told(client, ['a']);
  client.close();
});

it('go on without the server that runs the database, and find it again at its new address', async () => {
  const a = await start('a');
  const b = await join('b');
  const before = readFileSync(metadataOf('a'), 'utf8');
  await a.kill();
  expect(
    await eventually(
      () => readiness(b),
      ({ ready }) => !ready,
    ),
  ).toMatchObject({ ready: false });
  expect((await serversAt(b)).map(({ name }) => name).sort()).toEqual(['a', 'b']);
  const listed = await strata('servers', '--data', folderOf('b'));
  expect(listed).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^a .* not known .*^b .* not known .*2 servers as they were heard last/ms),
  });
  await start('a');
  expect(readFileSync(metadataOf('a'), 'utf8')).not.toBe(before);
  expect(
    await eventually(
      () => readiness(b),
      ({ ready, missing }) => ready && missing.length === 0,
    ),
  ).toEqual({ ready: true, missing: [] });
  expect(
    alive(
      await eventually(
        () => serversAt(b),
        (servers) => alive(servers).length === 2,
      ),
    ),
  ).toEqual(['a', 'b']);
});

it('start again in the same process on the same port, one after the other, and say goaway before', async () => {
  const [a, b] = [await start('a'), await join('b')];
  const before = await serversAt(a);
  const client = await RawClient.greet(`${b.url.replace('http', 'ws')}/stream`);
  const ran = await strata('restart', '--rolling', '--data', folderOf('b'));
  expect(ran.stdout).toMatch(/^a is back after .* s\.\nb is back after .* s\.\n$/);
  expect(await client.until('goaway')).toMatchObject({ reason: 'restart' });
  const after = await serversAt(b);
  expect(alive(after)).toEqual(['a', 'b']);
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  for (const { id, boot } of before) expect(after.find((one) => one.id === id)?.boot).not.toBe(boot);
  expect([await readiness(a), await readiness(b)].map(({ ready }) => ready)).toEqual([true, true]);
  expect([await a.stop(), await b.stop()]).toEqual([0, 0]);
});

it('are listed, drained and taken out by whoever runs the pool, and the last one cannot be', async () => {
  const a = await start('a');
  const data = ['--data', folderOf('a')];
  expect((await strata('drain', 'a', ...data)).stderr).toMatch(/no other image server/);
  const b = await join('b');
  const listed = await strata('servers', ...data);
  expect(listed.stdout).toMatch(/^a .* main .* in .* yes .*gateway,image,metadata/m);
  expect(listed.stdout).toMatch(/^b .* main .* in .* yes .*gateway,image /m);
  expect((await strata('drain', 'b', ...data)).stdout).toMatch(/^b is being drained/);
  expect((await serversAt(a)).map(({ state }) => state).sort()).toEqual(['draining', 'in']);
  expect((await strata('drain', 'b', '--undo', ...data)).stdout).toBe('b stays in the pool.\n');
  expect((await strata('drain', 'x', ...data)).stderr).toMatch(/no server x/);
  expect((await strata('drain', 'b', '--give-up', ...data)).stderr).toMatch(/--give-up goes with --out/);
  expect((await serversAt(a)).map(({ state }) => state)).toEqual(['in', 'in']);
  await strata('drain', 'b', '--out', ...data);
  const told = await eventually(
    () => readiness(b),
    ({ ready }) => !ready,
  );
  expect(told.missing).toEqual([expect.stringMatching(/declared out/)]);
  await b.stop();
  await strata('drain', 'b', '--undo', ...data);
  expect((await strata('drain', 'a', ...data)).stdout).toMatch(
    /Of those that are left, 1 cannot be reached now/,
  );
  await strata('drain', 'b', '--out', ...data);
  const visited = await strata('servers', '--data', folderOf('b'));
  expect(visited.stdout).toMatch(/^b .* main .* out .* no, /m);
});

it('do not start where they would part images from their metadata', async () => {
  const a = await start('a');
  const b = await join('b');
  await Promise.all([a.kill(), b.kill()]);
  const refused = async (...args: string[]) =>
    (await strata('start', '--port', '0', '--dicom-port', '0', ...args)).stderr;
  expect(await refused('--data', folderOf('b'), '--roles', 'image,metadata')).toMatch(
    /leave the role metadata out/,
  );
  expect(await refused('--data', folderOf('a'), '--metadata', metadataOf('b'))).toMatch(
    /a database of its own/,
  );
  expect(await refused('--data', folderOf('c'), '--roles', 'image')).toMatch(/name it with --metadata/);
  expect(await refused('--data', folderOf('c'), '--metadata', folderOf('a'))).toMatch(
    /is a folder: name the file metadata-url/,
  );
  expect(await refused('--data', folderOf('c'), '--metadata', 'http://a')).toMatch(/It is postgres:/);
  expect(await refused('--data', folderOf('c'), '--roles', 'image,bread')).toMatch(
    /gateway, image, metadata/,
  );
});
