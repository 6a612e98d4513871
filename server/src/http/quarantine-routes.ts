// The quarantine over HTTP, for `strata quarantine` and administrators: what lies there, trying it again, taking it away.
import type { FastifyInstance } from 'fastify';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { RefusedError, statusOf } from '../gateway/outcome.ts';
import type { Quarantine, QuarantineEntry } from '../gateway/quarantine.ts';
import { retryQuarantined } from '../gateway/retry-quarantined.ts';
import { HttpError } from './http-error.ts';

export interface QuarantineRoutesParts {
  readonly gateway: Gateway;
  readonly quarantine: Quarantine;
  /** What all requests together may hold in memory. */
  readonly admission: Admission;
}

interface ById {
  Params: { id: string };
}

export function quarantineRoutes(app: FastifyInstance, parts: QuarantineRoutesParts): void {
  const { quarantine, admission } = parts;

  app.get('/admin/quarantine', async (_request, reply) => {
    return reply.header('cache-control', 'no-store').send(await quarantine.list());
  });

  app.get<ById>('/admin/quarantine/:id', async ({ params }, reply) => {
    return reply.header('cache-control', 'no-store').send(await find(quarantine, params.id));
  });

  app.post<ById>('/admin/quarantine/:id/retry', async ({ params }) => {
    const { id, size } = await find(quarantine, params.id);
    if (size === 0) {
      throw new HttpError(
        409,
        'no-file',
        'There is nothing to try again: the file is empty, or only its note is here.',
      );
    }
    const leave = await admission.enter(size);
    try {
      return await retryQuarantined(parts, id);
    } finally {
      leave();
    }
  });

  app.delete<ById>('/admin/quarantine/:id', async ({ params }) => {
    const entry = await find(quarantine, params.id);
    await quarantine.drop(entry.id);
    return entry;
  });
}

async function find(quarantine: Quarantine, id: string): Promise<QuarantineEntry> {
  try {
    return await quarantine.find(id);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new HttpError(statusOf(error.code), error.code, error.message);
  }
}
