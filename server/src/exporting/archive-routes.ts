// Addresses of archives: GET /gateway/studies/UID/zip and /gateway/series/UID/zip, made while they are sent.
import { totalmem } from 'node:os';
import type { Metadata } from '@strata/metadata/metadata';
import type { FastifyInstance } from 'fastify';
import { begun, sendStream } from '../dicomweb/wado/send-stream.ts';
import { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { checkedUid, notStored } from '../http/gateway-routes.ts';
import { HttpError } from '../http/http-error.ts';
import { archiveFiles } from './archive.ts';
import { zipStream } from './zip-stream.ts';

export interface ArchiveRoutesParts {
  readonly gateway: Gateway;
  readonly metadata: Metadata;
}

/** Archives that are made at once. */
const MAX_ARCHIVES = 16;
/** Objects in memory on their way into archives. */
const MAX_OBJECTS = 64;
const MAX_BYTES = Math.min(2 ** 29, Math.floor(totalmem() / 32));

export function archiveRoutes(app: FastifyInstance, { gateway, metadata }: ArchiveRoutesParts): void {
  const memory = new Admission(MAX_OBJECTS, MAX_BYTES);
  let made = 0;
  for (const kind of ['study', 'series'] as const) {
    const plural = { study: 'studies', series: 'series' }[kind];
    app.get<{ Params: { uid: string }; Querystring: { viewer?: string } }>(
      `/gateway/${plural}/:uid/zip`,
      async ({ params, query }, reply) => {
        const uid = checkedUid(params.uid);
        if (!(await metadata.find(uid, kind))) throw notStored(kind, uid);
        if (made >= MAX_ARCHIVES) {
          throw new HttpError(429, 'busy', `${made} archives are being made. Try again when one is done.`);
        }
        const records = metadata.instancesOf(uid, kind);
        const files = archiveFiles({ gateway, memory }, records, viewerOf(query.viewer));
        const counted = async function* (): AsyncGenerator<Uint8Array> {
          made++;
          try {
            yield* zipStream(files, new Date());
          } finally {
            made--;
          }
        };
        const bytes = await begun(counted());
        void reply.headers({
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="${kind}-${safe(uid)}.zip"`,
          'cache-control': 'no-store',
        });
        return sendStream(reply, bytes);
      },
    );
  }
}

function viewerOf(value: string | undefined): 'with viewer' | 'without viewer' {
  if (value === undefined || value === 'yes') return 'with viewer';
  if (value === 'no') return 'without viewer';
  throw new HttpError(400, 'bad-viewer', `"viewer" is yes or no, not ${JSON.stringify(value.slice(0, 40))}.`);
}

/** What may stand in the name of a file. */
function safe(uid: string): string {
  return uid.replace(/[^0-9A-Za-z.]/g, '_').slice(0, 64);
}
