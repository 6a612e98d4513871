// Several stores over real sockets: what is acknowledged is on enough disks, and what is on any disk can be read anywhere.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { openUntilTestEnds, serverOfThisFile } from '@strata/metadata/testing/databases';
import { describe, expect, it } from 'vitest';
import { halfWritten, TestPool, type TestServer, type TestServerOptions } from './testing/test-pool.ts';
import type { PutBlob } from './writes.ts';

const newDatabase = serverOfThisFile();

async function poolOf(...servers: (string | [string, TestServerOptions])[]) {
  const pool = new TestPool(await openUntilTestEnds(await newDatabase()));
  const started: TestServer[] = [];
  for (const each of servers)
    started.push(await (typeof each === 'string' ? pool.add(each) : pool.add(...each)));
  return {
    pool,
    servers: started,
    byId: (id: string) => started.find((each) => each.id === id) as TestServer,
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Ids of the servers whose disks have a good copy, sorted. */
async function onDisk(servers: readonly TestServer[], digest: string): Promise<string[]> {
  const checks = await Promise.all(
    servers.map(async ({ id, disks }) => [id, await disks.verify(digest)] as const),
  );
  return checks.flatMap(([id, check]) => (check.state === 'good' ? [id] : [])).sort();
}

const serversOf = ({ replicas }: PutBlob) => replicas.map(({ server }) => server).sort();

describe('a put into the pool', () => {
  it('is on as many servers as are wanted when it is acknowledged, each disk told rightly', async () => {
    const { pool, servers, byId } = await poolOf(
      ['a', { disks: 2 }],
      ['b', { disks: 2 }],
      ['c', { disks: 2 }],
    );
    const used = new Set<string>();
    for (let n = 0; n < 20; n++) {
      const bytes = randomBytes(1 + n * 10_000);
      const put = await byId('a').store.put([bytes.subarray(0, 1), bytes.subarray(1)]);
      expect(put).toMatchObject({
        digest: sha256(bytes),
        length: bytes.length,
        existed: false,
        settle: false,
      });
      expect(serversOf(put)).toEqual(await onDisk(servers, put.digest));
      expect(new Set(serversOf(put)).size).toBe(2);
      for (const { server, disk } of put.replicas)
        expect(await byId(server).disks.diskOf(put.digest)).toBe(disk);
      for (const { server } of put.replicas) used.add(server);
      await pool.commit(put);
      expect(await pool.holders(put.digest)).toEqual(serversOf(put));
      expect(await byId('b').store.put([bytes])).toMatchObject({ existed: true, digest: put.digest });
    }
    expect(used).toEqual(new Set(['a', 'b', 'c']));
  });

  it('goes to the next in rank when a server is dead, hung, full or without its lease', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c', 'd');
    await byId('b').kill();
    for (let n = 0; n < 10; n++) {
      const put = await byId('a').store.put([randomBytes(1000)]);
      expect(serversOf(put)).toHaveLength(2);
      expect(serversOf(put)).not.toContain('b');
    }
    pool.withoutLease.add('c');
    for (let n = 0; n < 5; n++)
      expect(serversOf(await byId('a').store.put([randomBytes(1000)]))).toEqual(['a', 'd']);
    pool.withoutLease.clear();
    await byId('d').hang();
    const began = performance.now();
    for (let n = 0; n < 10; n++) {
      const put = await byId('a').store.put([randomBytes(1000)]);
      expect(serversOf(put)).toEqual(['a', 'c']);
      expect(await onDisk(servers, put.digest)).toEqual(['a', 'c']);
    }
    // One bounded wait, and then the hung server is not asked again for a while.
    expect(performance.now() - began).toBeLessThan(20_000);
  }, 40_000);

  it('goes elsewhere when a server has no room, and is refused clearly when too few have', async () => {
    const { servers, byId } = await poolOf(
      ['a', { capacityLimit: 10 ** 7 }],
      ['b', { capacityLimit: 60_000 }],
      'c',
    );
    for (let n = 0; n < 8; n++) {
      const put = await byId('a').store.put([randomBytes(20_000)]);
      expect(await onDisk(servers, put.digest)).toEqual(serversOf(put));
    }
    const used = byId('b').disks.status()[0];
    expect(used?.free).toBeGreaterThanOrEqual(0);
    await byId('c').kill();
    const refused = await byId('a')
      .store.put([randomBytes(70_000)])
      .catch((error) => error);
    expect(refused).toMatchObject({ name: 'StoreError', code: 'too-few-servers' });
    expect(refused.message).toMatch(/Server b \(b\) is full; Server c \(c\) is not there/);
    await byId('c').revive();
    expect(serversOf(await byId('a').store.put([randomBytes(70_000)]))).toEqual(['a', 'c']);
    const large = await byId('a')
      .store.put([randomBytes(11 ** 7)])
      .catch((error) => error);
    expect(large).toMatchObject({
      code: 'no-space',
      message: expect.stringContaining('Server a (a) is full'),
    });
    for (const server of servers) expect(halfWritten(server)).toEqual([]);
  }, 20_000);

  it('is refused with the names of the servers that are missing, and leaves nothing half written', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b');
    await pool.metadata.pool.heartbeat({ ...(pool.view[1] as (typeof pool.view)[1]), boot: 'x' }, 1);
    await byId('b').kill();
    const refused = await byId('a')
      .store.put([randomBytes(1000)])
      .catch((error) => error);
    expect(refused).toMatchObject({ name: 'StoreError', code: 'too-few-servers' });
    expect(refused.message).toMatch(
      /needs 2 copies .* 1 could be made: Server b \(b\) is not there.*strata servers/,
    );
    for (const server of servers) expect(halfWritten(server)).toEqual([]);
  }, 20_000);

  it('waits for a server that is started anew, inside a bound', async () => {
    const { byId } = await poolOf('a', 'b');
    await byId('b').kill();
    const putting = byId('a').store.put([randomBytes(1000)]);
    setTimeout(() => void byId('b').revive(), 800);
    expect(serversOf(await putting)).toEqual(['a', 'b']);
  });

  it('is on one server when there is only one, or only one copy is wanted', async () => {
    const { pool, byId } = await poolOf('a');
    const alone = await byId('a').store.put([randomBytes(1000)]);
    expect(serversOf(alone)).toEqual(['a']);
    await pool.add('b', { replicas: 1 });
    const two = await byId('a').store.put([randomBytes(1000)]);
    expect(serversOf(two)).toEqual(['a', 'b']);
  });

  it('stays at its own site for the acknowledgement, and says that the rest is to be settled', async () => {
    const { byId } = await poolOf(
      ['a', { site: 'n' }],
      ['b', { site: 'n' }],
      ['c', { site: 's' }],
      ['d', { site: 's' }],
    );
    for (let n = 0; n < 5; n++) {
      expect(await byId('a').store.put([randomBytes(100)])).toMatchObject({ settle: true });
      expect(serversOf(await byId('c').store.put([randomBytes(100)]))).toEqual(['c', 'd']);
    }
    await byId('b').kill();
    const put = await byId('a').store.put([randomBytes(100)]);
    expect(serversOf(put)).toContain('a');
    expect(put.settle).toBe(false);
  });

  it('can come from a server that takes no blobs itself', async () => {
    const { pool, byId } = await poolOf('a', 'b', 'c');
    pool.withoutLease.add('a');
    expect(serversOf(await byId('a').store.put([randomBytes(1000)]))).toEqual(['b', 'c']);
  });

  it('survives the loss of the disk that it goes to', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c');
    for (let n = 0; n < 6; n++) {
      const bytes = randomBytes(2_000_000);
      const putting = byId('a').store.put([bytes]);
      const [folder = ''] = byId('b').folders;
      rmSync(folder, { recursive: true, force: true });
      const put = await putting;
      await byId('b').disks.check();
      const good = await onDisk(servers, put.digest);
      // What was written before the folder went is gone with it; what was acknowledged elsewhere is there.
      expect(good.length).toBeGreaterThanOrEqual(1);
      for (const { server, disk } of put.replicas) {
        if (server !== 'b' || disk === byId('b').disks.status()[0]?.id) expect(good).toContain(server);
      }
      await pool.commit(put);
    }
  });
});

describe('a read from the pool', () => {
  it('gives any range of any blob at any server, and keeps a copy for the next time', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c');
    const bytes = randomBytes(500_000);
    const put = await byId('a').store.put([bytes]);
    await pool.commit(put);
    const elsewhere = servers.find(({ id }) => !serversOf(put).includes(id)) as TestServer;
    expect(await elsewhere.store.size(put.digest)).toBe(500_000);
    expect(
      Buffer.from(await elsewhere.store.read(put.digest, 1000, 5)).equals(bytes.subarray(1000, 1005)),
    ).toBe(true);
    expect(Buffer.from(await elsewhere.store.get(put.digest)).equals(bytes)).toBe(true);
    expect(await elsewhere.store.verify(put.digest)).toEqual({
      digest: put.digest,
      state: 'good',
      length: 500_000,
    });
    expect((await elsewhere.store.read(put.digest, 500_000, 0)).length).toBe(0);
    await expect.poll(() => elsewhere.cache.size(put.digest)).toBe(500_000);
    for (const { server } of put.replicas) await byId(server).kill();
    expect(
      Buffer.from(await elsewhere.store.read(put.digest, 7, 90_000)).equals(bytes.subarray(7, 90_007)),
    ).toBe(true);
    expect(Buffer.from(await elsewhere.store.get(put.digest)).equals(bytes)).toBe(true);
    // It is no replica, and nobody says that it is one.
    expect(await pool.holders(put.digest)).toEqual(serversOf(put));
    expect(await elsewhere.disks.has(put.digest)).toBe(false);
  });

  it('finds a blob that has moved since its holders were asked for', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c', 'd');
    const put = await byId('a').store.put([randomBytes(5_000)]);
    await pool.commit(put);
    const before = serversOf(put);
    const [reader, heir] = servers.filter(({ id }) => !before.includes(id)) as [TestServer, TestServer];
    expect(await reader.store.size(put.digest)).toBe(5_000);
    const order = { digest: put.digest, length: 5_000, from: before };
    const { disk } = await heir.store.fetch(order, new AbortController().signal);
    await pool.metadata.pool.keepReplicas([{ digest: put.digest, server: heir.id, disk }]);
    for (const id of before) {
      await byId(id).disks.delete(put.digest);
      await pool.metadata.pool.lostReplica(put.digest, id, 'test');
    }
    expect((await reader.store.read(put.digest, 0, 5_000)).length).toBe(5_000);
  });

  it('does not bring a whole blob from another site for a small part of it', async () => {
    const { pool, byId } = await poolOf(
      ['a', { site: 'n' }],
      ['b', { site: 'n' }],
      ['c', { site: 's' }],
      ['d', { site: 's' }],
    );
    const put = await byId('a').store.put([randomBytes(400_000)]);
    await pool.commit(put);
    const far = byId('c');
    expect(await far.store.size(put.digest)).toBe(400_000);
    await far.store.read(put.digest, 0, 50_000);
    await far.store.read(put.digest, 50_000, 50_000);
    expect(far.cache.held.copies).toBe(0);
    await far.store.read(put.digest, 100_000, 200_000);
    await expect.poll(() => far.cache.size(put.digest)).toBe(400_000);
  });

  it('goes to another holder when one is hung or dead, after a bounded wait', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c', 'd');
    const put = await byId('a').store.put([randomBytes(100_000)]);
    await pool.commit(put);
    const [one, two] = serversOf(put).map(byId) as [TestServer, TestServer];
    const [elsewhere, other] = servers.filter((each) => each !== one && each !== two) as [
      TestServer,
      TestServer,
    ];
    await one.hang();
    const began = performance.now();
    expect((await elsewhere.store.read(put.digest, 0, 1000)).length).toBe(1000);
    expect(performance.now() - began).toBeLessThan(3_000);
    await one.kill();
    expect((await other.store.read(put.digest, 0, 1000)).length).toBe(1000);
    await two.kill();
    const third = await pool.add('e');
    const failed = await third.store.read(put.digest, 0, 1000).catch((error) => error);
    expect(failed).toMatchObject({ code: 'missing' });
    expect(await third.store.verify(put.digest)).toMatchObject({ state: 'missing' });
    await two.revive();
    expect((await third.store.read(put.digest, 0, 1000)).length).toBe(1000);
  }, 20_000);

  it('says that a blob is nowhere, and that a name is none', async () => {
    const { byId } = await poolOf('a', 'b');
    const nowhere = 'ab'.repeat(32);
    expect(await byId('a').store.size(nowhere)).toBeNull();
    expect(await byId('a').store.has(nowhere)).toBe(false);
    await expect(byId('a').store.get(nowhere)).rejects.toMatchObject({ code: 'missing' });
    await expect(byId('a').store.read(nowhere, 0, 5)).rejects.toMatchObject({ code: 'missing' });
    await expect(byId('a').store.get('../../etc/passwd')).rejects.toMatchObject({ code: 'bad-digest' });
    await expect(byId('a').store.read(nowhere, -1, 5)).rejects.toThrow(RangeError);
  });

  it('finds blobs while the metadata cannot be asked', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c');
    const puts = await Promise.all(
      Array.from({ length: 10 }, () => byId('a').store.put([randomBytes(5000)])),
    );
    for (const put of puts) await pool.commit(put);
    await pool.metadata.close();
    for (const { digest } of puts)
      for (const { store } of servers) expect((await store.read(digest, 0, 5000)).length).toBe(5000);
  }, 60_000);
});

describe('a bad copy', () => {
  const flip = (file: string) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };

  it('is proven and replaced by a good one from another server when somebody suspects it', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c');
    const bytes = randomBytes(300_000);
    const put = await byId('a').store.put([bytes]);
    await pool.commit(put);
    const [holder, other] = serversOf(put).map(byId) as [TestServer, TestServer];
    expect(await holder.store.suspect(put.digest, 'a report')).toBe('good');
    flip(holder.filesOf(put.digest)[0] ?? '');
    await expect
      .poll(() => holder.store.suspect(put.digest, 'a report'), { timeout: 15_000, interval: 500 })
      .toBe('repaired');
    expect(Buffer.from(await holder.store.get(put.digest)).equals(bytes)).toBe(true);
    expect(await onDisk(servers, put.digest)).toEqual(serversOf(put));
    expect(await pool.holders(put.digest)).toEqual(serversOf(put));
    expect(holder.logged.map(({ msg }) => msg)).toEqual([
      'a copy of a blob is bad',
      'the bad copy of a blob was replaced by a good one',
    ]);
    expect(await other.disks.verify(put.digest)).toMatchObject({ state: 'good' });
  }, 30_000);

  it('is mended by a verify, and by a read when it is too short; one that is gone is left to the pool', async () => {
    const { pool, byId } = await poolOf('a', 'b');
    const puts = await Promise.all(
      Array.from({ length: 3 }, () => byId('a').store.put([randomBytes(50_000)])),
    );
    for (const put of puts) await pool.commit(put);
    const [flipped, gone, short] = puts as [PutBlob, PutBlob, PutBlob];
    const { store, disks, filesOf } = byId('a');
    flip(filesOf(flipped.digest)[0] ?? '');
    expect(await store.verify(flipped.digest)).toMatchObject({ state: 'good' });
    rmSync(filesOf(gone.digest)[0] ?? '');
    expect((await store.read(gone.digest, 0, 50_000)).length).toBe(50_000);
    await expect.poll(() => pool.holders(gone.digest)).toEqual(['b']);
    const settlings = await pool.metadata.pool.takeSettlings('a', 10, 1000);
    expect(settlings.map(({ digest }) => digest)).toEqual([gone.digest]);
    expect((await store.read(gone.digest, 0, 50_000)).length).toBe(50_000);
    writeFileSync(filesOf(short.digest)[0] ?? '', 'short');
    expect((await store.read(short.digest, 100, 40_000)).length).toBe(40_000);
    await expect.poll(async () => (await disks.verify(short.digest)).state).toBe('good');
    for (const put of [flipped, short]) expect(await pool.holders(put.digest)).toEqual(['a', 'b']);
  });

  it('is not handed on: who copies it notices, takes another, and tells its server', async () => {
    const { pool, servers, byId } = await poolOf('a', 'b', 'c');
    const bytes = randomBytes(80_000);
    const put = await byId('a').store.put([bytes]);
    await pool.commit(put);
    const [one, two] = serversOf(put).map(byId) as [TestServer, TestServer];
    flip(one.filesOf(put.digest)[0] ?? '');
    const elsewhere = servers.find((each) => each !== one && each !== two) as TestServer;
    expect(Buffer.from(await elsewhere.store.get(put.digest)).equals(bytes)).toBe(true);
    await elsewhere.store.read(put.digest, 0, 10);
    await expect.poll(() => elsewhere.cache.size(put.digest)).toBe(80_000);
    expect(Buffer.from(await elsewhere.cache.get(put.digest)).equals(bytes)).toBe(true);
  });

  it('is given up when no good one can be had now, unless it is the only one', async () => {
    const { pool, byId } = await poolOf('a', 'b');
    const put = await byId('a').store.put([randomBytes(1000)]);
    await pool.commit(put);
    await byId('b').kill();
    flip(byId('a').filesOf(put.digest)[0] ?? '');
    expect(await byId('a').store.suspect(put.digest, 'test')).toBe('bad');
    expect(await pool.holders(put.digest)).toEqual(['b']);
    await byId('b').revive();
    const only = await pool.add('only', { replicas: 1 });
    const single = await only.store.put([randomBytes(1000)]);
    expect(single.replicas).toHaveLength(1);
    await pool.commit(single);
    const [holder = 'only'] = serversOf(single);
    const server = holder === 'only' ? only : byId(holder);
    flip(server.filesOf(single.digest)[0] ?? '');
    expect(await server.store.suspect(single.digest, 'test')).toBe('bad');
    expect(await pool.holders(single.digest)).toEqual([holder]);
    expect(server.logged.at(-1)?.msg).toMatch(/the only copy/);
  });

  it('does not keep others waiting when it is reported again and again', async () => {
    const { pool, byId } = await poolOf('a', 'b');
    const put = await byId('a').store.put([randomBytes(1000)]);
    await pool.commit(put);
    const answers = await Promise.all(
      Array.from({ length: 2000 }, (_, n) =>
        byId('a').store.suspect(n % 2 === 0 ? put.digest : sha256(Buffer.from(String(n))), 'crowd'),
      ),
    );
    expect(new Set(answers)).toEqual(new Set(['good', 'elsewhere', 'bad']));
  });
});

describe('an order to fetch', () => {
  it('brings a replica to the named disk, and moves one that is on another disk', async () => {
    const { pool, servers, byId } = await poolOf(
      ['a', { disks: 2 }],
      ['b', { disks: 2 }],
      ['c', { disks: 2 }],
    );
    const bytes = randomBytes(400_000);
    const put = await byId('a').store.put([bytes]);
    await pool.commit(put);
    const elsewhere = servers.find(({ id }) => !serversOf(put).includes(id)) as TestServer;
    const order = { digest: put.digest, length: put.length, from: ['nobody', ...serversOf(put)] };
    const [first, second] = elsewhere.disks.status().map(({ id }) => id) as [string, string];
    const { signal } = new AbortController();
    expect(await elsewhere.store.fetch({ ...order, disk: first }, signal)).toMatchObject({
      disk: first,
      existed: false,
    });
    expect(await elsewhere.store.fetch({ ...order, disk: first }, signal)).toMatchObject({
      disk: first,
      existed: true,
    });
    expect(await elsewhere.store.fetch({ ...order, disk: second }, signal)).toMatchObject({ disk: second });
    expect(elsewhere.filesOf(put.digest)).toHaveLength(1);
    expect(await elsewhere.disks.verify(put.digest)).toMatchObject({ state: 'good' });
    await expect(
      elsewhere.store.fetch({ ...order, digest: sha256(Buffer.from('x')), length: 1 }, signal),
    ).rejects.toMatchObject({ code: 'missing' });
  });
});
