// The embedded server: durable, private, never two on a folder, never left behind, whoever is killed.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Metadata } from '../metadata.ts';
import { query } from '../testing/databases.ts';
import { records } from '../testing/records.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';
import { isAlive, waitForEnd } from './processes.ts';

const holdPostgres = fileURLToPath(new URL('../testing/hold-postgres.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;

// Mode 0700 for root: the server's user may not pass it.
function freshFolder(): string {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'strata-embedded-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

// Making a database takes longer than all the rest: one is made once and copied.
const template = fs.mkdtempSync(path.join(tmpdir(), 'strata-template-'));
beforeAll(async () => (await EmbeddedPostgres.start({ folder: template })).stop());
afterAll(() => fs.rmSync(template, { recursive: true }));

/** A folder with a database in which nothing is stored. */
function readyFolder(): string {
  const folder = freshFolder();
  fs.cpSync(template, folder, { recursive: true });
  return folder;
}

async function start(folder: string, log?: (message: string) => void): Promise<EmbeddedPostgres> {
  const server = await EmbeddedPostgres.start(log ? { folder, log } : { folder });
  onTestFinished(() => server.stop());
  return server;
}

/** Another process with a server, as its user would start it. */
async function startElsewhere(folder: string): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const child = spawn(process.execPath, [holdPostgres, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...JSON.parse(line.toString()) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function store(url: string, count: number): Promise<void> {
  const metadata = await Metadata.open(url);
  await metadata.commit(records(count));
  await metadata.close();
}

async function stored(url: string): Promise<number> {
  const metadata = await Metadata.open(url);
  const { instances } = await metadata.counts();
  await metadata.close();
  return instances;
}

const keeperOf = (folder: string): number =>
  JSON.parse(fs.readFileSync(path.join(folder, 'keeper.json'), 'utf8')).keeper;

describe('the embedded server', () => {
  it('is durable, listens on this machine only, wants its password, and is there again at the next start', async () => {
    const folder = path.join(freshFolder(), 'data', 'metadata');
    const server = await start(folder);
    const settings = await query(
      server.url,
      `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'data_checksums')`,
    );
    expect(Object.fromEntries(settings.map((row) => [row.name, row.setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      data_checksums: 'on',
    });
    await expect(query(server.url.replace(/:[^:@/]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({
      code: 'refused',
    });
    for (const file of ['password', 'postgres.log']) {
      expect(fs.statSync(path.join(folder, file)).mode & 0o777, file).toBe(0o600);
    }
    expect(fs.statSync(path.join(folder, 'cluster')).mode & 0o077).toBe(0);
    await store(server.url, 3);
    await server.stop();
    expect(await server.exited).toEqual({ expected: true, reason: 'stopped' });
    expect(isAlive(server.pid)).toBe(false);
    expect(await stored((await start(folder)).url)).toBe(3);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('setup-'))).toEqual([]);
  });

  it('runs under another user when Strata runs as root, in folders that user may pass and in ones it may not', async () => {
    for (const mode of [0o700, 0o755]) {
      const folder = freshFolder();
      fs.chmodSync(folder, mode);
      fs.cpSync(template, path.join(folder, 'metadata'), { recursive: true });
      const server = await start(path.join(folder, 'metadata'));
      const uid = Number(execFileSync('ps', ['-o', 'uid=', '-p', String(server.pid)]));
      expect(uid !== 0).toBe(true);
      expect(uid).toBe(isRoot ? fs.statSync(path.join(folder, 'metadata/cluster')).uid : process.getuid?.());
      await store(server.url, 1);
      await server.stop();
    }
  });

  it('starts on a folder that was copied and now belongs to somebody else', async () => {
    const folder = readyFolder();
    const server = await start(folder);
    await store(server.url, 2);
    await server.stop();
    const copy = freshFolder();
    fs.cpSync(folder, copy, { recursive: true });
    expect(await stored((await start(copy)).url)).toBe(2);
  });

  it('refuses a second Strata on its folder, one after the other and at the same time', async () => {
    const folder = readyFolder();
    const starts = await Promise.allSettled([start(folder), start(folder), start(folder)]);
    const running = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = starts.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(running).toHaveLength(1);
    for (const reason of refused) {
      expect(reason).toMatchObject({ code: 'in-use', message: expect.stringContaining(folder) });
    }
    await expect(start(folder)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await store(running[0]?.url ?? '', 1);
  });

  it('ends when Strata is killed, and the next start has all that was stored', async () => {
    const folder = readyFolder();
    for (let round = 1; round <= 3; round++) {
      const { child, pid, url } = await startElsewhere(folder);
      await store(url, round);
      await kill(child);
      expect(await waitForEnd(pid, 10_000)).toBe(true);
    }
    expect(await stored((await start(folder)).url)).toBe(3);
  });

  it('is taken over at once when the next Strata starts before it has ended', async () => {
    const folder = readyFolder();
    const { child, pid, url } = await startElsewhere(folder);
    await store(url, 5);
    await kill(child);
    expect(await stored((await start(folder)).url)).toBe(5);
    expect(isAlive(pid)).toBe(false);
  });

  it('is stopped by the next start when its keeper was killed too', async () => {
    const folder = readyFolder();
    const { child, pid, url } = await startElsewhere(folder);
    await store(url, 4);
    process.kill(keeperOf(folder), 'SIGKILL');
    await kill(child);
    expect(isAlive(pid)).toBe(true);
    const said: string[] = [];
    const server = await start(folder, (message) => said.push(message));
    expect(said.join()).toContain(String(pid));
    expect(isAlive(pid)).toBe(false);
    expect(await stored(server.url)).toBe(4);
  });

  it('tells when it died by itself, and keeps what was acknowledged', async () => {
    const folder = readyFolder();
    const server = await start(folder);
    const metadata = await Metadata.open(server.url);
    await metadata.commit(records(50));
    await metadata.ping();
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ expected: false, reason: expect.stringContaining('SIGKILL') });
    await expect(metadata.ping()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(metadata.counts()).rejects.toMatchObject({ code: 'unavailable' });
    await metadata.close();
    await server.stop();
    expect(await stored((await start(folder)).url)).toBe(50);
  });

  it('tells when its keeper died', async () => {
    const folder = readyFolder();
    const server = await start(folder);
    process.kill(keeperOf(folder), 'SIGKILL');
    expect(await server.exited).toMatchObject({ expected: false, reason: expect.stringContaining('keeper') });
    await start(folder);
  });

  it('is not misled by a pid file that names another process, or nothing', async () => {
    const folder = readyFolder();
    const file = path.join(folder, 'cluster', 'postmaster.pid');
    const first = await start(folder);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    await store(first.url, 1);
    await first.stop();
    const owner = fs.statSync(path.join(folder, 'cluster'));
    const stranger = spawn('sleep', ['1000'], isRoot ? { uid: owner.uid, gid: owner.gid } : {});
    onTestFinished(() => void stranger.kill('SIGKILL'));
    for (const content of [
      [stranger.pid, ...lines.slice(1)].join('\n'),
      `${stranger.pid}\n`,
      'nonsense',
      '',
    ]) {
      fs.writeFileSync(file, content);
      fs.chownSync(file, owner.uid, owner.gid);
      const server = await start(folder);
      expect(await stored(server.url), JSON.stringify(content)).toBe(1);
      await server.stop();
    }
    expect(stranger.exitCode).toBeNull();
  });

  it('makes a new database after one whose making was killed', async () => {
    const folder = freshFolder();
    const child = spawn(process.execPath, [holdPostgres, folder], { stdio: 'ignore' });
    const setUp = () => fs.readdirSync(folder).some((name) => name.startsWith('setup-'));
    while (!setUp()) await new Promise((resolve) => setTimeout(resolve, 5));
    await kill(child);
    const server = await start(folder);
    await store(server.url, 1);
    expect(setUp()).toBe(false);
  });

  it('says what to do when it cannot start', async () => {
    const folder = readyFolder();
    const cluster = path.join(folder, 'cluster');
    const failure = (where: string, words: string) =>
      expect(start(where)).rejects.toMatchObject({
        code: 'start-failed',
        message: expect.stringContaining(words),
      });
    await failure(path.join(folder, 'password', 'metadata'), folder);
    fs.renameSync(path.join(cluster, 'global'), path.join(cluster, 'elsewhere'));
    await failure(folder, 'postgres.log');
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), '12\n');
    await failure(folder, 'PostgreSQL 12');
    fs.rmSync(path.join(folder, 'password'));
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), '18\n');
    await failure(folder, 'password');
    if (fs.existsSync('/proc')) await failure('/proc/strata', '/proc/strata');
  });

  it('says that the disk is full, and starts when there is room', async () => {
    const folder = freshFolder();
    if (!mount(folder, 'size=24m')) {
      // Without the right to mount: a process that may write no large file.
      const command = `ulimit -f 1000; exec "$0" "$@"`;
      const { stdout } = spawnSync('sh', ['-c', command, process.execPath, holdPostgres, folder], {
        encoding: 'utf8',
      });
      expect(JSON.parse(stdout)).toMatchObject({ message: expect.stringContaining(folder) });
    } else {
      await expect(start(folder)).rejects.toMatchObject({
        code: 'no-space',
        message: expect.stringContaining(folder),
      });
      mount(folder, 'remount,size=400m');
    }
    await store((await start(folder)).url, 1);
  });
});

function mount(folder: string, options: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'strata-test', folder]);
  if (status === 0 && !options.startsWith('remount'))
    onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return status === 0;
}
