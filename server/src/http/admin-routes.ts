// What an administrator asks for: the check of everything that is stored, told while it runs.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type VerifyParts, verifyAll } from '../admin/verify.ts';

export function adminRoutes(app: FastifyInstance, parts: VerifyParts): void {
  app.post<{ Body: { deep?: boolean } | null }>('/admin/verify', async (request, reply) => {
    const stopped = new AbortController();
    reply.raw.once('close', () => stopped.abort());
    const depth = request.body?.deep === true ? 'deep' : 'blobs';
    const lines = async function* () {
      for await (const event of verifyAll(parts, depth, stopped.signal)) yield `${JSON.stringify(event)}\n`;
    };
    return reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .send(Readable.from(lines()));
  });
}
