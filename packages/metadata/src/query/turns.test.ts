// Queries take turns.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { QueryTurns } from './turns.ts';

it('lets four queries run at once, the others in their order, also after one that fails', async () => {
  const turns = new QueryTurns();
  let [running, most] = [0, 0];
  const began: number[] = [];
  const all = Array.from({ length: 20 }, (_, n) =>
    turns.take(async () => {
      began.push(n);
      most = Math.max(most, ++running);
      await sleep(2);
      running--;
      if (n % 5 === 0) throw new Error('a query that fails');
      return n;
    }),
  );
  const settled = await Promise.allSettled(all);
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  expect(most).toBe(4);
  expect(began).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

it('refuses when more than a thousand wait', async () => {
  const turns = new QueryTurns();
  const end = Promise.withResolvers<void>();
  const all = Array.from({ length: 1004 }, () => turns.take(() => end.promise));
  await expect(turns.take(async () => 1)).rejects.toMatchObject({ code: 'unavailable' });
  end.resolve();
  await Promise.all(all);
  expect(await turns.take(async () => 1)).toBe(1);
});
