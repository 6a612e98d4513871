// One run for many, and never one that had begun before.
import { expect, it, vi } from 'vitest';
import { Barrier } from './barrier.ts';

it('runs once for all who ask meanwhile, after the run that was under way', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const barrier = new Barrier(
    () =>
      new Promise((resolve, reject) => {
        ends.push((error) => (error ? reject(error) : resolve()));
      }),
  );
  const passed: string[] = [];
  const pass = (name: string) => barrier.pass().then(() => passed.push(name));
  const first = pass('first');
  const others = Promise.all([pass('second'), pass('third')]);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  expect(passed).toEqual(['first']);
  await vi.waitUntil(() => ends.length === 2);
  ends[1]?.();
  await others;
  expect(ends).toHaveLength(2);
});

it('fails for those who waited for the run that failed, and for nobody else', async () => {
  const outcomes = [Promise.reject(new Error('no')), Promise.resolve()];
  const barrier = new Barrier(() => outcomes.shift() ?? Promise.resolve());
  const [first, second] = await Promise.allSettled([barrier.pass(), barrier.pass()]);
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
});
