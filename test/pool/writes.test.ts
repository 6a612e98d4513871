// Images that come while servers hang, die or are missing: what is acknowledged is on two of them and comes back everywhere.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { knownServers } from '../support/known-servers.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));

interface Answer {
  readonly status: number;
  readonly outcome?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly sopInstanceUid?: string;
}

let place: ReturnType<typeof temporaryFolder>;
const running = new Map<string, StrataProcess>();
beforeEach(() => {
  place = temporaryFolder('writes');
});
afterEach(async () => {
  for (const server of running.values()) {
    process.kill(server.pid, 'SIGCONT');
    await server.kill();
  }
  running.clear();
  place.remove();
});

const folderOf = (name: string) => path.join(place.folder, name);

/** Starts the server; `a` has the database too. */
async function start(name: string): Promise<StrataProcess> {
  mkdirSync(folderOf(name), { recursive: true });
  const settings = { pool: { name, lease: 2, repairAfter: 3600 } };
  writeFileSync(path.join(folderOf(name), 'settings.json'), JSON.stringify(settings));
  const elsewhere = ['--metadata', path.join(folderOf('a'), 'metadata-url'), '--roles', 'gateway,image'];
  const server = await StrataProcess.start(
    folderOf(name),
    ...['--log-level', 'silent'],
    ...(name === 'a' ? [] : elsewhere),
  );
  running.set(name, server);
  return server;
}

/** Waits until the server sees so many alive, itself too. */
async function sees(server: StrataProcess, count: number): Promise<void> {
  for (;;) {
    const list = (await (await fetch(`${server.url}/admin/servers`)).json()) as { isAlive: boolean }[];
    const alive = list.filter(({ isAlive }) => isAlive).length;
    if (alive === count && (await knownServers(server.url)) === count) return;
    await sleep(50);
  }
}

async function send(server: StrataProcess, file: string): Promise<Answer> {
  const response = await fetch(`${server.url}/gateway/instances`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body: readFileSync(file),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

/** Sends the files by a few at once. @param onAnswer told of each */
async function sendAll(
  to: () => StrataProcess,
  list: readonly string[],
  onAnswer: (file: string, answer: Answer | null) => void,
): Promise<void> {
  const left = [...list];
  const lane = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      onAnswer(file, await send(to(), file).catch(() => null));
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

/** Every acknowledged file, from the server, byte for byte. */
async function expectAll(server: StrataProcess, stored: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, uid] of stored) {
    const response = await fetch(`${server.url}/gateway/instances/${uid}/file`);
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status, `${uid}: ${body.subarray(0, 500)}`).toBe(200);
    expect(body.equals(readFileSync(file)), uid).toBe(true);
  }
}

it('are all stored while one of three servers hangs, and are on the other two', async () => {
  const a = await start('a');
  const [b, c] = await Promise.all([start('b'), start('c')]);
  await sees(a, 3);
  const stored = new Map<string, string>();
  const refused: (Answer | null)[] = [];
  await sendAll(
    () => a,
    files,
    (file, answer) => {
      if (answer?.outcome === 'stored' && answer.sopInstanceUid) stored.set(file, answer.sopInstanceUid);
      else refused.push(answer);
      if (stored.size === 10) process.kill(c.pid, 'SIGSTOP');
    },
  );
  expect(refused).toEqual([]);
  expect(stored.size).toBe(files.length);
  // With the third one still hung, and then with it and without one of the others.
  await expectAll(b, stored);
  process.kill(c.pid, 'SIGCONT');
  await sees(a, 3);
  await b.kill();
  running.delete('b');
  await expectAll(c, stored);
  await expectAll(a, stored);
  const verified = await strata('verify', '--data', folderOf('a'), '--deep', '--json');
  expect(JSON.parse(verified.stdout)).toMatchObject({ instances: files.length, rebuilt: files.length });
}, 180_000);

it('are refused while there are too few servers, by name, and taken when they are there again', async () => {
  const a = await start('a');
  const b = await start('b');
  await sees(a, 2);
  const [first = '', second = ''] = files;
  expect(await send(a, first)).toMatchObject({ outcome: 'stored' });
  process.kill(b.pid, 'SIGSTOP');
  const refused = await send(a, second);
  expect(refused).toMatchObject({ status: 503, outcome: 'refused', code: 'too-few-servers' });
  expect(refused.reason).toMatch(
    /^It needs 2 copies on different servers, 1 could be made: b \(.*strata servers/,
  );
  process.kill(b.pid, 'SIGCONT');
  await sees(a, 2);
  let answer = await send(a, second);
  for (let time = 0; time < 20 && answer.status === 503; time++) answer = await send(a, second);
  expect(answer).toMatchObject({ outcome: 'stored' });
  // A server that starts anew is waited for.
  await b.kill();
  const [again] = await Promise.all([send(a, files[2] ?? ''), start('b')]);
  expect(again).toMatchObject({ outcome: 'stored' });
}, 120_000);

it('are not lost and not half there when servers are killed at random while they come', async () => {
  const a = await start('a');
  await Promise.all([start('b'), start('c')]);
  await sees(a, 3);
  const stored = new Map<string, string>();
  const note = (file: string, answer: Answer | null) => {
    const isThere = answer?.outcome === 'stored' || answer?.outcome === 'already';
    if (isThere && answer.sopInstanceUid) stored.set(file, answer.sopInstanceUid);
  };
  for (let round = 0; round < 6; round++) {
    const victim = round % 2 === 0 ? 'b' : 'c';
    const gateway = round % 3 === 0 ? victim : 'a';
    const part = files.filter((_, index) => index % 6 === round);
    const sending = sendAll(() => running.get(gateway) as StrataProcess, part, note);
    await sleep(Math.random() * 700);
    await running.get(victim)?.kill();
    await start(victim);
    await sending;
  }
  await sees(a, 3);
  expect(stored.size).toBeGreaterThan(10);
  for (const server of running.values()) await expectAll(server, stored);
  await sendAll(() => a, files, note);
  expect(stored.size).toBe(files.length);
  const verified = await strata('verify', '--data', folderOf('a'), '--deep', '--json');
  expect(JSON.parse(verified.stdout)).toMatchObject({
    instances: files.length,
    pool: { damaged: 0, missing: 0 },
  });
}, 240_000);
