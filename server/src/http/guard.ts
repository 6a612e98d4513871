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
  // The other servers of the pool: levels by WebSocket, files by HTTP.
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:* http://localhost:* blob: data:",
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

/** What pages of the pool's other servers may ask: files and their lists, and to store files. */
const FOR_THE_POOL = /^\/gateway\/(instances(\/[^/]+(\/file)?)?|(studies|series)\/[^/]+)$/;

/**
 * @param port the port that the server listens on, known once it does
 * @param poolPorts those of all servers of the pool on this machine
 */
export function guard(app: FastifyInstance, port: () => number, poolPorts: () => readonly number[]): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!hostAllowed(request.headers.host)) {
      throw new HttpError(
        421,
        'wrong-host',
        'Strata answers only to the names of this machine: 127.0.0.1 and localhost.',
      );
    }
    const { origin } = request.headers;
    const isOfPool =
      FOR_THE_POOL.test(request.url.split('?', 1)[0] ?? '') && originAllowed(origin, ...poolPorts());
    if (origin !== undefined && isOfPool) reply.headers(shownTo(origin));
    if (isOfPool && request.method === 'OPTIONS') return reply.status(204).send();
    if (!isOfPool && !originAllowed(origin, port())) {
      throw new HttpError(403, 'wrong-origin', 'Pages of other servers may not use this Strata.');
    }
  });
}

/** Lets pages of an origin read the answer (Fetch standard, CORS protocol). */
function shownTo(origin: string) {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-expose-headers': 'content-length, repr-digest',
    'access-control-max-age': '600',
    vary: 'origin',
  };
}
