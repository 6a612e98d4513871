// The modality worklist over HTTP: what feeds it puts scheduled procedure steps in, as DICOM JSON, and takes them away.
import { DicomError } from '@strata/dicom/errors';
import { writeDataSet } from '@strata/dicom/json/write-data-set';
import { dictionaryVr } from '@strata/dicom/tags';
import { MetadataError } from '@strata/metadata/errors';
import type { Metadata } from '@strata/metadata/metadata';
import type { DicomJson } from '@strata/metadata/query/types';
import type { WorklistItem } from '@strata/metadata/query/worklist-types';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpError } from './http-error.ts';

export interface WorklistRoutesParts {
  readonly metadata: Metadata;
  /** Told of each step that is new, after it is kept. */
  readonly onScheduled?: (item: WorklistItem) => void;
}

const DEFAULT_LIMIT = 100;
const jsonType = 'application/dicom+json';

interface ById {
  Params: { id: string };
}

/**
 * POST /worklist-items, and GET, PUT and DELETE /worklist-items/ID. GET /worklist-items lists them, earliest start first:
 * `limit` and `after` for pages, every other parameter is a key by its tag, in a sequence `00400100.00080060=CT`.
 */
export function worklistRoutes(app: FastifyInstance, { metadata, onScheduled }: WorklistRoutesParts): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      jsonType,
      { parseAs: 'string' },
      scope.getDefaultJsonParser('error', 'ignore'),
    );

    const put = async (id: string | null, body: unknown, reply: FastifyReply) => {
      const { item, created } = await asked(() => metadata.putWorklistItem(id, dataSetOf(body)));
      if (created) onScheduled?.(item);
      return reply
        .status(created ? 201 : 200)
        .header('location', `/worklist-items/${item.id}`)
        .send(item);
    };
    scope.post('/worklist-items', ({ body }, reply) => put(null, body, reply));
    scope.put<ById>('/worklist-items/:id', ({ params, body }, reply) => put(params.id, body, reply));

    scope.get<ById>('/worklist-items/:id', async ({ params }, reply) => {
      const item = await asked(() => metadata.worklistItem(params.id));
      if (!item) throw notThere(params.id);
      return reply.headers({ 'cache-control': 'no-store' }).send(item);
    });

    scope.delete<ById>('/worklist-items/:id', async ({ params }, reply) => {
      if (!(await asked(() => metadata.deleteWorklistItem(params.id)))) throw notThere(params.id);
      return reply.status(204).send();
    });

    scope.get<{ Querystring: Record<string, string | string[]> }>(
      '/worklist-items',
      async ({ query }, reply) => {
        const { limit, after, ...keys } = query;
        const page = await asked(() =>
          metadata.worklistItems({
            keys: keysOf(keys),
            include: 'all',
            limit: limit === undefined ? DEFAULT_LIMIT : Number(limit),
            ...(after !== undefined && { after: String(after) }),
            count: true,
          }),
        );
        const items = page.matches.map((attributes, index) => ({ id: page.ids[index], attributes }));
        return reply
          .headers({ 'cache-control': 'no-store' })
          .send({ items, total: page.total, next: page.next });
      },
    );
  });
}

/** JSON that can be written as a data set, since modalities get it as one. */
function dataSetOf(body: unknown): DicomJson {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(
      400,
      'invalid',
      'Send one worklist item: an object of attributes in the DICOM JSON model.',
    );
  }
  try {
    writeDataSet(body as DicomJson);
  } catch (error) {
    if (error instanceof DicomError) throw new HttpError(400, 'invalid', error.message);
    throw error;
  }
  return body as DicomJson;
}

function keysOf(parameters: Record<string, string | string[]>): DicomJson {
  const keys: DicomJson = {};
  for (const [name, value] of Object.entries(parameters)) {
    const path = name.toUpperCase().split('.');
    if (path.length > 4 || !path.every((tag) => /^[0-9A-F]{8}$/.test(tag))) {
      throw new HttpError(400, 'invalid', `${name.slice(0, 60)} is no tag of 8 hexadecimal digits.`);
    }
    let item = keys;
    for (const tag of path.slice(0, -1)) {
      const inner = (item[tag]?.Value?.[0] ?? {}) as DicomJson;
      item[tag] = { vr: 'SQ', Value: [inner] };
      item = inner;
    }
    const tag = path.at(-1) ?? '';
    const vr = dictionaryVr(Number.parseInt(tag, 16));
    item[tag] = { vr: /^[A-Z]{2}$/.test(vr) ? vr : 'LO', Value: [value].flat() };
  }
  return keys;
}

/** What the metadata find wrong with a request is the sender's to mend. */
async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MetadataError && error.code === 'invalid')
      throw new HttpError(400, 'invalid', error.message);
    throw error;
  }
}

function notThere(id: string): HttpError {
  return new HttpError(404, 'not-found', `There is no worklist item ${id.slice(0, 64)}.`);
}
