// The key of the pseudonyms, for `strata export --deidentify`: not given out, but in the data folder after this.
import type { FastifyInstance } from 'fastify';
import { StartError } from '../config/start-error.ts';
import { HttpError } from './http-error.ts';

export interface KeyRoutesParts {
  /** Sees to it that the data folder has the key of the pool. @throws StartError 'bad-key' */
  readonly ensureKey: () => Promise<unknown>;
}

export function keyRoutes(app: FastifyInstance, { ensureKey }: KeyRoutesParts): void {
  app.post('/admin/deidentify-key', async (_request, reply) => {
    try {
      await ensureKey();
    } catch (error) {
      if (error instanceof StartError) throw new HttpError(409, error.code, error.message);
      throw error;
    }
    return reply.status(204).send();
  });
}
