// The gateway over HTTP: files go in, lists of instances and the original files come out.
import { finished } from 'node:stream/promises';
import type { Presentation } from '@strata/dicom/presentation';
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance } from 'fastify';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type IngestAnswer, MAX_FILE_BYTES, statusOf } from '../gateway/outcome.ts';
import { AS_STORED } from '../gateway/retrieval.ts';
import { HttpError } from './http-error.ts';
import { announcedLength, readBody } from './request-body.ts';

const IDLE_MS = 30_000;

export interface GatewayRoutesParts {
  readonly gateway: Gateway;
  readonly metadata: Metadata;
  /** What all requests together may hold in memory. */
  readonly admission: Admission;
}

/** What the list of a study's, a series' or one instance says of each instance. */
export interface ListedInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  /** Of the file that comes back. */
  readonly transferSyntaxUid: string;
  readonly number: number | null;
  readonly frames: number;
  /** How the image was compressed with loss, here or before; null when it was not. */
  readonly lossy: { readonly ratio: number | null; readonly method: string } | null;
  /** Why an image has no frames; null when it has, or is no image. */
  readonly unshown: string | null;
  /** SHA-256 (hex) and length of the file that was sent. */
  readonly file: { readonly digest: string; readonly length: number };
}

export function gatewayRoutes(app: FastifyInstance, parts: GatewayRoutesParts): void {
  const { gateway, metadata, admission } = parts;
  for (const type of ['application/dicom', 'application/octet-stream']) {
    app.addContentTypeParser(type, (_request, body, done) => done(null, body));
  }

  // With `outcome=in-body` a refusal is no error of the request: browsers write those to their console.
  app.post<{ Querystring: { outcome?: string } }>('/gateway/instances', async (request, reply) => {
    const length = announcedLength(request.headers, MAX_FILE_BYTES);
    const leave = await admission.enter(length);
    let answer: IngestAnswer;
    try {
      answer = await gateway.ingest(await readBody(request.raw, length, IDLE_MS), { kind: 'import' });
    } finally {
      leave();
    }
    const isError = answer.outcome === 'refused' && request.query.outcome !== 'in-body';
    const status = isError ? statusOf(answer.code ?? '') : 200;
    return reply.status(status).send(answer);
  });

  for (const kind of ['study', 'series', 'instance'] as const) {
    const plural = { study: 'studies', series: 'series', instance: 'instances' }[kind];
    app.get<{ Params: { uid: string } }>(`/gateway/${plural}/:uid`, async ({ params }) => {
      await find(metadata, kind, params.uid);
      const list: ListedInstance[] = [];
      for await (const record of metadata.instancesOf(params.uid, kind)) list.push(listed(record));
      return list;
    });
  }

  app.get<{
    Params: { uid: string };
    Querystring: { 'transfer-syntax'?: string };
  }>('/gateway/instances/:uid/file', async ({ params, query }, reply) => {
    const record = await metadata.instance(checkedUid(params.uid));
    if (!record) throw notStored('instance', params.uid);
    const leave = await admission.enter(record.file.length);
    try {
      const { file, digest } = await gateway.proven(record, query['transfer-syntax'] ?? AS_STORED);
      void reply
        .headers({ ...fileHeaders, 'repr-digest': `sha-256=:${base64(digest)}:` })
        .send(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
      // Until it has left, it is in memory; a receiver that goes away frees it too.
      await finished(reply.raw).catch(() => undefined);
      return reply;
    } finally {
      leave();
    }
  });
}

const fileHeaders = { 'content-type': 'application/dicom', 'cache-control': 'no-store' };

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

async function find(metadata: Metadata, kind: 'study' | 'series' | 'instance', uid: string): Promise<void> {
  if (!(await metadata.find(checkedUid(uid), kind))) throw notStored(kind, uid);
}

export function checkedUid(uid: string): string {
  // As lenient as the files that are taken in: some carry UIDs that PS3.5 section 9.1 does not allow.
  if (uid.length > 128) throw new HttpError(400, 'bad-uid', 'A UID has at most 64 characters.');
  return uid;
}

export function notStored(kind: string, uid: string): HttpError {
  return new HttpError(404, 'not-found', `No ${kind} ${uid} is stored here.`);
}

function listed(record: InstanceRecord): ListedInstance {
  // Records of earlier versions lack the marks.
  const presentation = record.instance.presentation as Partial<Presentation>;
  return {
    studyInstanceUid: record.study.uid,
    seriesInstanceUid: record.series.uid,
    sopInstanceUid: record.instance.uid,
    sopClassUid: record.instance.sopClassUid,
    transferSyntaxUid: record.transferSyntaxUid,
    number: record.instance.number,
    frames: record.instance.frames,
    lossy: presentation.lossy ?? null,
    unshown: presentation.unshown ?? null,
    file: record.file,
  };
}
