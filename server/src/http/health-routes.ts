// Whether the process lives (/health) and whether it can do its work (/ready).
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** What is not there, in words. While `ready`, it is something that images can be shown without: the DICOM listener. */
  readonly missing: string[];
}

export function healthRoutes(
  app: FastifyInstance,
  serverId: string,
  readiness: () => Promise<Readiness>,
): void {
  app.get('/health', async () => ({ status: 'ok', id: serverId }));
  app.get('/ready', async (_request, reply) => {
    const state = await readiness();
    return reply.status(state.ready ? 200 : 503).send(state);
  });
}
