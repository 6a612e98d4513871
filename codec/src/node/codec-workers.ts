// Worker threads that run the codec, for `CodecPool` in Node.
import { availableParallelism } from 'node:os';
import type { CodecReply, CodecRequest } from '../pool/codec-jobs.ts';
import { CodecPool } from '../pool/codec-pool.ts';
import type { PoolOptions } from '../pool/worker-pool.ts';
import { nodeWorkers } from './worker-threads.ts';

/** A pool of codecs on threads, as many as the machine has cores unless said otherwise. Close it when done. */
export function startCodecPool(options: Partial<PoolOptions> = {}): CodecPool {
  const script = new URL('./codec-worker-main.ts', import.meta.url);
  return new CodecPool(nodeWorkers<CodecRequest, CodecReply>(script), {
    workers: availableParallelism(),
    ...options,
  });
}
