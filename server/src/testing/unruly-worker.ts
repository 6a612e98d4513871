// A worker for tests of the pool: does to its thread what a file could do.
import { parentPort } from 'node:worker_threads';

export type UnrulyRequest = 'echo' | 'throw' | 'exit' | 'hang' | 'eat-memory';

parentPort?.on('message', (request: UnrulyRequest) => {
  if (request === 'throw') throw new Error('an error nobody caught');
  if (request === 'exit') process.exit(3);
  while (request === 'hang');
  if (request === 'eat-memory') {
    const eaten: number[][] = [];
    for (;;) eaten.push(new Array(1e6).fill(eaten.length));
  }
  parentPort?.postMessage(request);
});
