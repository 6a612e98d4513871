// Stores instances: multipart/related of DICOM files, or one file as the body (PS3.18 section 10.5).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '../../http/http-error.ts';
import { choose, wantedBy } from '../negotiation/accept.ts';
import { type MediaType, parseMediaType } from '../negotiation/media-type.ts';
import type { Serving } from '../parts.ts';
import { baseOf } from '../resource.ts';
import { DICOM_JSON, jsonType } from '../wado/metadata-routes.ts';
import { heard } from './heard.ts';
import { MultipartError, readMultipart } from './multipart-reader.ts';
import { IN_MEMORY } from './spool.ts';
import { statusOfStore, storeAnswer } from './store-answer.ts';
import { AT_ONCE, Storing } from './store-parts.ts';

const DICOM = 'application/dicom';
const IDLE_MS = 30_000;
/** RFC 2046 allows 70 characters; Orthanc sends 73. */
const MAX_BOUNDARY = 200;
const LIMITS = { maxParts: 10_000, maxHeaderBytes: 16 * 1024 };
/** What a request may hold of files that are not admitted yet. */
const RECEIVING_BYTES = (AT_ONCE + 1) * IN_MEMORY;

interface Store {
  Params: { study?: string };
  Querystring: { accept?: string };
}

export function storeRoutes(app: FastifyInstance, serving: Serving): void {
  for (const path of ['/studies', '/studies/:study']) {
    app.post<Store>(path, async (request, reply) => {
      // Before anything is stored: an answer that the sender cannot read would leave it in the dark.
      const type = choose(wantedBy(request.headers.accept, request.query.accept), jsonType, [DICOM_JSON]);
      const content = contentOf(request.headers['content-type']);
      const leave = await serving.receiving.enter(RECEIVING_BYTES);
      try {
        return await store(request, reply, serving, content, type);
      } finally {
        leave();
      }
    });
  }
}

/** The boundary of a multipart body; null for a single file. */
type Content = { readonly boundary: string | null };

/** @throws HttpError 415, or 400 for a multipart type without a usable boundary */
function contentOf(header: string | undefined): Content {
  const type = parseMediaType(header ?? '');
  if (type?.type === DICOM) return { boundary: null };
  if (
    type?.type === 'multipart/related' &&
    (type.parameters.get('type') ?? DICOM).toLowerCase().startsWith(DICOM)
  ) {
    if (type.parameters.get('type')?.toLowerCase().startsWith(`${DICOM}+`)) throw unsupported(type);
    const boundary = type.parameters.get('boundary') ?? '';
    if (boundary.length >= 1 && boundary.length <= MAX_BOUNDARY) return { boundary };
    throw new HttpError(
      400,
      'no-boundary',
      `The Content-Type names no boundary of 1 to ${MAX_BOUNDARY} characters.`,
    );
  }
  throw unsupported(type);
}

function unsupported(type: MediaType | null): HttpError {
  const named = type === null ? 'This' : type.type;
  return new HttpError(
    415,
    'unsupported-media-type',
    `${named} cannot be stored. Send multipart/related; type="application/dicom" or application/dicom.`,
  );
}

async function store(
  request: FastifyRequest<Store>,
  reply: FastifyReply,
  serving: Serving,
  { boundary }: Content,
  type: string,
): Promise<FastifyReply> {
  const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
  const storing = new Storing(serving, { peer, study: request.params.study ?? null });
  const body = heard(request.raw, IDLE_MS);
  const broken =
    boundary === null
      ? await storing.add(await serving.spool.collect(body)).then(() => null)
      : await receiveParts(body, boundary, storing, serving);
  const outcomes = await storing.outcomes();
  if (broken && !(broken instanceof MultipartError)) throw broken;
  const base = baseOf(request);
  if (broken || outcomes.length === 0) {
    const message = broken?.message ?? 'The multipart body has no part.';
    if (outcomes.length === 0) throw new HttpError(400, 'bad-multipart', message);
    // What was whole is stored and listed, but the request as a whole was not.
    void reply.header('warning', `299 ${base} "${message}"`).header('connection', 'close');
    return reply
      .status(400)
      .type(type)
      .send(JSON.stringify(storeAnswer(base, outcomes)));
  }
  const status = statusOfStore(outcomes);
  if (status === 503) void reply.header('retry-after', '30');
  return reply
    .status(status)
    .type(type)
    .send(JSON.stringify(storeAnswer(base, outcomes)));
}

/** Receives part by part. @returns what broke the body off, or null */
async function receiveParts(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  storing: Storing,
  { spool }: Serving,
): Promise<Error | null> {
  try {
    for await (const part of readMultipart(body, boundary, LIMITS)) {
      const type = parseMediaType(part.headers.get('content-type') ?? DICOM)?.type;
      if (type === DICOM) await storing.add(await spool.collect(part.body));
      else storing.refuse('unsupported-media-type', `A part of type ${type ?? 'unknown'} cannot be stored.`);
    }
    return null;
  } catch (error) {
    return error as Error;
  }
}
