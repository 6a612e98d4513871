// Following what changes, on a real PostgreSQL.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { Connections } from '../connections/connections.ts';
import { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { record, records } from '../testing/records.ts';
import type { Change, News } from './change.ts';
import { Changes } from './changes.ts';
import { FollowedTo, follow } from './follow.ts';
import { positionNow, readNews } from './read-news.ts';
import { trimChanges } from './trim.ts';

const newDatabase = serverOfThisFile();

/** What a follower was told, until the test is over. */
class Told {
  readonly news: News[] = [];
  readonly ended = new AbortController();

  static async of(metadata: Metadata, from = new FollowedTo()): Promise<Told> {
    const told = new Told();
    const isNew = from.at === null;
    const following = metadata.changes.follow((news) => told.news.push(news), {
      signal: told.ended.signal,
      from,
    });
    onTestFinished(async () => {
      told.ended.abort();
      await following;
    });
    if (isNew) await told.until(() => told.everything === 1);
    return told;
  }

  get changes(): Change[] {
    return this.news.flatMap((news) => (news === 'everything' ? [] : news));
  }

  get everything(): number {
    return this.news.filter((news) => news === 'everything').length;
  }

  uids(kind: Change['kind']): string[] {
    return this.changes.flatMap((change) => (change.kind === kind ? [change.uid] : []));
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await sleep(5);
  }
}

const client = async (url: string) => {
  const opened = await breakable(url).open();
  onTestFinished(() => opened.end());
  return opened;
};

const server = (id: string) => ({
  ...{ id, name: id, site: 'main', wireUrl: '', endpoints: [], roles: ['image'], version: '1', load: 0 },
  ...{
    boot: id,
    disks: [{ id: `${id}-disk`, name: 'd', kind: 'online', capacity: 9, free: 9, state: 'in' }] as const,
  },
});

it('tells of a study when it comes and when it grows, by whichever way it is committed', async () => {
  const url = await newDatabase();
  const [here, there] = [await openUntilTestEnds(url), await openUntilTestEnds(url)];
  const told = await Told.of(here);
  await there.commit([record(), record({ study: '1.2.2' })]);
  await told.until(() => told.uids('study').length === 2);
  expect(told.uids('study').toSorted()).toEqual(['1.2.1', '1.2.2']);
  await there.commit(records(9).slice(1));
  await told.until(() => told.uids('study').length === 3);
  await there.replaceBlobs({ ...record(), objectBlob: record({ instance: '99' }).objectBlob });
  await told.until(() => told.uids('study').length === 4);
  await there.commit([record({ instance: '2' })]);
  await there.commit([record({ study: '1.2.3' })]);
  await told.until(() => told.uids('study').length === 5);
  expect(told.uids('study').slice(2)).toEqual(['1.2.1', '1.2.1', '1.2.3']);
  expect(told.everything).toBe(1);
});

it('tells of servers that join, change and leave, and of blobs that moved, but not of heartbeats', async () => {
  const metadata = await openUntilTestEnds(await newDatabase());
  const told = await Told.of(metadata);
  const { pool } = metadata;
  const next = async (kind: Change['kind'], uid: string) => {
    await told.until(() => told.uids(kind).length > 0);
    expect(told.news.splice(0)).toContainEqual([{ kind, uid }]);
  };
  await pool.heartbeat(server('a'), 60_000, 'join');
  await next('server', 'a');
  for (let beat = 0; beat < 5; beat++) await pool.heartbeat(server('a'), 60_000, 'renew');
  await pool.heartbeat(server('b'), 60_000, 'join');
  await next('server', 'b');
  await pool.setState('b', 'draining');
  await next('server', 'b');
  const full = { ...server('b'), disks: [{ ...server('b').disks[0], state: 'full' as const }] };
  await pool.heartbeat(full, 60_000, 'renew');
  await next('server', 'b');
  const one = record();
  const replicas = [{ server: 'a', disk: 'a-disk' }];
  await metadata.commit([{ ...one, objectBlob: { ...one.objectBlob, replicas } }]);
  await next('study', '1.2.1');
  await pool.keepReplicas([{ digest: one.objectBlob.digest, server: 'b', disk: 'b-disk' }]);
  await next('blob', one.objectBlob.digest);
  await pool.keepReplicas([{ digest: one.objectBlob.digest, server: 'b', disk: 'b-disk' }]);
  expect(await pool.removeReplica(one.objectBlob.digest, 'b', { leastOthers: 1 })).toBe(true);
  await next('blob', one.objectBlob.digest);
  await pool.lostDisk('a-disk');
  await next('blobs', 'a-disk');
  await pool.leave('a');
  await next('server', 'a');
});

it('goes on where it ended, and tells that everything may have changed of what was taken away meanwhile', async () => {
  const metadata = await openUntilTestEnds(await newDatabase());
  const from = new FollowedTo();
  const first = await Told.of(metadata, from);
  first.ended.abort();
  await metadata.commit([record()]);
  const second = await Told.of(metadata, from);
  await second.until(() => second.news.length > 0);
  expect(second.news).toEqual([[{ kind: 'study', uid: '1.2.1' }]]);
  second.ended.abort();
  from.at = from.at && { ...from.at, origin: 'another timeline' };
  const third = await Told.of(metadata, from);
  await third.until(() => third.news.length > 0);
  expect(third.news).toEqual(['everything']);
});

it('takes old changes away, and only who has not seen them is told that everything may have changed', async () => {
  const url = await newDatabase();
  const metadata = await openUntilTestEnds(url);
  const [reader, open] = [await client(url), await client(url)];
  const long = await positionNow(reader);
  // Begun before the mark, committed after it: it is not what the mark says was done.
  await open.query('begin; insert into changes (kind, uid) values ($$study$$, $$late$$)');
  await metadata.commit([record()]);
  await trimChanges(reader, { minutes: 10 });
  const marked = await positionNow(reader);
  await trimChanges(reader, { minutes: 10 });
  expect(await query(url, 'select uid from changes')).toHaveLength(1);
  await metadata.commit([record({ study: '1.2.2' })]);
  await trimChanges(reader, { minutes: 0 });
  expect(await query(url, 'select uid from changes')).toEqual([{ uid: '1.2.2' }]);
  await open.query('commit');
  expect((await readNews(reader, long)).news).toBe('everything');
  const { news } = await readNews(reader, marked);
  expect(news).toHaveLength(2);
  expect(news).toEqual(
    expect.arrayContaining([
      { kind: 'study', uid: 'late' },
      { kind: 'study', uid: '1.2.2' },
    ]),
  );
  const now = await positionNow(reader);
  await trimChanges(reader, { minutes: 10, most: 0 });
  expect(await query(url, 'select uid from changes')).toEqual([{ uid: 'late' }]);
  expect((await readNews(reader, now)).news).toEqual([]);
});

it('tells that everything may have changed of more than anybody could look at', async () => {
  const url = await newDatabase();
  await openUntilTestEnds(url);
  const reader = await client(url);
  const before = await positionNow(reader);
  await query(url, `insert into changes (kind, uid) select 'study', n::text from generate_series(1, 6000) n`);
  expect((await readNews(reader, before)).news).toBe('everything');
});

it('looks by itself when whoever committed was killed before it rang', async () => {
  const url = await newDatabase();
  const told = await Told.of(await openUntilTestEnds(url));
  await query(url, `insert into changes (kind, uid) values ('study', '1.2.3')`);
  await told.until(() => told.uids('study').includes('1.2.3'));
});

// Where tests run on a cluster, all of them do so as such an owner.
const asAdministrator = process.env.STRATA_TEST_METADATA === undefined;
it.runIf(asAdministrator)('works for an owner of the database who is no administrator', async () => {
  const url = await newDatabase();
  const name = /[^/]*$/.exec(url)?.[0];
  await query(url, `create role plain login password 'plain'`);
  await query(url, `alter database ${name} owner to plain`);
  const theirs = url.replace(/\/\/[^@]*@/, '//plain:plain@');
  const metadata = await openUntilTestEnds(theirs);
  const told = await Told.of(metadata);
  await metadata.commit([record()]);
  await told.until(() => told.uids('study').length === 1);
});

/** Connections to the primary that can be broken, or left to lead nowhere. */
function breakable(url: string) {
  const connections = Connections.open(url);
  onTestFinished(() => connections.close());
  const open = new Set<pg.Client>();
  const streams = () =>
    [...open].map((each) => (each as unknown as { connection: { stream: Socket } }).connection.stream);
  return {
    open: async () => {
      const opened = await connections.client(5_000);
      open.add(opened);
      opened.on('end', () => open.delete(opened));
      return opened;
    },
    breakAll: () => {
      for (const stream of streams()) stream.destroy();
    },
    hang: () => {
      for (const stream of streams()) stream.pause();
    },
  };
}

it('misses nothing and ends with the last state of each study, whoever commits at once and whatever breaks', async () => {
  const url = await newDatabase();
  const writers = [await openUntilTestEnds(url), await openUntilTestEnds(url)];
  const long = await client(url);
  const studies = ['1.2.1', '1.2.2', '1.2.3', '1.2.4'];
  let round = 0;
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('commit' as const),
        study: fc.nat(3),
        some: fc.integer({ min: 1, max: 5 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('break' as const, 'long' as const, 'end' as const, 'pause' as const),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      round += 1;
      const way = breakable(url);
      const known = new Map<string, number>();
      const ended = new AbortController();
      let reading = Promise.resolve();
      let isAsked = new Set<string>();
      const look = (uids: readonly string[]) => {
        for (const uid of uids) isAsked.add(uid);
        reading = reading.then(async () => {
          const asked = isAsked;
          isAsked = new Set();
          for (const uid of asked) {
            const rows = await writers[0]?.study(uid);
            known.set(uid, rows?.series.reduce((sum, { instances }) => sum + instances.length, 0) ?? 0);
          }
        });
      };
      const from = new FollowedTo();
      const following = follow(
        way.open,
        (news) => look(news === 'everything' ? studies : news.map(({ uid }) => uid)),
        { signal: ended.signal, from },
      );
      const commits: Promise<unknown>[] = [];
      for (const [at, one] of steps.entries()) {
        if (one.do === 'commit') {
          const batch = Array.from({ length: one.some }, (_, n) =>
            record({
              study: studies[one.study] ?? '',
              series: String(round),
              instance: `${at + 1}.${n + 1}`,
            }),
          );
          commits.push(writers[at % 2]?.commit(batch) ?? Promise.resolve());
        } else if (one.do === 'break') way.breakAll();
        else if (one.do === 'pause') await sleep(10);
        else if (one.do === 'long') await long.query('begin; select pg_current_xact_id()');
        else await long.query('commit');
      }
      await Promise.all(commits);
      const right = new Map<string, number>();
      for (const uid of studies) {
        const rows = await writers[0]?.study(uid);
        if (rows)
          right.set(
            uid,
            rows.series.reduce((sum, { instances }) => sum + instances.length, 0),
          );
      }
      const isRight = () => [...right].every(([uid, count]) => known.get(uid) === count);
      while (!isRight()) {
        await sleep(10);
        await reading;
      }
      await long.query('rollback');
      ended.abort();
      await following;
      // The last look, too: the databases close when the test is done.
      await reading;
    }),
    { numRuns: 12, seed: 6 },
  );
});

it('holds nobody up when it hangs, and goes on when it is back', async () => {
  const url = await newDatabase();
  const way = breakable(url);
  const [metadata, hanging] = [await openUntilTestEnds(url), new Changes(way.open)];
  const told: News[] = [];
  const following = hanging.follow((news) => told.push(news), {
    signal: new AbortController().signal,
    from: new FollowedTo(),
  });
  while (told.length === 0) await sleep(5);
  way.hang();
  const other = await Told.of(metadata);
  for (let n = 1; n <= 30; n++) await metadata.commit([record({ instance: String(n) })]);
  await other.until(() => other.uids('study').length > 0);
  expect(await query(url, 'select pg_notification_queue_usage() < 0.001 as idle')).toEqual([{ idle: true }]);
  const reader = await client(url);
  await trimChanges(reader, { minutes: 0 });
  await trimChanges(reader, { minutes: 0 });
  expect(await query(url, 'select uid from changes')).toEqual([]);
  way.breakAll();
  while (told.length === 1) await sleep(5);
  expect(told.at(-1)).toBe('everything');
  hanging.close();
  await expect(following).rejects.toMatchObject({ code: 'unavailable' });
});

it('ends with the metadata', async () => {
  const metadata = await Metadata.open(await newDatabase());
  const following = metadata.changes.follow(() => undefined, {
    signal: new AbortController().signal,
    from: new FollowedTo(),
  });
  await metadata.close();
  await expect(following).rejects.toMatchObject({ code: 'unavailable' });
});
