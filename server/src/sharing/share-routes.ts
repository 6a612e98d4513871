// Links over HTTP: made, listed and revoked by who is at the workstation; told what they open to who has one.
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import { MAX_MADE_BY, MAX_NOTE, MAX_SHARE_DAYS, type Share } from '@strata/metadata/shares/share';
import type { FastifyInstance } from 'fastify';
import { errorBody, HttpError } from '../http/http-error.ts';
import { bearerToken, hashOfToken, newToken } from './share-token.ts';
import type { SharedAccess } from './shared-access.ts';
import { closed } from './shared-guard.ts';

export interface ShareRoutesParts {
  readonly metadata: Metadata;
  readonly access: SharedAccess;
}

/** The answer to a new link: the only time that its token is told. */
interface MadeShare {
  readonly share: Share;
  /** The address of the link below that of this server. */
  readonly path: string;
}

/** What a link opens, as who has it is told. */
interface SharedStudy {
  readonly studyUid: string;
  readonly madeBy: string;
  readonly expiresAt: string;
}

interface NewShareBody {
  readonly seconds?: number;
  readonly until?: string;
  readonly madeBy?: string;
  readonly note?: string;
}

const newShare = {
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['seconds'] }, { required: ['until'] }],
  properties: {
    /** From now, by the clock of the database; or a moment with its offset from UTC. */
    until: { type: 'string', maxLength: 40 },
    seconds: { type: 'integer', minimum: 1, maximum: MAX_SHARE_DAYS * 86_400 },
    madeBy: { type: 'string', maxLength: MAX_MADE_BY },
    note: { type: 'string', maxLength: MAX_NOTE },
  },
};
const noStore = { 'cache-control': 'no-store' };

export function shareRoutes(app: FastifyInstance, { metadata, access }: ShareRoutesParts): void {
  const studyUid = async (uid: string): Promise<string> => {
    if ((await metadata.find(uid, 'study')) === null)
      throw new HttpError(404, 'not-found', `No study ${uid.slice(0, 64)} is stored here.`);
    return uid;
  };

  app.post<{ Params: { uid: string }; Body: NewShareBody }>(
    '/gateway/studies/:uid/shares',
    { schema: { body: newShare } },
    async ({ params, body }, reply) => {
      const token = newToken();
      const share = await asked(async () =>
        metadata.shares.make({
          studyUid: await studyUid(params.uid),
          tokenHash: hashOfToken(token) ?? new Uint8Array(),
          madeBy: body.madeBy ?? '',
          note: body.note ?? '',
          ends: body.until === undefined ? { seconds: body.seconds ?? 0 } : { until: body.until },
        }),
      );
      return reply
        .status(201)
        .headers(noStore)
        .send({ share, path: `/shared/${token}` } satisfies MadeShare);
    },
  );

  app.get<{ Params: { uid: string } }>('/gateway/studies/:uid/shares', async ({ params }, reply) => {
    return reply.headers(noStore).send(await metadata.shares.of(await studyUid(params.uid)));
  });

  app.delete<{ Params: { uid: string; id: string } }>(
    '/gateway/studies/:uid/shares/:id',
    async ({ params }, reply) => {
      const share = await metadata.shares.revoke(params.uid, params.id);
      if (!share) throw new HttpError(404, 'not-found', 'The study has no such link.');
      return reply.headers(noStore).send(share);
    },
  );

  // With `outcome=in-body` a link that is closed is no error of the request: browsers write those to their console.
  app.get<{ Querystring: { outcome?: string } }>('/gateway/shared', async (request, reply) => {
    const found = await access.of(bearerToken(request.headers.authorization) ?? '');
    if (found.state !== 'open') {
      const error = closed(found.state);
      if (request.query.outcome !== 'in-body') throw error;
      return reply.headers(noStore).send(errorBody(error.code, error.message));
    }
    const { studyUid: uid, madeBy, expiresAt } = found.share;
    return reply.headers(noStore).send({ studyUid: uid, madeBy, expiresAt } satisfies SharedStudy);
  });
}

async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MetadataError && error.code === 'invalid')
      throw new HttpError(409, 'invalid', error.message);
    throw error;
  }
}
