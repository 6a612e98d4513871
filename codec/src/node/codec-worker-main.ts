// What a thread of the codec's pool runs.
import { parentPort } from 'node:worker_threads';
import { serveCodec } from '../pool/codec-worker.ts';

const serve = serveCodec(({ reply, transfer }) => parentPort?.postMessage(reply, transfer));
parentPort?.on('message', serve);
