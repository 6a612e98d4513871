import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { loadCodec } from '../codec.ts';
import { frameOf } from '../testing/contents.ts';
import type { CodecReply, CodecRequest } from './codec-jobs.ts';
import { CodecPool } from './codec-pool.ts';
import { serveCodecInWebWorker, type WebWorker, type WebWorkerScope, webWorkers } from './web-worker.ts';

/** The two ends of a page's worker, in one thread: a browser's ports behave the same. */
function worker(): WebWorker {
  const { port1, port2 } = new MessageChannel();
  serveCodecInWebWorker(port2 as unknown as WebWorkerScope);
  port1.unref();
  return Object.assign(port1, { terminate: () => port1.close() }) as unknown as WebWorker;
}

it('a pool works over the messages of Web Workers', async () => {
  const format = { width: 50, height: 40, samples: 1, bits: 8, signed: false } as const;
  const pixels = frameOf(format, 'smooth', 1);
  const codec = await loadCodec();
  const codestream = codec.encode(pixels, format, { digest: new Uint8Array(32) });
  const pool = new CodecPool(webWorkers<CodecRequest, CodecReply>(worker), { workers: 2 });
  expect(await Promise.all([pool.decode(codestream), pool.decode(codestream)])).toEqual([pixels, pixels]);
  await expect(pool.decode(codestream.subarray(1))).rejects.toMatchObject({ code: 'bad-header' });
  await pool.close();
});
