// The pool's edge in Node: worker threads.
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { StartWorker } from '../pool/worker-pool.ts';

/**
 * Workers for a pool in Node.
 * @param script the module that each thread runs; it answers every message with exactly one
 * @param options for instance limits of their heap
 */
export function nodeWorkers<Request, Reply>(
  script: URL,
  options: WorkerOptions = {},
): StartWorker<Request, Reply> {
  return (events) => {
    const worker = new Worker(script, options);
    worker.on('message', (reply: Reply) => {
      worker.unref();
      events.reply(reply);
    });
    worker.on('messageerror', events.lost);
    worker.on('error', events.lost);
    worker.on('exit', (code) => events.lost(new Error(`the thread ended with code ${code}`)));
    // An idle pool keeps no process alive, a job does.
    worker.unref();
    return {
      post: (request, transfer) => {
        worker.postMessage(request, [...transfer]);
        worker.ref();
      },
      end: () => worker.terminate(),
    };
  };
}
