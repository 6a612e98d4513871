// The pool's edge in browsers: Web Workers, typed without the browser's library.
import type { CodecReply, CodecRequest } from './codec-jobs.ts';
import { serveCodec } from './codec-worker.ts';
import type { StartWorker } from './worker-pool.ts';

/** The part of a Worker that is used. */
export interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'error' | 'messageerror',
    listener: (event: { readonly message?: string }) => void,
  ): void;
}

/**
 * Workers for a pool in a page.
 * @param make starts one, for instance `() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })`
 */
export function webWorkers<Request, Reply>(make: () => WebWorker): StartWorker<Request, Reply> {
  return (events) => {
    const worker = make();
    worker.addEventListener('message', ({ data }) => events.reply(data as Reply));
    worker.addEventListener('error', ({ message }) => events.lost(new Error(message || 'no reason given')));
    worker.addEventListener('messageerror', () => events.lost(new Error('a reply could not be read')));
    return {
      post: (request, transfer) => worker.postMessage(request, [...transfer]),
      end: () => worker.terminate(),
    };
  };
}

/** The part of a worker's global scope that is used. */
export interface WebWorkerScope {
  onmessage: ((event: { readonly data: CodecRequest }) => void) | null;
  postMessage(message: CodecReply, transfer: ArrayBuffer[]): void;
}

/** All that a page's worker script has to call, with its `globalThis`. */
export function serveCodecInWebWorker(scope: WebWorkerScope): void {
  const serve = serveCodec(({ reply, transfer }) => scope.postMessage(reply, transfer));
  scope.onmessage = ({ data }) => serve(data);
}
