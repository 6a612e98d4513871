// What people save with a study, over HTTP: POST makes a DICOM object and stores it like one that was received, GET reads
// all objects of the kind back.
import { ProtocolError } from '@strata/protocol/errors';
import { type SavedReceipt, type SavedRequest, savedRequest } from '@strata/protocol/saved';
import type { FastifyInstance } from 'fastify';
import { KeyLock } from '../gateway/key-lock.ts';
import { checkedUid, notStored } from '../http/gateway-routes.ts';
import { HttpError } from '../http/http-error.ts';
import { readSaved } from './read-saved.ts';
import { makeVersion, type SavingParts, storeVersion } from './save.ts';
import { savedBefore } from './saved-before.ts';
import type { SavedKind } from './saved-kind.ts';

/** Bytes of a request: a thousand measurements with long outlines. */
const MAX_BODY = 8 * 2 ** 20;

const locks = new KeyLock();

/** POST and GET /gateway/studies/UID/saved/KIND. */
export function savedRoute<Content>(
  app: FastifyInstance,
  parts: SavingParts,
  kind: SavedKind<Content>,
): void {
  const address = `/gateway/studies/:uid/saved/${kind.name}`;
  const check = savedRequest(kind.check);

  app.get<{ Params: { uid: string } }>(address, async ({ params }, reply) => {
    const study = checkedUid(params.uid);
    if (!(await parts.metadata.find(study, 'study'))) throw notStored('study', study);
    return reply.headers({ 'cache-control': 'no-store' }).send(await readSaved(parts, kind, study));
  });

  app.post<{ Params: { uid: string } }>(address, { bodyLimit: MAX_BODY }, async ({ params, body }, reply) => {
    const study = checkedUid(params.uid);
    const request = checked(check, body);
    // One after the other: the second sees what the first has saved, also where both are the same request.
    const release = await locks.take(`${kind.name} ${study}`);
    try {
      const before = await savedBefore(parts, kind, study, request);
      if (before) return reply.send(before);
      return reply.status(201).send(await save(parts, kind, study, request));
    } finally {
      release();
    }
  });
}

async function save<Content>(
  parts: SavingParts,
  kind: SavedKind<Content>,
  study: string,
  request: SavedRequest<Content>,
): Promise<SavedReceipt> {
  if (kind.admit) kind.admit(request, (await readSaved(parts, kind, study)).objects);
  const version = await makeVersion(parts, kind, study, request);
  try {
    await storeVersion(parts, version);
    return version.receipt;
  } catch (error) {
    // Another server may have been asked at the same time.
    const isThere = error instanceof HttpError && error.code === 'conflict';
    const other = isThere ? await savedBefore(parts, kind, study, request) : null;
    if (!other) throw error;
    return other;
  }
}

function checked<Content>(
  check: (body: unknown) => SavedRequest<Content>,
  body: unknown,
): SavedRequest<Content> {
  try {
    return check(body);
  } catch (error) {
    if (error instanceof ProtocolError)
      throw new HttpError(400, 'invalid', `What is to be saved: ${error.message}`);
    throw error;
  }
}
