// Starts the page's decoding workers.
import { type WebWorker, webWorkers } from '@strata/codec/pool/web-worker';
import { DecodePool } from './decode-pool.ts';

/** A pool as large as the machine allows, leaving the page a processor of its own. */
export function startDecodePool(onForgotten: (frame: string) => void): DecodePool {
  const count = Math.max(1, Math.min(6, (navigator.hardwareConcurrency || 2) - 1));
  return new DecodePool(webWorkers(startWorker), count, onForgotten);
}

function startWorker(): WebWorker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}
