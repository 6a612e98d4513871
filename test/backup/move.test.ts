// From the database inside Strata to a cluster, and a backup restored onto one: with kills in the middle, on real nodes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from '@strata/metadata/connections/connections';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BackupReport } from '../../server/src/admin/backup/take-backup.ts';
import { missingForCluster } from '../support/cluster/missing.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';
import { freePorts } from '../support/peers/ports.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { asked, digestOf, exported, images, isClean } from './archive.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const { folder, remove } = temporaryFolder('move');
const main = path.resolve(import.meta.dirname, '../../server/src/cli/main.ts');
const files = images.slice(0, 60);
const originals = files.map(digestOf).sort();

const missing = missingForCluster();
if (missing) process.stderr.write(`test/backup/move.test.ts is skipped. ${missing}\n`);

describe.skipIf(missing)('a cluster', () => {
  let cluster: Cluster;
  let made = 0;
  const data = path.join(folder, 'data');
  const backup = path.join(folder, 'backup');
  beforeAll(async () => {
    [cluster] = await Promise.all([startCluster(), asked('import', '--data', data, ...files)]);
    await asked('backup', '--data', data, '--to', backup);
  });
  afterAll(async () => {
    await cluster?.close();
    remove();
  });

  /** An empty database of the cluster. */
  async function emptyDatabase(): Promise<string> {
    const name = `moved_${++made}`;
    const connections = Connections.open(cluster.url);
    const client = await connections.client(20_000);
    await client.query(`create database ${name}`);
    await connections.close();
    return cluster.url.replace(/\/[^/?]*(?=\?|$)/, `/${name}`);
  }

  it('takes a grown installation over: killed in the middle it is run again, and no server writes to the old database', async () => {
    const to = await emptyDatabase();
    const server = await StrataProcess.start(data);
    const inUse = await strata('metadata', 'migrate', '--from', data, '--to', to);
    expect(inUse).toMatchObject({ code: 1, stderr: expect.stringContaining('already runs on') });
    await server.stop();

    const mark = path.join(data, 'folder-mark.json');
    for (const wait of [0, 300]) {
      const args = [main, 'metadata', 'migrate', '--from', data, '--to', to];
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      const closed = once(child, 'close');
      while (child.exitCode === null && !existsSync(mark)) await sleep(2);
      await sleep(wait);
      child.kill('SIGKILL');
      await closed;
      const refused = await strata('studies', '--data', data);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/on their way to|moved to/) });
      if (refused.stderr.includes('moved to')) break;
    }
    const elsewhere = await strata('metadata', 'migrate', '--from', data, '--to', await emptyDatabase());
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('on their way to') });

    const moved = await asked<{ to: string; tables: { name: string; rows: number }[] }>(
      ...['metadata', 'migrate', '--from', data, '--to', to],
    );
    expect(moved.to).not.toMatch(/:[^/@]+@/);
    if (moved.tables.length > 0)
      expect(moved.tables.find(({ name }) => name === 'instances')?.rows).toBe(files.length);
    expect(await isClean(data)).toBe(files.length);
    expect(await exported(data, path.join(folder, 'out'))).toEqual(originals);
    // Those that look into this file for the address find the new one.
    expect(readFileSync(path.join(data, 'metadata-url'), 'utf8').trim()).toBe(to);

    rmSync(path.join(data, 'metadata-at.json'));
    const old = await strata('studies', '--data', data);
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining(`moved to ${moved.to}`) });
    const back = await StrataProcess.start(data, '--metadata', to);
    await back.stop();
  });

  it('refuses a database that has metadata, changes nothing where there is none, and can be given up', async () => {
    const to = await emptyDatabase();
    const one = path.join(folder, 'one');
    await asked('import', '--data', one, files[0] ?? '');
    await asked('metadata', 'migrate', '--from', one, '--to', to);
    const other = path.join(folder, 'other');
    await asked('import', '--data', other, files[1] ?? '');
    const refused = await strata('metadata', 'migrate', '--data', other, '--from', 'embedded', '--to', to);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed') });
    // It was undone: the folder is as it was.
    expect((await asked<{ studies: unknown[] }>('studies', '--data', other)).studies).toHaveLength(1);
    const nowhere = 'postgres://strata@127.0.0.1:1/strata';
    expect((await strata('metadata', 'migrate', '--from', other, '--to', nowhere)).code).toBe(1);
    expect(existsSync(path.join(other, 'folder-mark.json'))).toBe(false);
    // As a killed one leaves it.
    const mark = { kind: 'moving', place: 'postgres://n1/strata', at: new Date().toISOString(), id: '1' };
    writeFileSync(path.join(other, 'folder-mark.json'), JSON.stringify(mark));
    expect((await strata('studies', '--data', other)).stderr).toContain('--cancel');
    expect((await strata('metadata', 'migrate', '--from', other, '--cancel')).code).toBe(0);
    expect((await asked<{ studies: unknown[] }>('studies', '--data', other)).studies).toHaveLength(1);
  });

  it('takes a backup, with the blobs on the disks of several servers', async () => {
    const metadata = await emptyDatabase();
    const servers = ['a', 'b'].map((name) => path.join(folder, name));
    const ports = await freePorts(2);
    for (const [at, server] of servers.entries()) {
      mkdirSync(server);
      writeFileSync(path.join(server, 'settings.json'), JSON.stringify({ pool: { name: `server-${at}` } }));
    }
    const restored = await asked<{ blobs: { blobs: number; copies: number } }>(
      ...['restore', '--from', backup, '--metadata', metadata],
      ...servers.flatMap((server) => ['--data', server]),
    );
    expect(restored.blobs.copies).toBe(2 * restored.blobs.blobs);
    const running = await Promise.all(
      servers.map((server, at) => StrataProcess.start(server, '--port', String(ports[at]))),
    );
    const verified = await asked<{ clean: boolean; pool: { copies: number; below: number } }>(
      ...['verify', '--deep', '--data', servers[0] ?? ''],
    );
    expect(verified).toMatchObject({
      clean: true,
      instances: files.length,
      pool: { servers: 2, copies: restored.blobs.copies, below: 0, damaged: 0, missing: 0 },
    });
    expect(await exported(servers[1] ?? '', path.join(folder, 'out-b'))).toEqual(originals);
    // Of a pool, blobs come from whoever has them.
    const pool = await asked<BackupReport>('backup', '--metadata', metadata, '--to', backup);
    expect(pool).toMatchObject({ lacking: [], copied: { blobs: 0 } });
    await Promise.all(running.map((server) => server.stop()));

    // The disks are whole, and the database is lost: only the metadata come back.
    const again = await emptyDatabase();
    await asked('restore', '--from', backup, '--metadata', again);
    const back = await StrataProcess.start(servers[0] ?? '', '--metadata', again);
    expect(
      (await asked<{ studies: unknown[] }>('studies', '--data', servers[0] ?? '')).studies.length,
    ).toBeGreaterThan(0);
    await back.stop();
  });
});
