// Retrieves bulk data: values that the metadata name by address, and the pixels of all frames (PS3.18 section 10.4.1.1.5).
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RefusedError } from '../../gateway/outcome.ts';
import { HttpError } from '../../http/http-error.ts';
import { choose, notAcceptable, type Wanted, wantedBy } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';
import type { Serving } from '../parts.ts';
import { isElementPath } from '../presenting/bulk-data.ts';
import { baseOf, instanceUrl, type Resource, recordOf } from '../resource.ts';
import { sendFrames } from './frame-routes.ts';
import { multipartBody, multipartType, newBoundary } from './multipart-writer.ts';
import { begun, sendStream } from './send-stream.ts';
import { EXPLICIT_LITTLE, formTexts, OCTETS, storedForm } from './transfer-syntaxes.ts';

const PIXEL_DATA = '7FE00010';
const offered = [`multipart/related; type="${OCTETS}"`, OCTETS];

export function bulkDataRoutes(app: FastifyInstance, serving: Serving): void {
  app.get<{ Params: Resource & { '*': string }; Querystring: { accept?: string } }>(
    '/studies/:study/series/:series/instances/:instance/bulkdata/*',
    async (request, reply) => {
      const { params, headers, query } = request;
      const path = params['*'].toUpperCase();
      if (!isElementPath(path)) {
        throw new HttpError(
          400,
          'bad-path',
          'Bulk data is named by tags and items: bulkdata/00880200/0/7FE00010',
        );
      }
      const record = await recordOf(serving.metadata, params);
      const wanted = wantedBy(headers.accept, query.accept);
      if (path === PIXEL_DATA && record.format !== null) {
        const base = instanceUrl(baseOf(request), record);
        return sendPixels(reply, serving, { record, wanted, base });
      }
      const single = choose(wanted, packagingOf, offered) === 'single';
      const value = await serving.presenting.bulkData(await serving.gateway.dataSet(record), path);
      if (value === null) throw new HttpError(404, 'not-found', `The instance has no element ${path}.`);
      return single ? reply.type(OCTETS).send(Buffer.from(value)) : sendPart(reply, bytesOf(value));
    },
  );
}

function packagingOf({ type, packaging, transferSyntax }: Wanted): 'single' | 'multipart' | null {
  const plain = transferSyntax === null || transferSyntax === '*' || transferSyntax === EXPLICIT_LITTLE;
  if (!plain || !includesType(type, OCTETS)) return null;
  return packaging === 'single' ? 'single' : 'multipart';
}

/** Compressed frames each in a part of their own, raw ones one behind the other in a single part. */
async function sendPixels(
  reply: FastifyReply,
  serving: Serving,
  request: { record: InstanceRecord; wanted: readonly Wanted[]; base: string },
): Promise<FastifyReply> {
  const { record, wanted } = request;
  const [first] = wanted;
  const anyForm = first?.transferSyntax === '*' && storedForm(record.transferSyntaxUid) !== null;
  const packaging = first && !anyForm ? packagingOf(first) : null;
  if (packaging === null) {
    const frames = Array.from({ length: record.instance.frames }, (_, index) => index);
    return sendFrames(reply, serving, { ...request, frames });
  }
  const raw = await begun(rawFrames(serving, record)).catch((error) => {
    const impossible = error instanceof RefusedError && error.code === 'unsupported-transfer-syntax';
    throw impossible ? notAcceptable(formTexts(record.transferSyntaxUid)) : error;
  });
  if (packaging === 'multipart') return sendPart(reply, raw);
  return sendStream(reply.type(OCTETS), raw);
}

async function* rawFrames({ gateway }: Serving, record: InstanceRecord): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < record.instance.frames; index++) {
    yield await gateway.frame(record, index, EXPLICIT_LITTLE);
  }
}

async function* bytesOf(value: Uint8Array): AsyncGenerator<Uint8Array> {
  yield value;
}

function sendPart(reply: FastifyReply, body: AsyncGenerator<Uint8Array>): FastifyReply {
  const boundary = newBoundary();
  const parts = async function* () {
    yield { headers: { 'Content-Type': OCTETS }, body };
  };
  void reply.header('content-type', multipartType(OCTETS, boundary)).header('cache-control', 'no-store');
  return sendStream(reply, multipartBody(boundary, parts()));
}
