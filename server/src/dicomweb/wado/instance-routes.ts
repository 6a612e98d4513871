// Retrieves whole instances: of a study, a series, or one (PS3.18 section 10.4.1.1.1).
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RefusedError } from '../../gateway/outcome.ts';
import { choose, notAcceptable, type Wanted, wantedBy } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';
import type { Serving } from '../parts.ts';
import { type Resource, recordsOf } from '../resource.ts';
import { type Held, inOrder } from './in-order.ts';
import { multipartBody, multipartType, newBoundary, type Part } from './multipart-writer.ts';
import { begun, sendStream } from './send-stream.ts';
import { EXPLICIT_LITTLE } from './transfer-syntaxes.ts';

const DICOM = 'application/dicom';
/** Files that are made ahead of the one that is sent. */
const AHEAD = 3;
const offered = [
  'multipart/related; type="application/dicom"',
  'multipart/related; type="application/dicom"; transfer-syntax=*',
  'application/dicom (of one instance)',
];

interface Form {
  readonly single: boolean;
  readonly transferSyntax: string | null;
}

export function instanceRoutes(app: FastifyInstance, serving: Serving): void {
  for (const path of [
    '/studies/:study',
    '/studies/:study/series/:series',
    '/studies/:study/series/:series/instances/:instance',
  ]) {
    app.get<{ Params: Resource; Querystring: { accept?: string } }>(path, async (request, reply) => {
      const { params, headers, query } = request;
      const form = choose(
        wantedBy(headers.accept, query.accept),
        (wanted) => formOf(wanted, params),
        offered,
      );
      const records = recordsOf(serving.metadata, params);
      const work = (record: InstanceRecord) => fileOf(serving, record, form.transferSyntax);
      const files = await begun(inOrder(records, AHEAD, work));
      return form.single ? sendOne(reply, files) : sendAll(reply, files);
    });
  }
}

function formOf({ type, packaging, transferSyntax }: Wanted, { instance }: Resource): Form | null {
  if (!includesType(type, DICOM)) return null;
  if (packaging !== 'single') return { single: false, transferSyntax };
  return instance === undefined ? null : { single: true, transferSyntax };
}

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly transferSyntaxUid: string;
}

/** @throws HttpError 406 when the instance cannot be given in the transfer syntax that was named */
async function fileOf(
  { gateway, outgoing }: Serving,
  record: InstanceRecord,
  wanted: string | null,
): Promise<Held<Outgoing>> {
  const leave = await outgoing.enter(record.file.length);
  const transferSyntaxUid = wanted === '*' ? record.transferSyntaxUid : (wanted ?? EXPLICIT_LITTLE);
  try {
    const bytes = await gateway.exported(record, transferSyntaxUid);
    return { result: { bytes, transferSyntaxUid }, release: leave };
  } catch (error) {
    try {
      if (!(error instanceof RefusedError) || error.code !== 'unsupported-transfer-syntax') throw error;
      if (wanted !== null) throw notAcceptable(offered);
      // Nobody said which one, and it cannot be decoded: then as it is (PS3.18 section 8.7.3).
      const bytes = await gateway.original(record);
      return { result: { bytes, transferSyntaxUid: record.transferSyntaxUid }, release: leave };
    } catch (last) {
      leave();
      throw last;
    }
  }
}

function sendAll(reply: FastifyReply, files: AsyncGenerator<Outgoing>): FastifyReply {
  const boundary = newBoundary();
  const parts = async function* (): AsyncGenerator<Part> {
    for await (const { bytes, transferSyntaxUid } of files) {
      yield { headers: { 'Content-Type': contentType(transferSyntaxUid) }, body: bytes };
    }
  };
  void reply.header('content-type', multipartType(DICOM, boundary)).header('cache-control', 'no-store');
  return sendStream(reply, multipartBody(boundary, parts()));
}

async function sendOne(reply: FastifyReply, files: AsyncGenerator<Outgoing>): Promise<FastifyReply> {
  const { value } = (await files.next()) as IteratorYieldResult<Outgoing>;
  void reply
    .header('content-type', contentType(value.transferSyntaxUid))
    .header('content-length', value.bytes.length)
    .header('cache-control', 'no-store');
  return sendStream(reply, held(value.bytes, files));
}

/** The bytes, and then whatever held them is let go. */
async function* held(bytes: Uint8Array, files: AsyncGenerator<Outgoing>): AsyncGenerator<Uint8Array> {
  try {
    yield bytes;
  } finally {
    await files.return(undefined);
  }
}

function contentType(transferSyntaxUid: string): string {
  return `${DICOM}; transfer-syntax=${transferSyntaxUid}`;
}
