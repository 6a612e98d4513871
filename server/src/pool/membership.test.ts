// A member of the pool on a real database: its lease, what it hears of others, and what happens when it is not heard.
import { setTimeout as sleep } from 'node:timers/promises';
import { openUntilTestEnds, serverOfThisFile } from '@strata/metadata/testing/databases';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../config/log.ts';
import { Membership, type MembershipOptions } from './membership.ts';

const newDatabase = serverOfThisFile();
const log = createLog('silent');

type Pool = MembershipOptions['pool'];

async function member(pool: Pool, id: string, more: Partial<MembershipOptions> = {}): Promise<Membership> {
  const membership = await Membership.join({
    identity: {
      ...{ id, name: id, site: 'main', wireUrl: '', endpoints: [], roles: ['image'], version: '0' },
      boot: crypto.randomUUID(),
    },
    ...{ pool, disks: () => [], load: () => 0, leaseMs: 1000, log },
    ...more,
  });
  onTestFinished(() => membership.leave());
  return membership;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo() && Date.now() < end; ) await sleep(10);
  expect(isSo()).toBe(true);
}

const aliveIn = ({ servers }: Membership) => servers.flatMap(({ id, isAlive }) => (isAlive ? [id] : []));

it('hears of those who join and leave, and tells its listeners whether more than figures changed', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  const a = await member(pool, 'a');
  const changes: string[] = [];
  a.onHeartbeat((servers, change) => changes.push(`${servers.length} ${change}`));
  await until(() => changes.includes('1 figures'));
  const b = await member(pool, 'b');
  await until(() => aliveIn(a).join() === 'a,b');
  expect(aliveIn(b)).toEqual(['a', 'b']);
  await b.leave();
  await until(() => aliveIn(a).join() === 'a');
  expect(changes.filter((change) => change === '2 composition')).toHaveLength(2);
});

it('writes no more when it is not heard for as long as its lease, keeps what it knew, and goes on by itself', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  let away = false;
  const flaky = new Proxy(pool, {
    get: (target, name: keyof Pool) => {
      const method = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) =>
        away ? Promise.reject(new Error('cut off')) : method.apply(target, args);
    },
  });
  const a = await member(flaky, 'a');
  expect([a.mayWrite, a.trouble]).toEqual([true, '']);
  away = true;
  await until(() => !a.mayWrite);
  expect(a.trouble).toMatch(/may only read/);
  expect(a.servers).toHaveLength(1);
  away = false;
  await until(() => a.mayWrite);
});

it('is not fooled by a database that takes its time: the lease counts from the question', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  let delay = 0;
  const slow = new Proxy(pool, {
    get: (target, name: keyof Pool) => {
      const method = target[name] as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => {
        const answer = await method.apply(target, args);
        await sleep(delay);
        return answer;
      };
    },
  });
  const a = await member(slow, 'a', { leaseMs: 200 });
  delay = 500;
  await until(() => !a.mayWrite);
  const answered = new Promise((resolve) => a.onHeartbeat(resolve));
  await answered;
  expect(a.mayWrite).toBe(false);
});

it('loses its place to another process of the same id, and says what to do', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  const first = await member(pool, 'a');
  const second = await member(pool, 'a');
  await until(() => !first.mayWrite);
  expect(first.trouble).toMatch(/was copied/);
  await sleep(600);
  expect([first.mayWrite, second.mayWrite]).toEqual([false, true]);
});

it('writes no more when it was declared out', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  const a = await member(pool, 'a');
  await pool.setState('a', 'out');
  await until(() => !a.mayWrite);
  expect(a.trouble).toMatch(/declared out/);
});

it('asks at once who there is when it is hurried, and not more often than it can use', async () => {
  const { pool } = await openUntilTestEnds(await newDatabase());
  const a = await member(pool, 'a', { leaseMs: 600_000 });
  let beats = 0;
  a.onHeartbeat(() => beats++);
  await member(pool, 'b', { leaseMs: 600_000 });
  for (let n = 0; n < 20; n++) a.hurry();
  await until(() => aliveIn(a).join() === 'a,b');
  expect(beats).toBeLessThanOrEqual(2);
  a.hurry();
  await until(() => beats >= 2);
});
