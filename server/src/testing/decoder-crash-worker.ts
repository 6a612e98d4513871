// A coding worker whose decoders take it with them, for tests of what becomes of the file.
import { parentPort } from 'node:worker_threads';
import type { CodingRequest } from '../gateway/coding-messages.ts';

// Whoever listens first also gets what came before: that must be the coding worker.
await import('../gateway/coding-worker.ts');
parentPort?.on('message', (request: CodingRequest) => {
  if (request.type === 'code' && request.undecoded === undefined) process.exit(3);
});
