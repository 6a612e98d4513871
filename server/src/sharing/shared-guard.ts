// Holds every HTTP request that comes with a token of a share to what it opens: reading one study.
import type { Metadata } from '@strata/metadata/metadata';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from '../http/http-error.ts';
import { bearerToken } from './share-token.ts';
import type { SharedAccess } from './shared-access.ts';

/** Routes that name the study, series or instance that they read; what is not here is not for shares. */
const READABLE = /^\/gateway\/(studies|series|instances)\/:uid(\/|$)/;
/** Of the study, but who shared it, with whom, is nobody else's to know. */
const NOT_SHARED = /^\/gateway\/studies\/:uid\/shares(\/|$)/;
const DICOMWEB = /^\/dicom-web\/studies\/:study(\/|$)/;
const kinds = { studies: 'study', series: 'series', instances: 'instance' } as const;

/** Asked before every route. A request without Authorization header is not its business. */
export function sharedGuard(
  app: FastifyInstance,
  { access, metadata }: { readonly access: SharedAccess; readonly metadata: Pick<Metadata, 'find'> },
): void {
  app.addHook('onRequest', async (request) => {
    const token = bearerToken(request.headers.authorization);
    if (token === null || request.method === 'OPTIONS') return;
    const route = request.routeOptions.url ?? '';
    // It says itself what the token opens.
    if (route === '/gateway/shared' && isReading(request)) return;
    const found = await access.of(token);
    if (found.state !== 'open') throw closed(found.state);
    if (!isReading(request) || (await studyOf(request, route, metadata)) !== found.share.studyUid) {
      throw new HttpError(403, 'not-shared', 'This link shows one study only, and nothing else.');
    }
  });
}

/** The answer to a token that opens nothing (any more). */
export function closed(state: 'ended' | 'revoked' | 'unknown'): HttpError {
  if (state === 'ended')
    return new HttpError(410, 'share-ended', 'This link has expired. Ask for a new one.');
  if (state === 'revoked')
    return new HttpError(410, 'share-revoked', 'This link was withdrawn. Ask who sent it for a new one.');
  return new HttpError(404, 'share-unknown', 'This link is not known here. Was it copied whole?');
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function studyOf(
  request: FastifyRequest,
  route: string,
  metadata: Pick<Metadata, 'find'>,
): Promise<string | null> {
  const { uid, study } = request.params as { uid?: string; study?: string };
  if (DICOMWEB.test(route)) return study ?? null;
  const kind = READABLE.exec(route)?.[1];
  if (uid === undefined || kind === undefined || NOT_SHARED.test(route)) return null;
  if (kind === 'studies') return uid;
  return (await metadata.find(uid, kinds[kind as keyof typeof kinds]))?.studyUid ?? null;
}
