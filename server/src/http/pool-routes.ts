// How the pool stands, for `strata pool`: what waits to be settled, and what the upkeep of each server does and found.
import type { Metadata } from '@strata/metadata/metadata';
import type { PoolOverview, ServerRecord, SweepState } from '@strata/metadata/pool/model';
import type { FastifyInstance } from 'fastify';
import type { UpkeepState } from '../pool/upkeep/upkeep.ts';
import { HttpError } from './http-error.ts';

export interface PoolRoutesParts {
  readonly metadata: Metadata;
  /** As they were known last. */
  readonly servers: () => readonly ServerRecord[];
  /** What a server says of its upkeep; null when it does none. Throws when it cannot be reached. */
  readonly upkeepOf: (server: ServerRecord) => Promise<UpkeepState | null>;
  /** Begins to read all copies of this server again. @returns false when it has none */
  readonly scrubNow: () => boolean;
  /** How many blobs have fewer copies than are wanted. */
  readonly fewCopies: () => Promise<number>;
}

/** What `strata pool` shows. */
export interface PoolReport {
  readonly overview: PoolOverview;
  readonly sweep: SweepState | null;
  /** Blobs with fewer copies than are wanted, as it is now. */
  readonly few: number;
  readonly servers: {
    readonly id: string;
    readonly name: string;
    readonly isAlive: boolean;
    /** Null when it cannot be reached, or does none. */
    readonly upkeep: UpkeepState | null;
  }[];
}

export function poolRoutes(
  app: FastifyInstance,
  { metadata, servers, upkeepOf, scrubNow, fewCopies }: PoolRoutesParts,
): void {
  app.get('/admin/pool', async (_request, reply) => {
    const [overview, sweep, few, states] = await Promise.all([
      metadata.pool.overview(),
      metadata.pool.sweep(),
      fewCopies(),
      Promise.all(
        servers().map(async (server) => {
          const { id, name, isAlive } = server;
          const upkeep = isAlive ? await upkeepOf(server).catch(() => null) : null;
          return { id, name, isAlive, upkeep };
        }),
      ),
    ]);
    const report: PoolReport = { overview, sweep, few, servers: states };
    return reply.header('cache-control', 'no-store').send(report);
  });

  app.post('/admin/pool/scrub', async (_request, reply) => {
    if (!scrubNow()) throw new HttpError(409, 'no-disks', 'This server has no disks with blobs.');
    return reply.status(202).send({});
  });
}
