// Starts the page's decoding workers; a pool may be made ready while nothing else is to be done.
import { type WebWorker, webWorkers } from '@strata/codec/pool/web-worker';
import { DecodePool } from './decode-pool.ts';
import type { CodedLevel, DisplayWish, FromWorker, ToWorker } from './messages.ts';

interface Started {
  readonly pool: DecodePool;
  readonly stateBytes: number;
  onForgotten: (frame: string) => void;
}

let ready: Started | null = null;

/**
 * A pool as large as the machine allows, leaving the page a processor of its own.
 * @param stateBytes of decoded states that all workers together may keep
 * @param onForgotten told of frames whose decoded state was dropped for others
 */
export function startDecodePool(stateBytes: number, onForgotten: (frame: string) => void): DecodePool {
  const started = ready?.stateBytes === stateBytes ? ready : start(stateBytes);
  ready = null;
  started.onForgotten = onForgotten;
  return started.pool;
}

/**
 * Decodes something in the workers that wait for `startDecodePool`, if there are any: what the browser compiles at the first
 * time is compiled then. What comes of it does not matter.
 */
export async function decodeAhead(
  frame: string,
  levels: readonly CodedLevel[],
  wish: DisplayWish,
): Promise<void> {
  await ready?.pool.add(`ahead ${frame}`, levels, wish, 0);
}

/** Starts workers now, for the next call of `startDecodePool`. */
export function prepareDecodePool(stateBytes: number): void {
  if (ready?.stateBytes === stateBytes) return;
  void ready?.pool.close();
  ready = start(stateBytes);
  ready.pool.warm();
}

function start(stateBytes: number): Started {
  const count = Math.max(1, Math.min(6, (navigator.hardwareConcurrency || 2) - 1));
  const name = String(Math.floor(stateBytes / count));
  const workers = webWorkers<ToWorker, FromWorker>(() => startWorker(name));
  const started: Started = {
    pool: new DecodePool(workers, count, (frame) => started.onForgotten(frame)),
    stateBytes,
    onForgotten: () => {},
  };
  return started;
}

function startWorker(name: string): WebWorker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });
}
