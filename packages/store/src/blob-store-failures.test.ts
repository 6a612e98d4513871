// Full disks, folders that may not be written, and kill -9: nothing half is left, nothing acknowledged is lost.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BlobStore } from './blob-store.ts';
import { StoreError, storeError } from './errors.ts';
import { filesBelow, freshFolder, smallDisk } from './testing/folders.ts';

const putBlobs = fileURLToPath(new URL('./testing/put-blobs.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;

interface Told {
  digest?: string;
  length?: number;
  code?: string;
  message?: string;
}

function toldBy(output: string): Told[] {
  const whole = output.slice(0, output.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Told]));
}

async function expectAllGood(folder: string, told: Told[]): Promise<void> {
  const store = await BlobStore.open(folder);
  for (const { digest, length } of told) {
    if (digest) expect(await store.verify(digest)).toEqual({ digest, state: 'good', length });
  }
  for await (const { digest } of store.list()) expect((await store.verify(digest)).state).toBe('good');
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
}

describe('a blob store in trouble', () => {
  it('reports a full disk, leaves nothing half written, and goes on when there is room again', async () => {
    const disk = smallDisk();
    if (!disk) {
      // Without the right to mount: a process that may write no file above 64 KiB.
      const folder = freshFolder();
      const command = `ulimit -f 64; exec "$0" "$@"`;
      const { stdout } = spawnSync('sh', ['-c', command, process.execPath, putBlobs, folder, '1', '900000'], {
        encoding: 'utf8',
      });
      expect(toldBy(stdout)[0]).toMatchObject({ code: 'no-space', message: expect.stringContaining(folder) });
      return expectAllGood(folder, []);
    }
    const store = await BlobStore.open(disk);
    const { digest } = await store.put([Buffer.alloc(400_000, 1)]);
    for (let time = 0; time < 3; time++) {
      const failed = await store
        .put([Buffer.alloc(500_000, 2), Buffer.alloc(300_000, 3)])
        .catch((error) => error);
      expect(failed).toMatchObject({
        name: 'StoreError',
        code: 'no-space',
        message: expect.stringContaining(disk),
      });
      expect(filesBelow(disk)).toEqual([digest]);
    }
    await store.delete(digest);
    store.close();
    const again = await store.put([Buffer.alloc(500_000, 2), Buffer.alloc(300_000, 3)]);
    await expectAllGood(disk, [again]);
  });

  it('says so when the folder may not be written or cannot be made', async () => {
    const folder = freshFolder();
    chmodSync(folder, 0o755);
    const inside = path.join(folder, 'data');
    const uid = isRoot ? ['65534'] : [];
    if (!isRoot) chmodSync(folder, 0o555);
    const { stdout } = spawnSync(process.execPath, [putBlobs, inside, '1', '10', ...uid], {
      encoding: 'utf8',
    });
    chmodSync(folder, 0o755);
    expect(toldBy(stdout)).toEqual([{ code: 'read-only', message: expect.stringContaining(folder) }]);
    writeFileSync(path.join(folder, 'file'), '');
    await expect(BlobStore.open(path.join(folder, 'file'))).rejects.toBeInstanceOf(StoreError);
    if (existsSync('/proc'))
      await expect(BlobStore.open('/proc/strata')).rejects.toMatchObject({ code: 'io' });
  });

  it('cannot put into a store that became read-only, and leaves nothing there', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    await store.put([Buffer.from('before')]);
    const temporary = path.join(folder, 'tmp');
    if (isRoot) for (const name of ['', 'tmp', 'blobs']) chownSync(path.join(folder, name), 65534, 65534);
    chmodSync(temporary, 0o555);
    const uid = isRoot ? ['65534'] : [];
    const { stdout } = spawnSync(process.execPath, [putBlobs, folder, '1', '10', ...uid], {
      encoding: 'utf8',
    });
    expect(toldBy(stdout)[0]).toMatchObject({ code: 'read-only' });
    chmodSync(temporary, 0o755);
    expect(filesBelow(folder)).toHaveLength(1);
  });

  it('tells a disk error from a missing file', () => {
    const failure = (code: string) =>
      storeError(Object.assign(new Error(code), { code }), 'read a blob', '/blobs/x');
    expect(failure('EIO')).toMatchObject({ code: 'io', message: expect.stringContaining('/blobs/x') });
    expect(failure('ENOENT').code).toBe('missing');
    expect(failure('EROFS').code).toBe('read-only');
    expect(failure('EDQUOT').code).toBe('no-space');
  });

  it('has every acknowledged blob after kill -9, and no half one', async () => {
    const folder = freshFolder();
    const all: Told[] = [];
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [putBlobs, folder, '1000000', '200000'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      const enough = 1 + Math.floor(Math.random() * 40);
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
        if (toldBy(output).length >= enough) child.kill('SIGKILL');
      });
      await once(child, 'close');
      all.push(...toldBy(output));
      expect(toldBy(output).length).toBeGreaterThanOrEqual(enough);
    }
    await expectAllGood(folder, all);
  });

  it('sweeps what dead processes left, and not what a living one is writing', async () => {
    const folder = freshFolder();
    const store = await BlobStore.open(folder);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const living = `${process.ppid}-being-written`;
    for (const name of [`${dead}-a`, `${process.pid}-from-before`, 'unknown', living]) {
      writeFileSync(path.join(folder, 'tmp', name), 'half');
    }
    expect(await store.sweepTemporary()).toBe(3);
    expect(readdirSync(path.join(folder, 'tmp'))).toEqual([living]);
    const putting = store.put([Buffer.alloc(30_000_000)]);
    for (let time = 0; time < 20; time++) {
      await BlobStore.open(folder);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await store.verify((await putting).digest)).toMatchObject({ state: 'good' });
  });
});
