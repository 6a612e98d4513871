// Retrieves metadata: the data sets in the DICOM JSON model, instance by instance while they are read.
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { choose, wantedBy } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';
import type { Serving } from '../parts.ts';
import { baseOf, instanceUrl, type Resource, recordsOf } from '../resource.ts';
import { type Held, inOrder } from './in-order.ts';
import { begun, sendStream } from './send-stream.ts';

export const DICOM_JSON = 'application/dicom+json';
/** Instances that are read at once: enough for all workers to be busy. */
const AHEAD = 8;

export function metadataRoutes(app: FastifyInstance, serving: Serving): void {
  for (const path of [
    '/studies/:study/metadata',
    '/studies/:study/series/:series/metadata',
    '/studies/:study/series/:series/instances/:instance/metadata',
  ]) {
    app.get<{ Params: Resource; Querystring: { accept?: string } }>(path, async (request, reply) => {
      const { params, headers, query } = request;
      const type = choose(wantedBy(headers.accept, query.accept), jsonType, [DICOM_JSON]);
      const base = baseOf(request);
      const work = async (record: InstanceRecord): Promise<Held<Uint8Array>> => ({
        result: await metadataOf(serving, record, `${instanceUrl(base, record)}/bulkdata/`),
        release: () => undefined,
      });
      const records = recordsOf(serving.metadata, params);
      const array = await begun(jsonArray(inOrder(records, AHEAD, work)));
      void reply
        .header('content-type', type)
        .header('cache-control', 'no-store')
        .header('vary', 'accept-encoding');
      if (!takesGzip(request)) return sendStream(reply, array);
      void reply.header('content-encoding', 'gzip');
      return sendStream(reply, gzipped(array));
    });
  }
}

/** JSON by its DICOM name, or its plain one for those who ask so. */
export function jsonType({ type, packaging }: { type: string; packaging: string }): string | null {
  if (packaging === 'multipart') return null;
  if (includesType(type, DICOM_JSON)) return DICOM_JSON;
  return type === 'application/json' ? type : null;
}

async function metadataOf({ gateway, presenting }: Serving, record: InstanceRecord, bulkDataBase: string) {
  const hasPixels = record.format !== null;
  return presenting.metadata(await gateway.dataSet(record), { bulkDataBase, hasPixels });
}

async function* jsonArray(values: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let before = '[';
  for await (const value of values) {
    yield Buffer.concat([Buffer.from(before), value]);
    before = ',\n';
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}

function takesGzip({ headers }: FastifyRequest): boolean {
  const encodings = String(headers['accept-encoding'] ?? '').toLowerCase();
  return encodings.split(',').some((each) => /^\s*(gzip|\*)\s*(;\s*q=(1|0?\.\d*[1-9]).*)?$/.test(each));
}

async function* gzipped(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 4 });
  // What fails on the way in comes out here: the generator below throws it.
  pipeline(bytes, gzip, () => undefined);
  yield* gzip;
}
