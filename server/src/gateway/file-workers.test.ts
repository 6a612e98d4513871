import { afterEach, describe, expect, it } from 'vitest';
import type { UnrulyRequest } from '../testing/unruly-worker.ts';
import { FileWorkers, type WorkerError } from './file-workers.ts';

const pools: FileWorkers<UnrulyRequest, string>[] = [];

function pool(workers: number, onLost?: (error: WorkerError) => void) {
  const script = new URL('../testing/unruly-worker.ts', import.meta.url);
  const made = new FileWorkers<UnrulyRequest, string>({
    script,
    workers,
    heapMiB: 32,
    ...(onLost ? { onLost } : {}),
  });
  pools.push(made);
  return made;
}

function run(
  on: FileWorkers<UnrulyRequest, string>,
  request: UnrulyRequest,
  timeoutMs = 30_000,
): Promise<string> {
  return on.run((worker) => worker.ask(request, [], timeoutMs));
}

afterEach(async () => {
  for (const made of pools.splice(0)) await made.close();
});

describe('workers on files', () => {
  it('answers every task, more of them than workers', async () => {
    const two = pool(2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(two, 'echo')));
    expect(answers).toEqual(new Array(20).fill('echo'));
  });

  it.each([
    ['throw', 'worker-crashed', 30_000],
    ['exit', 'worker-crashed', 30_000],
    ['eat-memory', 'worker-out-of-memory', 30_000],
    ['hang', 'worker-hung', 200],
  ] as const)(
    'loses only the task when a worker does %s, and replaces the worker',
    async (request, code, timeout) => {
      const lost: string[] = [];
      const one = pool(1, (error) => lost.push(error.code));
      const waiting = [run(one, 'echo'), run(one, request, timeout), run(one, 'echo'), run(one, 'echo')];
      const [before, failed, ...after] = await Promise.allSettled(waiting);
      expect(before).toEqual({ status: 'fulfilled', value: 'echo' });
      expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'WorkerError', code } });
      expect(after.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(lost).toEqual([code]);
    },
  );

  it('refuses what runs and what waits when it is closed', async () => {
    const one = pool(1);
    const tasks = Promise.allSettled([run(one, 'hang'), run(one, 'echo')]);
    await one.close();
    for (const task of await tasks)
      expect(task).toMatchObject({ status: 'rejected', reason: { code: 'stopping' } });
    await expect(run(one, 'echo')).rejects.toMatchObject({ code: 'stopping' });
  });
});
