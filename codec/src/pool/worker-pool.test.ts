import { afterEach, describe, expect, it } from 'vitest';
import type { UnrulyReply, UnrulyRequest } from '../node/testing/unruly-worker.ts';
import { nodeWorkers } from '../node/worker-threads.ts';
import { type JobOptions, type PoolOptions, WorkerPool } from './worker-pool.ts';

type Pool = WorkerPool<UnrulyRequest, UnrulyReply>;

const script = new URL('../node/testing/unruly-worker.ts', import.meta.url);
const pools: Pool[] = [];

function pool(workers: number, options: Partial<PoolOptions> = {}): Pool {
  const start = nodeWorkers<UnrulyRequest, UnrulyReply>(script, {
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  const made: Pool = new WorkerPool(start, { workers, ...options });
  pools.push(made);
  return made;
}

const echo = (on: Pool, text: string, options?: JobOptions): Promise<string> =>
  on.run({ do: 'echo', text }, [], options).then((reply) => reply.text);

/** Occupies a worker until the returned function is called. */
function occupied(on: Pool, key?: string): () => void {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  void on.lease(() => until, key === undefined ? {} : { key });
  return release;
}

afterEach(async () => {
  for (const made of pools.splice(0)) await made.close();
});

describe('a pool of workers', () => {
  it('answers every job, more of them than workers, on as many threads as it has', async () => {
    const two = pool(2);
    const asked = Array.from({ length: 40 }, (_, at) => `${at}`);
    const replies = await Promise.all(asked.map((text) => two.run({ do: 'echo', text, afterMs: 2 }, [])));
    expect(replies.map(({ text }) => text)).toEqual(asked);
    expect(new Set(replies.map(({ thread }) => thread)).size).toBe(2);
    expect(two.waiting).toBe(0);
  });

  it('does the most wanted first, and equals in the order of their coming', async () => {
    const one = pool(1);
    const release = occupied(one);
    const done: string[] = [];
    const wanted: [string, number][] = [
      ['later', 5],
      ['now', 0],
      ['soon', 1],
      ['now too', 0],
      ['first', -1],
    ];
    const jobs = wanted.map(([text, priority]) =>
      echo(one, text, { priority }).then((reply) => done.push(reply)),
    );
    release();
    await Promise.all(jobs);
    expect(done).toEqual(['first', 'now', 'now too', 'soon', 'later']);
  });

  it('keeps jobs of one key on one worker and in order, whatever their priority', async () => {
    const three = pool(3);
    const ask = (text: string, priority: number) =>
      three.run({ do: 'echo', text, afterMs: 1 }, [], { key: 'frame 7', priority });
    const replies = await Promise.all([ask('level 0', 3), ask('level 1', 2), ask('level 2', 1)]);
    expect(new Set(replies.map(({ thread }) => thread)).size).toBe(1);
    const one = pool(1);
    const release = occupied(one);
    const done: string[] = [];
    const jobs = ['level 0', 'level 1', 'level 2'].map((text, level) =>
      echo(one, text, { key: 'frame', priority: -level }).then((reply) => done.push(reply)),
    );
    release();
    await Promise.all(jobs);
    expect(done).toEqual(['level 0', 'level 1', 'level 2']);
  });

  it('lets a task hold a worker for several requests', async () => {
    const one = pool(1);
    const order: string[] = [];
    const held = one.lease(async (worker) => {
      for (const text of ['take', 'code']) order.push((await worker.ask({ do: 'echo', text })).text);
    });
    const other = echo(one, 'other').then((text) => order.push(text));
    await Promise.all([held, other]);
    expect(order).toEqual(['take', 'code', 'other']);
  });

  it('refuses jobs above its bound and takes them again when some are done', async () => {
    const one = pool(1, { mostWaiting: 2 });
    const release = occupied(one);
    const waiting = [echo(one, 'a'), echo(one, 'b')];
    await expect(echo(one, 'c')).rejects.toMatchObject({ name: 'PoolError', code: 'queue-full' });
    release();
    expect(await Promise.all(waiting)).toEqual(['a', 'b']);
    expect(await echo(one, 'd')).toBe('d');
  });

  it('drops a job that is aborted while it waits, or while it runs, and goes on', async () => {
    const one = pool(1);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const jobs = [
      one.run({ do: 'echo', text: 'slow', afterMs: 50 }, [], { signal: running.signal }),
      echo(one, 'never begun', { signal: waiting.signal }),
      echo(one, 'after'),
    ];
    waiting.abort();
    running.abort(new Error('not wanted any more'));
    const [first, second, third] = await Promise.allSettled(jobs);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'not wanted any more' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(third).toEqual({ status: 'fulfilled', value: 'after' });
    await expect(echo(one, 'late', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it.each([
    ['throw', 'worker-lost'],
    ['exit', 'worker-lost'],
    ['eat-memory', 'worker-lost'],
    ['hang', 'worker-hung'],
  ] as const)('loses only the job when a worker does %s, and replaces the worker', async (what, code) => {
    const lost: string[] = [];
    const one = pool(1, { onLost: (error) => lost.push(error.code) });
    const limit = what === 'hang' ? { timeoutMs: 300 } : {};
    const jobs = [
      echo(one, 'before'),
      one.run({ do: what }, [], limit),
      echo(one, 'after'),
      echo(one, 'again'),
    ];
    const [before, failed, ...after] = await Promise.allSettled(jobs);
    expect(before).toEqual({ status: 'fulfilled', value: 'before' });
    expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'PoolError', code } });
    expect(after.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(lost).toEqual([code]);
  });

  it('refuses what runs, what waits and what comes when it is closed', async () => {
    const one = pool(1);
    const jobs = [one.run({ do: 'hang' }, []), echo(one, 'waiting')];
    const outcome = Promise.allSettled(jobs);
    await one.close();
    for (const job of await outcome)
      expect(job).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
    await expect(echo(one, 'late')).rejects.toMatchObject({ code: 'closed' });
  });
});
