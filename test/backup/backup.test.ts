// A backup while images come in, everything wiped, and back again; killed, damaged, refused.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ListedDump } from '../../server/src/admin/backup/backup-folder.ts';
import type { BackupReport } from '../../server/src/admin/backup/take-backup.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { asked, blobsBelow, digestOf, exported, images, ingest, isClean, smallDisk } from './archive.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const { folder, remove } = temporaryFolder('backup');
afterAll(remove);

const main = path.resolve(import.meta.dirname, '../../server/src/cli/main.ts');
const originals = images.map(digestOf).sort();

function place(name: string): string {
  return path.join(folder, name);
}

/** An archive with some images, settings, a key and a file in quarantine, on which nothing runs; and its backup. */
const [small, smallBackup] = [place('small'), place('small-backup')];
beforeAll(async () => {
  mkdirSync(small);
  writeFileSync(path.join(small, 'settings.json'), '{ "dicom": { "aeTitle": "SMALL" } }', { mode: 0o600 });
  writeFileSync(path.join(small, 'deidentify-key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  const odd = place('odd.dcm');
  const bytes = readFileSync(images[0] ?? '');
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  writeFileSync(odd, bytes);
  expect((await strata('import', '--data', small, ...images.slice(0, 20), odd)).code).toBe(1);
  await asked('backup', '--data', small, '--to', smallBackup);
});

/** A copy of the small archive's backup. */
function copyOfBackup(name: string): string {
  cpSync(smallBackup, place(name), { recursive: true });
  return place(name);
}

describe('a backup while images come in', () => {
  it('is restored onto an empty machine, byte for byte, and a second one copies only what is new', async () => {
    const [data, to] = [place('first'), place('backup')];
    const server = await StrataProcess.start(data);
    await ingest(server.url, images.slice(0, 30));
    const coming = ingest(server.url, images.slice(30));
    const during = await asked<BackupReport>('backup', '--data', data, '--to', to);
    await coming;
    expect(during.summary.instances).toBeGreaterThanOrEqual(30);
    expect(during).toMatchObject({ lacking: [], problems: [], copied: { blobs: during.summary.blobs } });

    const after = await asked<BackupReport>('backup', '--data', data, '--to', to);
    expect(after.summary.instances).toBe(images.length);
    expect(after.copied.blobs).toBe(after.summary.blobs - during.summary.blobs);
    expect((await asked<BackupReport>('backup', '--data', data, '--to', to)).copied.blobs).toBe(0);
    expect(await exported(data, place('before'))).toEqual(originals);
    await server.stop();
    rmSync(data, { recursive: true });

    await asked('restore', '--from', to, '--data', data);
    const again = await StrataProcess.start(data);
    expect(await isClean(data)).toBe(images.length);
    expect(await exported(data, place('after'))).toEqual(originals);
    await again.stop();

    // The one that was taken in the middle is whole in itself.
    await asked('restore', '--from', to, '--data', place('earlier'), '--dump', during.name);
    expect(await isClean(place('earlier'))).toBe(during.summary.instances);
  });
});

describe('a backup that is killed', () => {
  it('goes on from there, and is whole in the end', async () => {
    const data = place('killed');
    const to = place('killed-backup');
    await asked('import', '--data', data, ...images);
    const server = await StrataProcess.start(data);
    const isTime = [
      () => existsSync(path.join(to, 'dumps')) && readdirSync(path.join(to, 'dumps')).length > 0,
      () => existsSync(path.join(to, 'blobs')) && blobsBelow(to).length > 10,
      () => existsSync(path.join(to, 'blobs')) && blobsBelow(to).length > 100,
    ];
    for (const isNow of isTime) {
      const child = spawn(process.execPath, [main, 'backup', '--data', data, '--to', to], {
        stdio: 'ignore',
      });
      const closed = once(child, 'close');
      while (child.exitCode === null && !isNow()) await new Promise((resolve) => setTimeout(resolve, 2));
      child.kill('SIGKILL');
      await closed;
      // What has no name yet cannot be taken for a dump.
      if (child.signalCode !== null)
        expect(readdirSync(path.join(to, 'dumps')).filter((name) => !name.startsWith('.'))).toEqual([]);
    }
    const before = blobsBelow(to).length;
    const { copied, summary } = await asked<BackupReport>('backup', '--data', data, '--to', to);
    expect(copied.blobs).toBe(summary.blobs - before);
    expect(before).toBeGreaterThan(100);
    expect(readdirSync(path.join(to, 'tmp'))).toEqual([]);
    await server.stop();
    await asked('restore', '--from', to, '--data', place('killed-restored'));
    expect(await isClean(place('killed-restored'))).toBe(images.length);
  });
});

describe('a restore that is killed', () => {
  it('lets no server start on the half of it, and goes on from there', async () => {
    const [data, to] = [place('half'), smallBackup];
    const child = spawn(process.execPath, [main, 'restore', '--from', to, '--data', data], {
      stdio: 'ignore',
    });
    const closed = once(child, 'close');
    const store = path.join(data, 'store');
    while (child.exitCode === null && (!existsSync(store) || blobsBelow(store).length < 3))
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    await closed;
    const refused = await strata('studies', '--data', data);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`strata restore --from ${to}`),
    });
    const other = place('other-backup');
    cpSync(to, other, { recursive: true });
    expect(await strata('restore', '--from', other, '--data', data)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`half restored from ${to}`),
    });
    await asked('restore', '--from', to, '--data', data);
    expect(await isClean(data)).toBe(20);
  });
});

it('a data folder that has lost its database gets it back, and keeps the blobs that are good', async () => {
  const data = place('no-database');
  cpSync(small, data, { recursive: true });
  rmSync(path.join(data, 'postgres'), { recursive: true });
  const [bad = '', gone = '', ...good] = blobsBelow(path.join(data, 'store'));
  writeFileSync(bad, 'other bytes');
  rmSync(gone);
  const before = good.map((file) => statSync(file).ino);
  await asked('restore', '--from', smallBackup, '--data', data);
  expect(good.map((file) => statSync(file).ino)).toEqual(before);
  expect(await isClean(data)).toBe(20);
});

describe('what a backup has', () => {
  it('are settings, the key and the quarantine too, secrets for their owner only', async () => {
    const [data, to] = [place('files'), smallBackup];
    for (const entry of readdirSync(path.join(to, 'dumps'), { recursive: true, withFileTypes: true }))
      expect(statSync(path.join(entry.parentPath, entry.name)).mode & 0o077, entry.name).toBe(0);
    await asked('restore', '--from', to, '--data', data);
    for (const name of ['settings.json', 'deidentify-key']) {
      expect(readFileSync(path.join(data, name))).toEqual(readFileSync(path.join(small, name)));
      expect(statSync(path.join(data, name)).mode & 0o777).toBe(0o600);
    }
    const quarantine = readdirSync(path.join(small, 'quarantine')).sort();
    expect(quarantine).toHaveLength(2);
    expect(readdirSync(path.join(data, 'quarantine')).sort()).toEqual(quarantine);
  });

  it('are so many dumps as are wanted, and no blob that none of them names', async () => {
    const to = copyOfBackup('kept');
    const [first] = await asked<ListedDump[]>('backup', '--to', to, '--list');
    const second = await asked<BackupReport>('backup', '--data', small, '--to', to);
    const [blob = ''] = blobsBelow(to);
    const orphan = 'ff'.repeat(32);
    mkdirSync(path.join(to, 'blobs', 'ff', 'ff'), { recursive: true });
    cpSync(blob, path.join(to, 'blobs', 'ff', 'ff', orphan));
    const { pruned, name } = await asked<BackupReport>('backup', '--data', small, '--to', to, '--keep', '2');
    expect(pruned).toMatchObject({ dumps: [first?.name], blobs: 1 });
    const dumps = await asked<ListedDump[]>('backup', '--to', to, '--list');
    expect(dumps.map((dump) => dump.name)).toEqual([name, second.name]);
    await asked('restore', '--from', to, '--data', place('kept-restored'), '--dump', second.name);
  });

  it('is read again when that is wanted, and a bad copy replaced', async () => {
    const to = copyOfBackup('checked');
    const [bad = ''] = blobsBelow(to);
    const bytes = readFileSync(bad);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(bad, bytes);
    const lost = await strata('restore', '--from', to, '--data', place('checked-lost'));
    expect(lost.code).toBe(1);
    expect(lost.stdout).toMatch(
      new RegExp(`blob ${path.basename(bad)}[^]*Needed by instance [\\d.]+ of study`),
    );
    const { copied } = await asked<BackupReport>('backup', '--data', small, '--to', to, '--check');
    expect(copied.blobs).toBe(1);
  });
});

describe('a backup is told', () => {
  it('what no server has a good copy of, by name, and has the rest', async () => {
    const data = place('damaged');
    await asked('import', '--data', data, ...images.slice(0, 5));
    const [bad = '', gone = ''] = blobsBelow(path.join(data, 'store'));
    const bytes = readFileSync(bad);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(bad, bytes);
    rmSync(gone);
    const ran = await strata('backup', '--data', data, '--to', place('damaged-backup'));
    expect(ran.code).toBe(1);
    for (const blob of [bad, gone])
      expect(ran.stdout).toMatch(new RegExp(`blob ${path.basename(blob)}[^]*Needed by instance`));
    const [dump] = await asked<ListedDump[]>('backup', '--to', place('damaged-backup'), '--list');
    expect(dump?.summary?.lacking).toEqual([bad, gone].map((file) => path.basename(file)).sort());
  });

  it('why it cannot be: of another installation, in a folder of other files, inside of what it is for, in use', async () => {
    const to = copyOfBackup('refusing');
    const other = place('other');
    await asked('import', '--data', other, images[0] ?? '');
    const refusal = async (...args: string[]) => {
      const { code, stderr } = await strata('backup', ...args);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refusal('--data', other, '--to', to)).toContain('backups of another installation');
    expect(await refusal('--data', small, '--to', other)).toContain('is a data folder of Strata');
    expect(await refusal('--data', small, '--to', path.join(small, 'backup'))).toContain(
      'inside the data folder',
    );
    expect(await refusal('--data', small, '--to', images[0] ?? '')).toContain('is no folder');
    expect(await refusal('--data', small, '--to', '/proc/backup')).toMatch(/cannot be|No such file/i);
    writeFileSync(path.join(to, 'strata-backup.json'), '{"format": 9, "installation": "x"}');
    expect(await refusal('--data', small, '--to', to)).toContain('newer Strata');
    const restored = await strata('restore', '--from', place('nowhere'), '--data', place('new'));
    expect(restored).toMatchObject({ code: 1, stderr: expect.stringContaining('no backup of Strata') });
    const full = await strata('restore', '--from', smallBackup, '--data', small);
    expect(full).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('in use as a data folder already'),
    });
  });

  it('that its disk is full, before anything is copied and also in the middle', async ({ skip }) => {
    const disk = place('disk');
    mkdirSync(disk);
    const unmount = smallDisk(disk, 1);
    if (!unmount) return skip('This user may not mount a small disk.');
    onTestFinished(unmount);
    const to = path.join(disk, 'backup');
    const ran = await strata('backup', '--data', small, '--to', to);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/The backup .* needs 0\.00\d GB more, and its disk has 0\.00\d GB free/);
    expect(blobsBelow(to)).toEqual([]);
    writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(2 ** 20 - 45_000));
    const full = await strata('backup', '--data', small, '--to', to);
    expect(full).toMatchObject({ code: 1, stderr: expect.stringMatching(/is full|more, and its disk has/) });
  });
});
