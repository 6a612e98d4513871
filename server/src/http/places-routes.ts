// Where the images of a study are, for people who ask: which servers and sites have how much of it, on which kind of disk.
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { StudyCopies, StudyPlaces } from '@strata/metadata/pool/study-copies';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

interface PlacesRoutesParts {
  readonly metadata: Metadata;
  /** As they were known last. */
  readonly servers: () => readonly ServerRecord[];
  /** Of each blob. */
  readonly wantedCopies: number;
}

/** The answer: places with the servers by name. */
interface NamedPlaces extends StudyPlaces {
  /** Copies of each blob that are wanted when there are servers enough. */
  readonly wanted: number;
  readonly copies: readonly (StudyCopies & {
    readonly name: string;
    readonly site: string;
    readonly isAlive: boolean;
  })[];
}

/** GET /admin/studies/UID/places. */
export function placesRoutes(
  app: FastifyInstance,
  { metadata, servers, wantedCopies }: PlacesRoutesParts,
): void {
  app.get<{ Params: { uid: string } }>('/admin/studies/:uid/places', async ({ params: { uid } }, reply) => {
    const places = /^[0-9.]{1,64}$/.test(uid) ? await metadata.pool.studyPlaces(uid) : null;
    if (!places) throw new HttpError(404, 'not-found', `There is no study ${uid.slice(0, 64)}.`);
    const known = new Map(servers().map((server) => [server.id, server]));
    const copies = places.copies.map((copy) => {
      const { name, site, isAlive } = known.get(copy.server) ?? {
        name: copy.server,
        site: '',
        isAlive: false,
      };
      return { ...copy, name, site, isAlive };
    });
    const named: NamedPlaces = { ...places, wanted: wantedCopies, copies };
    return reply.header('cache-control', 'no-store').send(named);
  });
}
