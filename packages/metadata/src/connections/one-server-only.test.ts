// Commits that wait for a standby, and are given up, cut off or ended meanwhile: nothing is acknowledged before it has them.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Metadata } from '../metadata.ts';
import { ask, type Pair, startPair } from '../testing/pair.ts';
import { record } from '../testing/records.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await startPair({ sync: true });
});
afterEach(() => pair.close());

/** Does this to every connection whose commit waits for the standby, as soon as there is one. */
async function toWaiting(what: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void> {
  for (;;) {
    const waiting = `select ${what}(pid) from pg_stat_activity where wait_event = 'SyncRep'`;
    if ((await ask(pair.a.url, waiting)).length > 0) return;
    await sleep(10);
  }
}

it.each([
  ['the wait is cancelled, which PostgreSQL calls a success with a warning', 'pg_cancel_backend'],
  ['the connection ends after COMMIT, and its answer is lost', 'pg_terminate_backend'],
] as const)('a commit is told of when the standby has it, also where %s', async (_, what) => {
  const metadata = await Metadata.open(pair.url, { patienceMs: 30_000 });
  onTestFinished(() => metadata.close());
  await pair.b.kill();
  let outcomes: string[] | null = null;
  const commit = metadata.commit([record()]).then((told) => {
    outcomes = told;
  });
  await toWaiting(what);
  // It is there, for whoever reads the primary, and is run again: found, and not yet told of.
  while (!(await metadata.instanceOfNow('1.2.1.1.1'))) await sleep(10);
  await toWaiting(what);
  expect(outcomes).toBeNull();
  let isDurable = false;
  const durable = metadata.durable().then(() => {
    isDurable = true;
  });
  await toWaiting('pg_cancel_backend');
  expect([outcomes, isDurable]).toEqual([null, false]);
  await pair.b.start();
  await Promise.all([commit, durable]);
  expect(outcomes).toEqual(['already']);
  expect(await ask(pair.b.url, 'select uid from instances')).toEqual([{ uid: '1.2.1.1.1' }]);
});
