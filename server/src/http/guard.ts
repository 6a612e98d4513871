// Refuses requests that come from pages of elsewhere, and sets the headers that keep our own pages to themselves.
import type { FastifyInstance } from 'fastify';
import { hostAllowed, originAllowed } from '../config/loopback.ts';
import { HttpError } from './http-error.ts';

const contentSecurityPolicy = [
  "default-src 'self'",
  // The codec is WebAssembly; the viewport starts its workers from blobs.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:* blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @param port the port that the server listens on, known once it does */
export function guard(app: FastifyInstance, port: () => number): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!hostAllowed(request.headers.host)) {
      throw new HttpError(
        421,
        'wrong-host',
        'Strata answers only to the names of this machine: 127.0.0.1 and localhost.',
      );
    }
    if (!originAllowed(request.headers.origin, port())) {
      throw new HttpError(403, 'wrong-origin', 'Pages of other servers may not use this Strata.');
    }
  });
}
