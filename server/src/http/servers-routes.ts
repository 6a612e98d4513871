// The servers of the pool, for `strata servers`, `drain` and `restart`: seen, drained, declared gone, started again.
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import type { PoolOverview, ServerRecord, ServerState } from '@strata/metadata/pool/model';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

export interface ServersRoutesParts {
  readonly metadata: Metadata;
  /** As they were known last. */
  readonly servers: () => readonly ServerRecord[];
  /** Whether the database hears this server; while it does not, all look dead to it, and none is. */
  readonly isHeard: () => boolean;
  /** Of each blob, as far as there are servers. */
  readonly wantedCopies: number;
  /** Has a server of the pool start again. @throws HttpError, WireError */
  readonly restart: (server: ServerRecord) => Promise<void>;
}

/** A line of `strata servers`; bytes of blobs; both 0 where they were not asked for. */
export interface ListedServer extends ServerRecord {
  readonly replicas: number;
  readonly bytes: number;
  /** Whether the database is away, and this is how the server that answers heard it last. */
  readonly isStale: boolean;
}

/** The answer to a change of state. */
export interface Changed {
  readonly id: string;
  readonly state: ServerState;
  /** Other image servers that take blobs. */
  readonly left: number;
  /** Of those, how many are not heard now. */
  readonly away: number;
  readonly wantedCopies: number;
}

interface ById {
  Params: { id: string };
}

const listSchema = {
  type: 'object',
  /** All replicas are read to count them: not for who asks again and again. */
  properties: { counts: { type: 'boolean', default: true } },
};
const stateSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['state'],
  properties: {
    state: { type: 'string', enum: ['in', 'draining', 'out'] },
    /** For `out`: give up blobs that only this server has. */
    giveUp: { type: 'boolean' },
  },
};

export function serversRoutes(app: FastifyInstance, parts: ServersRoutesParts): void {
  const { metadata, restart } = parts;

  app.get<{ Querystring: { counts: boolean } }>(
    '/admin/servers',
    { schema: { querystring: listSchema } },
    async ({ query }, reply) => {
      const { servers, isStale } = await currentServers(parts);
      const counts = query.counts ? await countsOf(metadata) : [];
      const list = servers.map((server): ListedServer => {
        const { replicas, bytes } = counts.find(({ id }) => id === server.id) ?? { replicas: 0, bytes: 0 };
        return { ...server, replicas, bytes, isStale };
      });
      return reply.header('cache-control', 'no-store').send(list);
    },
  );

  app.post<ById & { Body: { state: ServerState; giveUp?: boolean } }>(
    '/admin/servers/:id/state',
    { schema: { body: stateSchema } },
    async ({ params, body }) => {
      const servers = await metadata.pool.servers();
      const server = found(servers, params.id);
      const others = othersIn(servers, server);
      const [left, away] = [others.length, others.filter(({ isAlive }) => !isAlive).length];
      if (body.state === 'draining' && left === 0) throw lastOne(server);
      if (body.state === 'out' && !body.giveUp) await refuseOnlyHolder(metadata, server);
      await metadata.pool.setState(server.id, body.state);
      const { wantedCopies } = parts;
      return { id: server.id, state: body.state, left, away, wantedCopies } satisfies Changed;
    },
  );

  app.post<ById>('/admin/servers/:id/restart', async ({ params }, reply) => {
    await restart(found((await currentServers(parts)).servers, params.id));
    return reply.status(202).send({});
  });
}

async function countsOf(metadata: Metadata): Promise<PoolOverview['servers']> {
  return (await metadata.pool.overview().catch(unlessAway({ servers: [] }))).servers;
}

/** From the database, or while it is away as they were known last. */
async function currentServers({ metadata, servers: known, isHeard }: ServersRoutesParts) {
  const current = isHeard() ? await metadata.pool.servers().catch(unlessAway(null)) : null;
  return { servers: current ?? known(), isStale: current === null };
}

function unlessAway<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof MetadataError && error.code === 'unavailable') return instead;
    throw error;
  };
}

function found(servers: readonly ServerRecord[], id: string): ServerRecord {
  const server = servers.find((one) => one.id === id);
  if (server) return server;
  throw new HttpError(
    404,
    'not-found',
    `There is no server ${id.slice(0, 100)} in the pool. See: strata servers.`,
  );
}

/** The other image servers that take blobs, or do when they are back. */
function othersIn(servers: readonly ServerRecord[], { id }: ServerRecord): ServerRecord[] {
  return servers.filter((one) => one.id !== id && one.state === 'in' && one.roles.includes('image'));
}

function lastOne({ name }: ServerRecord): HttpError {
  return new HttpError(409, 'no-other', `There is no other image server that could take what ${name} has.`);
}

async function refuseOnlyHolder(metadata: Metadata, { id, name }: ServerRecord): Promise<void> {
  const blobs = await metadata.pool.onlyAt(id);
  if (blobs === 0) return;
  throw new HttpError(
    409,
    'only-holder',
    `${blobs} blobs are on ${name} only and would be lost. Drain it first (strata drain), or, when it will never come back, give them up with --give-up.`,
  );
}
