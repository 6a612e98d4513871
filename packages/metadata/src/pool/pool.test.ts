// The pool in the database: leases, replicas, what is queued when one is lost, on a real PostgreSQL.
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { record, records } from '../testing/records.ts';
import type { DiskRecord, ServerReport } from './model.ts';

const newDatabase = serverOfThisFile();
const LEASE_MS = 60_000;

const disk = (id: string, more: Partial<DiskRecord> = {}): DiskRecord => ({
  ...{ id, name: `folder of ${id}`, kind: 'online', capacity: 2 ** 45, free: 2 ** 44, state: 'in' },
  ...more,
});
const server = (id: string, more: Partial<ServerReport> = {}): ServerReport => ({
  ...{
    id,
    name: `name of ${id}`,
    site: 'main',
    wireUrl: 'http://127.0.0.1:1',
    load: 0.25,
    boot: `boot of ${id}`,
  },
  ...{ endpoints: [{ url: 'ws://127.0.0.1:4280/stream', scope: 'internal' }], roles: ['gateway', 'image'] },
  ...{ version: '0.1.0', disks: [disk(`${id}1`)] },
  ...more,
});

async function poolOf(...ids: string[]): Promise<{ metadata: Metadata; url: string }> {
  const url = await newDatabase();
  const metadata = await openUntilTestEnds(url);
  for (const id of ids) await metadata.pool.heartbeat(server(id), LEASE_MS);
  return { metadata, url };
}

const one = record();
const object = one.objectBlob.digest;
const frames = one.framesBlob?.digest ?? '';
const placed = (...places: { server: string; disk: string | null }[]) => ({
  ...one,
  objectBlob: { ...one.objectBlob, replicas: places },
  framesBlob: one.framesBlob && { ...one.framesBlob, replicas: places },
});
const onA = { server: 'a', disk: 'a1' };
const onB = { server: 'b', disk: 'b1' };

describe('where a study is', () => {
  it('says which servers have how much of it, and how many copies the rarest blob has', async () => {
    const { metadata } = await poolOf('a', 'b');
    const half = placed(onA, onB);
    await metadata.commit([
      { ...half, framesBlob: half.framesBlob && { ...half.framesBlob, replicas: [onA] } },
    ]);
    const places = await metadata.pool.studyPlaces(one.study.uid);
    const length = one.objectBlob.length + (one.framesBlob?.length ?? 0);
    expect(places).toEqual({
      ...{ blobs: 2, bytes: length, missing: 0, fewest: 1 },
      copies: [
        { server: 'a', tier: 'online', blobs: 2, bytes: length },
        { server: 'b', tier: 'online', blobs: 1, bytes: one.objectBlob.length },
      ],
    });
    await metadata.pool.lostReplica(frames, 'a', 'damaged');
    expect(await metadata.pool.studyPlaces(one.study.uid)).toMatchObject({ missing: 1, fewest: 0 });
    expect(await metadata.pool.studyPlaces('1.2.3.4')).toBeNull();
  });
});

describe('a heartbeat', () => {
  it('tells of the server and gives all of them, itself as it is now', async () => {
    const { metadata } = await poolOf('b');
    const known = await metadata.pool.heartbeat(server('a', { load: 0.5 }), LEASE_MS);
    expect(known).toMatchObject([
      { ...server('a', { load: 0.5 }), state: 'in', isAlive: true },
      { ...server('b'), state: 'in', isAlive: true },
    ]);
    expect(await metadata.pool.servers()).toMatchObject([{ id: 'a', load: 0.5 }, { id: 'b' }]);
  });

  it('that stays away lets a server be dead by the clock of the database', async () => {
    const { metadata } = await poolOf('b');
    await metadata.pool.heartbeat(server('a'), 0);
    const [a, b] = await metadata.pool.servers();
    expect([a?.isAlive, b?.isAlive]).toEqual([false, true]);
    await metadata.pool.leave('b');
    expect((await metadata.pool.servers())[1]).toMatchObject({ isAlive: false, name: 'name of b' });
  });

  it('of before the clock of the database was set back keeps no dead server alive', async () => {
    const { metadata, url } = await poolOf('a', 'b');
    await query(
      url,
      `update servers set seen_at = seen_at + interval '1 h', lease_until = lease_until + interval '1 h'`,
    );
    const [a, b] = await metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew');
    expect([a?.isAlive, b?.isAlive]).toEqual([true, false]);
    await metadata.pool.heartbeat(server('b'), LEASE_MS, 'renew');
    expect((await metadata.pool.servers()).map(({ isAlive }) => isAlive)).toEqual([true, true]);
  });

  it('of a process is refused when another one has joined under its id', async () => {
    const { metadata } = await poolOf('a');
    await metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew');
    await metadata.pool.heartbeat(server('a', { boot: 'another' }), LEASE_MS, 'join');
    await expect(metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew')).rejects.toMatchObject({
      code: 'in-use',
    });
    expect(await metadata.pool.servers()).toMatchObject([{ boot: 'another' }]);
  });

  it('keeps what it tells of disks, and takes those that it does not tell of for lost', async () => {
    const { metadata } = await poolOf();
    const two = server('a', { disks: [disk('a1', { state: 'full', free: 0 }), disk('a2')] });
    await metadata.pool.heartbeat(two, LEASE_MS);
    await metadata.commit([placed({ server: 'a', disk: 'a2' })]);
    const [a] = await metadata.pool.heartbeat(server('a'), LEASE_MS);
    expect(a?.disks).toMatchObject([
      { id: 'a1', state: 'in' },
      { id: 'a2', state: 'lost', free: 0 },
    ]);
    await metadata.pool.lostDisk('a2');
    const [later] = await metadata.pool.heartbeat(server('a'), LEASE_MS);
    expect(later?.disks.map(({ id }) => id)).toEqual(['a1']);
  });

  it('says that a server drains, and lets one that was declared out in again when it starts', async () => {
    const { metadata } = await poolOf('a');
    await metadata.pool.setState('a', 'draining');
    expect(await metadata.pool.heartbeat(server('a'), LEASE_MS)).toMatchObject([{ state: 'draining' }]);
    await metadata.pool.setState('a', 'out');
    expect(await metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew')).toMatchObject([
      { state: 'out', isAlive: false },
    ]);
    expect(await metadata.pool.heartbeat(server('a'), LEASE_MS)).toMatchObject([
      { state: 'in', isAlive: true },
    ]);
    await expect(metadata.pool.setState('x', 'out')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('of all others hold on for one more, where the database was away and nobody could be heard', async () => {
    const { metadata, url } = await poolOf('a', 'b', 'c', 'gone', 'dead', 'out');
    await metadata.pool.leave('gone');
    await metadata.pool.setState('out', 'out');
    const ago = (seconds: number) => `now() - interval '${seconds} s'`;
    await query(url, `update servers set seen_at = ${ago(600)}, lease_until = ${ago(600)}`);
    const lapsed = `seen_at = ${ago(500)}, lease_until = ${ago(440)}`;
    await query(url, `update servers set ${lapsed} where id in ('a', 'b', 'c')`);
    await query(url, `update servers set lease_until = seen_at where id = 'gone'`);
    const told = await metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew');
    expect(told.filter(({ isAlive }) => isAlive).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    // Also for those who ask the tables: nobody takes their work from them.
    const listed = await metadata.pool.servers();
    expect(listed.filter(({ isAlive }) => isAlive).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    // Once somebody is heard, silence is silence.
    await query(url, `update servers set seen_at = ${ago(500)}, lease_until = ${ago(1)} where id = 'b'`);
    const later = await metadata.pool.heartbeat(server('a'), LEASE_MS, 'renew');
    expect(later.filter(({ isAlive }) => isAlive).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('of a visit takes the place of the last process, and leaves the server its name, and out if it is', async () => {
    const { metadata } = await poolOf('a');
    await metadata.pool.setState('a', 'out');
    const visitor = server('a', { name: 'a:40123', boot: 'of a command' });
    for (const kind of ['visit', 'renew'] as const)
      expect(await metadata.pool.heartbeat(visitor, LEASE_MS, kind)).toMatchObject([
        { name: 'name of a', boot: 'of a command', state: 'out', isAlive: false },
      ]);
    expect(await metadata.pool.heartbeat(server('new'), LEASE_MS, 'visit')).toMatchObject([
      { state: 'out' },
      { id: 'new', name: 'name of new', state: 'in', isAlive: true },
    ]);
  });
});

describe('the key of the pool', () => {
  it('is one, whoever asks first', async () => {
    const { metadata } = await poolOf();
    const keys = await Promise.all(Array.from({ length: 8 }, () => metadata.pool.key()));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('replicas', () => {
  it('are written down with the commit, and by whoever finds one of a known blob', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA)]);
    const unknown = 'f'.repeat(64);
    await metadata.pool.keepReplicas([
      { digest: frames, ...onB },
      { digest: frames, ...onB },
      { digest: unknown, ...onB },
    ]);
    expect(await metadata.pool.holders([object, frames, unknown, 'nonsense'])).toEqual(
      new Map([
        [object, [{ ...onA, tier: 'online' }]],
        [
          frames,
          [
            { ...onA, tier: 'online' },
            { ...onB, tier: 'online' },
          ],
        ],
        [unknown, []],
        ['nonsense', []],
      ]),
    );
    expect((await metadata.study('1.2.1'))?.series[0]?.instances[0]?.holders).toEqual(['a', 'b']);
  });

  it('that a sender brings again are written down for what is known already, and not for a conflict', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA)]);
    expect(await metadata.commit([placed(onA, onB)])).toEqual(['already']);
    expect((await metadata.pool.holders([object])).get(object)).toHaveLength(2);
    const other = {
      ...record({ file: 'other' }),
      objectBlob: { ...one.objectBlob, replicas: [{ server: 'c', disk: null }] },
    };
    expect(await metadata.commit([other])).toEqual(['conflict']);
    expect((await metadata.pool.holders([object])).get(object)).toHaveLength(2);
  });

  it('on an archive disk are not near at once', async () => {
    const { metadata } = await poolOf();
    await metadata.pool.heartbeat(server('a', { disks: [disk('a1', { kind: 'archive' })] }), LEASE_MS);
    await metadata.commit([placed(onA)]);
    expect((await metadata.pool.holders([object])).get(object)).toMatchObject([{ tier: 'nearline' }]);
    expect(await metadata.availability('1.2.1')).toMatchObject([{ availability: 'NEARLINE' }]);
  });

  it('of before there was a pool are adopted, unless a server has ever joined', async () => {
    const { metadata } = await poolOf();
    await metadata.commit(records(3));
    expect(await metadata.pool.adopt('a', 'a1')).toBe(6);
    expect((await metadata.pool.holders([object])).get(object)).toMatchObject([onA]);
    const joined = await poolOf('a');
    await joined.metadata.commit(records(3));
    expect(await joined.metadata.pool.adopt('a', 'a1')).toBe(0);
  });

  it('are listed in pages by digest', async () => {
    const { metadata } = await poolOf('a');
    const many = records(5).map((each) => ({ ...each, objectBlob: { ...each.objectBlob, replicas: [onA] } }));
    await metadata.commit(many);
    const first = await metadata.pool.replicaPage('a', null, 3);
    const rest = await metadata.pool.replicaPage('a', first.at(-1)?.digest ?? '', 3);
    expect([...first, ...rest].map(({ digest }) => digest)).toEqual(
      many.map(({ objectBlob }) => objectBlob.digest).toSorted(),
    );
    expect(first[0]).toMatchObject({ length: 100, disk: 'a1' });
    expect(await metadata.pool.replicaPage('b', null, 3)).toEqual([]);
  });
});

describe('a replica that is lost', () => {
  it('queues its blob, alone, with its disk, or with its server', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA, onB)]);
    expect(await metadata.pool.lostReplica(object, 'a', 'a byte is wrong')).toBe(true);
    expect(await metadata.pool.lostReplica(object, 'a', 'again')).toBe(false);
    expect(await metadata.pool.takeSettlings('b', 10, LEASE_MS)).toMatchObject([
      {
        digest: object,
        length: 100,
        kind: 'object',
        studyDate: '20240131',
        reason: 'a byte is wrong',
        attempts: 1,
      },
    ]);
    expect(await metadata.pool.lostDisk('a1')).toBe(1);
    expect(await metadata.pool.takeSettlings('b', 10, LEASE_MS)).toMatchObject([
      { digest: frames, reason: 'disk lost' },
    ]);
    await metadata.pool.setState('b', 'out');
    expect(await metadata.pool.takeSettlings('a', 10, LEASE_MS)).toHaveLength(2);
    expect(await metadata.pool.holders([object, frames])).toEqual(
      new Map([
        [object, []],
        [frames, []],
      ]),
    );
    expect(await metadata.availability('1.2.1')).toMatchObject([{ availability: 'ONLINE' }]);
  });

  it('is known to be the only one of its blob, as long as no other server that counts has one', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA, onB)]);
    expect(await metadata.pool.onlyAt('a')).toBe(0);
    await metadata.pool.lostReplica(object, 'b', 'gone');
    expect([await metadata.pool.onlyAt('a'), await metadata.pool.onlyAt('b')]).toEqual([1, 0]);
    await metadata.pool.heartbeat(server('b', { disks: [disk('b1', { state: 'lost' })] }), LEASE_MS);
    expect(await metadata.pool.onlyAt('a')).toBe(2);
  });

  it('is given up only while enough others of living servers are left', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA, onB)]);
    expect(await metadata.pool.removeReplica(object, 'a', { leastOthers: 2 })).toBe(false);
    await metadata.pool.leave('b');
    expect(await metadata.pool.removeReplica(object, 'a', { leastOthers: 1 })).toBe(false);
    await metadata.pool.heartbeat(server('b', { disks: [disk('b1', { state: 'lost' })] }), LEASE_MS);
    expect(await metadata.pool.removeReplica(object, 'a', { leastOthers: 1 })).toBe(false);
    await metadata.pool.heartbeat(server('b'), LEASE_MS);
    expect(await metadata.pool.removeReplica(object, 'a', { leastOthers: 1 })).toBe(true);
    expect(await metadata.pool.removeReplica(object, 'b', { leastOthers: 0 })).toBe(false);
    expect((await metadata.pool.holders([object])).get(object)).toMatchObject([onB]);
  });

  it('is never the last one, however many give theirs up at the same time', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const { metadata } = await poolOf(...ids);
    await metadata.commit([placed(...ids.map((id) => ({ server: id, disk: `${id}1` })))]);
    const gone = await Promise.all(
      ids.map((id) => metadata.pool.removeReplica(object, id, { leastOthers: 1 })),
    );
    expect(gone.filter(Boolean)).toHaveLength(3);
    expect((await metadata.pool.holders([object])).get(object)).toHaveLength(1);
  });
});

describe('settlings', () => {
  it('go to one taker each, come back when it dies, and end or wait as it says', async () => {
    const { metadata, url } = await poolOf('a', 'b');
    await metadata.commit(records(20));
    const digests = records(20).map(({ objectBlob }) => objectBlob.digest);
    await metadata.pool.queueSettling([...digests, 'f'.repeat(64)], 'test');
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => metadata.pool.takeSettlings('a', 4, LEASE_MS)),
    );
    expect(new Set(taken.flat().map(({ digest }) => digest)).size).toBe(20);
    await query(url, 'update settlings set taken_until = now()');
    expect(await metadata.pool.takeSettlings('b', 100, LEASE_MS)).toHaveLength(20);
    expect(await metadata.pool.takeSettlings('a', 100, LEASE_MS)).toEqual([]);
    const [first = '', second = '', third = ''] = digests;
    await metadata.pool.settled([first], 'a');
    await metadata.pool.settled(digests.slice(3), 'b');
    await metadata.pool.postponeSettling(second, 'b', LEASE_MS, 'no room');
    await metadata.pool.postponeSettling(third, 'b', 0, 'busy');
    expect(await metadata.pool.takeSettlings('a', 100, LEASE_MS)).toMatchObject([
      { digest: third, reason: 'busy', attempts: 3 },
    ]);
    expect((await metadata.pool.overview()).settlings).toMatchObject([
      { reason: 'busy', waiting: 1 },
      { reason: 'no room', waiting: 1 },
      { reason: 'test', waiting: 1 },
    ]);
  });

  it('that were queued or put off before the clock of the database was set back are due at once', async () => {
    const { metadata, url } = await poolOf('a');
    await metadata.commit([one]);
    await metadata.pool.queueSettling([object], 'test');
    await query(url, `update settlings set due_at = due_at + interval '1 day'`);
    expect(await metadata.pool.takeSettlings('a', 10, LEASE_MS)).toHaveLength(1);
    await metadata.pool.postponeSettling(object, 'a', 86_400_000, 'no room');
    expect(await metadata.pool.takeSettlings('a', 10, LEASE_MS)).toHaveLength(0);
  });

  it('that a dead server has taken are free at once, and its own when it is killed and starts again', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([one]);
    await metadata.pool.queueSettling([object], 'test');
    expect(await metadata.pool.takeSettlings('a', 10, LEASE_MS)).toHaveLength(1);
    expect(await metadata.pool.takeSettlings('b', 10, LEASE_MS)).toHaveLength(0);
    await metadata.pool.leave('a');
    expect(await metadata.pool.takeSettlings('b', 10, LEASE_MS)).toHaveLength(1);
    await metadata.pool.releaseSettlings('b');
    expect(await metadata.pool.takeSettlings('b', 10, LEASE_MS)).toMatchObject([{ attempts: 3 }]);
  });

  it('that are queued anew while they are carried out are not ended by it', async () => {
    const { metadata } = await poolOf('a');
    await metadata.commit([{ ...one, objectBlob: { ...one.objectBlob, settle: true } }]);
    expect(await metadata.pool.takeSettlings('a', 1, LEASE_MS)).toMatchObject([{ reason: 'spread' }]);
    await metadata.pool.queueSettling([object], 'another loss');
    await metadata.pool.settled([object], 'a');
    expect(await metadata.pool.takeSettlings('a', 1, LEASE_MS)).toMatchObject([{ reason: 'another loss' }]);
  });

  it('that two servers carry out are looked at once more, so that no copy too many stays', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA)]);
    const taken = async (server: string) => (await metadata.pool.takeSettlings(server, 1, LEASE_MS)).length;
    await metadata.pool.queueSettling([object], 'test');
    expect(await taken('a')).toBe(1);
    // Its own: nothing is to be looked at again.
    await metadata.pool.keepCopy({ digest: object, ...onB }, 'a');
    await metadata.pool.settled([object], 'a');
    expect(await taken('a')).toBe(0);
    // Queued anew and taken by another one, which ends it before or after.
    for (const order of ['before', 'after']) {
      await metadata.pool.queueSettling([object], 'test');
      expect(await taken('a')).toBe(1);
      await metadata.pool.queueSettling([object], 'another loss');
      expect(await taken('b')).toBe(1);
      if (order === 'before') await metadata.pool.settled([object], 'b');
      await metadata.pool.keepCopy({ digest: object, ...onB }, 'a');
      if (order === 'after') await metadata.pool.settled([object], 'b');
      await metadata.pool.settled([object], 'a');
      expect(await taken('b')).toBe(1);
      await metadata.pool.settled([object], 'b');
    }
  });

  it('are queued for a server that drains', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA), record({ study: '1.2.2' })]);
    await metadata.pool.setState('a', 'draining');
    expect((await metadata.pool.overview()).settlings).toMatchObject([{ reason: 'drain', waiting: 2 }]);
  });

  it('and replicas are counted for who looks at the pool', async () => {
    const { metadata } = await poolOf('a', 'b');
    await metadata.commit([placed(onA, onB), record({ instance: '2' })]);
    await metadata.pool.lostReplica(frames, 'b', 'gone');
    expect(await metadata.pool.overview()).toMatchObject({
      servers: [
        { id: 'a', replicas: 2, bytes: 900 },
        { id: 'b', replicas: 1, bytes: 100 },
      ],
      copies: [
        { replicas: 0, blobs: 2 },
        { replicas: 1, blobs: 1 },
        { replicas: 2, blobs: 1 },
      ],
      settlings: [{ reason: 'gone', waiting: 1 }],
    });
  });
});
