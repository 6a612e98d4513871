// What waits to be forwarded or prefetched, for `strata routes` and administrators: seen, tried again now, given up.
import type { ErrandFilter, ErrandState } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

export interface RoutingRoutesParts {
  readonly metadata: Metadata;
  /** Tries what is due at once, also at destinations that were away. */
  readonly hurryErrands: () => void;
  /** Where the rules send to, or fetch from. */
  readonly destinations: readonly string[];
}

interface Filter {
  readonly target?: string;
  readonly state?: ErrandState;
  readonly ids?: number[];
}

const filterSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    target: { type: 'string', maxLength: 1024 },
    state: { type: 'string', enum: ['waiting', 'failed'] },
    ids: { type: 'array', items: { type: 'integer' }, maxItems: 1000 },
  },
};
const listSchema = {
  type: 'object',
  properties: {
    target: { type: 'string', maxLength: 1024 },
    state: { type: 'string', enum: ['waiting', 'done', 'failed'] },
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    after: { type: 'integer', minimum: 0, default: 0 },
  },
};

export function routingRoutes(
  app: FastifyInstance,
  { metadata, hurryErrands, destinations }: RoutingRoutesParts,
): void {
  const refuseUnknown = async ({ target }: Filter): Promise<void> => {
    if (target === undefined || destinations.includes(target)) return;
    if ((await metadata.errands.targets()).some((one) => one.target === target)) return;
    throw new HttpError(
      404,
      'not-found',
      `Nothing waits for ${target.slice(0, 100)}, and no rule names it. See: strata routes.`,
    );
  };

  app.get('/admin/routes', async (_request, reply) => {
    return reply.header('cache-control', 'no-store').send(await metadata.errands.targets());
  });

  app.get<{ Querystring: Filter & { limit: number; after: number } }>(
    '/admin/routes/errands',
    { schema: { querystring: listSchema } },
    async ({ query: { limit, after, ...filter } }, reply) => {
      return reply
        .header('cache-control', 'no-store')
        .send(await metadata.errands.list(given(filter), limit, after));
    },
  );

  app.post<{ Body: Filter }>('/admin/routes/retry', { schema: { body: filterSchema } }, async ({ body }) => {
    await refuseUnknown(body);
    const errands = await metadata.errands.retry(given(body));
    hurryErrands();
    return { errands };
  });

  app.post<{ Body: Filter }>('/admin/routes/drop', { schema: { body: filterSchema } }, async ({ body }) => {
    await refuseUnknown(body);
    return { errands: await metadata.errands.drop(given(body)) };
  });
}

function given({ target, state, ids }: Filter): ErrandFilter {
  return {
    ...(target === undefined ? {} : { target }),
    ...(state === undefined ? {} : { state }),
    ...(ids === undefined ? {} : { ids }),
  };
}
