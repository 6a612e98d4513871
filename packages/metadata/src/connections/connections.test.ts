// A primary that dies, hangs, hands over or loses its standby, under those who read and write.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Metadata } from '../metadata.ts';
import { ask, type Pair, startPair } from '../testing/pair.ts';
import { record } from '../testing/records.ts';
import { Connections } from './connections.ts';
import type { Database } from './host-pool.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.close());

async function open(patienceMs = 20_000): Promise<Metadata> {
  const metadata = await Metadata.open(pair.url, { patienceMs });
  onTestFinished(() => metadata.close());
  return metadata;
}

const isStandby = async (database: Database): Promise<boolean> => {
  const { rows } = await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(database);
  return rows[0]?.is === true;
};

/** Until the standby has all that the primary has. */
async function caughtUp(): Promise<void> {
  const [now] = await ask(pair.a.url, 'select pg_current_wal_lsn()::text as lsn');
  for (;;) {
    const [at] = await ask(pair.b.url, 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as is', [now?.lsn]);
    if (at?.is) return;
    await sleep(10);
  }
}

it('goes on with the new primary when the old one was killed: writes wait, reads are answered by the standby', async () => {
  const metadata = await open();
  await metadata.commit([record({ instance: '1' })]);
  await caughtUp();
  expect(await metadata.worklist({ limit: 1 })).not.toHaveProperty('ageMs');
  await pair.a.kill();
  const committing = metadata.commit([record({ instance: '2' })]);
  const page = await metadata.worklist({ limit: 1 });
  expect(page.studies).toMatchObject([{ instanceCount: 1 }]);
  expect(page.ageMs).toBeGreaterThanOrEqual(0);
  expect(await metadata.instance('1.2.1.1.1')).not.toBeNull();
  await expect(metadata.instanceOfNow('1.2.1.1.1')).rejects.toMatchObject({ code: 'unavailable' });
  await pair.promote(pair.b);
  expect(await committing).toEqual(['stored']);
  expect(await metadata.worklist({ limit: 1 })).not.toHaveProperty('ageMs');
  expect(await metadata.counts()).toMatchObject({ instances: 2 });
}, 60_000);

it('reads from the standby while the primary hangs, and fails writes after their patience, naming the servers', async () => {
  const metadata = await open(4_000);
  await metadata.commit([record({ instance: '1' })]);
  await caughtUp();
  pair.a.freeze();
  const failing = expect(metadata.commit([record({ instance: '2' })])).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/127\.0\.0\.1:\d+.* is a standby/),
  });
  expect((await metadata.worklist({ limit: 1 })).ageMs).toBeGreaterThanOrEqual(0);
  await failing;
  expect(await metadata.health()).toMatchObject({ answers: 'standby' });
  pair.a.thaw();
  expect(await metadata.commit([record({ instance: '2' })])).toMatchObject([
    expect.stringMatching(/stored|already/),
  ]);
  expect(await metadata.health()).toEqual({ answers: 'primary', awayMs: 0 });
}, 60_000);

it('turns to the new primary while the old one still believes to be it', async () => {
  const connections = Connections.open(pair.url);
  onTestFinished(() => connections.close());
  const portOf = async (database: Database) => {
    const { rows } = await sql<{ port: string }>`select current_setting('port') as port`.execute(database);
    return rows[0]?.port;
  };
  const [a, b] = [pair.a, pair.b].map(({ url }) => new URL(url).port);
  expect(await connections.change(portOf, { patienceMs: 5_000 })).toBe(a);
  await pair.promote(pair.b);
  // What makes a deposed primary noticed is that its commits come to no end.
  const slow = (database: Database) => sql`select pg_sleep(1.2)`.execute(database);
  await connections.change(slow, { patienceMs: 5_000 });
  expect(await connections.change(portOf, { patienceMs: 5_000 })).toBe(b);
  expect((await connections.read(portOf)).value).toBe(b);
}, 60_000);

it('gives a connection of one’s own, which is cut when its server is gone', async () => {
  const connections = Connections.open(pair.url);
  onTestFinished(() => connections.close());
  const client = await connections.client(5_000);
  const heard = new Promise((resolve) => client.on('notification', ({ payload }) => resolve(payload)));
  await client.query('listen told');
  await connections.change((database) => sql`notify told, 'news'`.execute(database), { patienceMs: 0 });
  expect(await heard).toBe('news');
  const ended = new Promise((resolve) => client.once('end', () => resolve('ended')));
  pair.a.freeze();
  await connections.change(isStandby, { patienceMs: 0 }).catch(() => undefined);
  expect(await ended).toBe('ended');
  await pair.promote(pair.b);
  const next = await connections.client(10_000);
  expect((await next.query('select pg_is_in_recovery() as is')).rows).toEqual([{ is: false }]);
  await next.end();
}, 60_000);

it('closes while the primary hangs, and leaves nobody waiting', async () => {
  const metadata = await Metadata.open(pair.url, { patienceMs: 60_000 });
  await metadata.commit([record({ instance: '1' })]);
  pair.a.freeze();
  const failing = expect(metadata.commit([record({ instance: '2' })])).rejects.toMatchObject({
    code: 'unavailable',
  });
  await metadata.close();
  await failing;
}, 30_000);
