// Starts the page's decoding workers; a pool may be made ready while nothing else is to be done.
import { type WebWorker, webWorkers } from '@strata/codec/pool/web-worker';
import { DecodePool } from './decode-pool.ts';
import type { DisplayPixels } from './display-pixels.ts';
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

/** After so many frames the browser has compiled what decodes them as well as it can. */
const rehearsals = 3;

/**
 * Decodes a frame in the workers that wait for `startDecodePool`, if there are any, until they are asked for something else:
 * what the browser compiles when it is used is compiled then.
 * @param onPixels does with the frame's pixels what will be done with those of others
 */
export async function decodeAhead(
  frame: string,
  levels: readonly CodedLevel[],
  wish: DisplayWish,
  onPixels: (pixels: DisplayPixels) => void,
): Promise<void> {
  for (let time = 0; ready && time < rehearsals; time++) {
    const copies = levels.map(({ level, bytes }) => ({ level, bytes: bytes.slice() }));
    const { pixels } = await ready.pool.add(`ahead ${time} ${frame}`, copies, wish, 0);
    if (pixels) onPixels(pixels);
  }
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
