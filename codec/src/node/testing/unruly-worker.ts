// A worker for tests of the pool: it answers, or misbehaves as it is told.
import { parentPort, threadId } from 'node:worker_threads';

export type UnrulyRequest =
  | { readonly do: 'echo'; readonly text: string; readonly afterMs?: number }
  | { readonly do: 'throw' | 'exit' | 'hang' | 'eat-memory' };

export interface UnrulyReply {
  readonly text: string;
  readonly thread: number;
}

parentPort?.on('message', async (request: UnrulyRequest) => {
  switch (request.do) {
    case 'echo':
      if (request.afterMs !== undefined) await new Promise((done) => setTimeout(done, request.afterMs));
      parentPort?.postMessage({ text: request.text, thread: threadId } satisfies UnrulyReply);
      return;
    case 'throw':
      throw new Error('as told');
    case 'exit':
      process.exit(3);
      return;
    case 'hang':
      for (;;);
    case 'eat-memory':
      for (const eaten: unknown[] = []; ; ) eaten.push(new Array(100_000).fill(0.5));
  }
});
