// Tells what the service can do (PS3.18 section 8.9): WADL as the standard has it, or the same as JSON.
import type { FastifyInstance } from 'fastify';
import { choose, type Wanted, wantedBy } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';
import { baseOf } from '../resource.ts';
import { transactions } from './transactions.ts';
import { wadlOf } from './wadl.ts';

const WADL = 'application/vnd.sun.wadl+xml';
const offered = [WADL, 'application/json'];

export function capabilitiesRoutes(app: FastifyInstance): void {
  for (const url of ['', '/']) {
    app.route<{ Querystring: { accept?: string } }>({
      method: ['GET', 'OPTIONS'],
      url,
      prefixTrailingSlash: url === '' ? 'no-slash' : 'slash',
      handler: async (request, reply) => {
        const type = choose(wantedBy(request.headers.accept, request.query.accept), typeOf, offered);
        const base = baseOf(request);
        void reply.header('content-type', `${type}; charset=utf-8`).header('allow', 'GET, OPTIONS');
        return type === WADL
          ? reply.send(wadlOf(base, transactions))
          : reply.send(JSON.stringify({ base, transactions }));
      },
    });
  }
}

function typeOf({ type, packaging }: Wanted): string | null {
  if (packaging === 'multipart') return null;
  if (type === 'application/xml' || type === 'text/xml') return WADL;
  return offered.find((each) => includesType(type, each)) ?? null;
}
