// Retrieves rendered images and thumbnails of a study, a series, an instance or frames (PS3.18 sections 10.4.1.1.3, 10.4.1.1.4).
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '../../http/http-error.ts';
import { notAcceptable, type Wanted, wantedBy } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';
import type { Serving } from '../parts.ts';
import { ignoredParameters, type RenderingQuery, readRenderingParameters } from '../rendering/parameters.ts';
import type { RenderOptions } from '../rendering/render-request.ts';
import { baseOf, type Resource, recordsOf } from '../resource.ts';
import { frameList } from './frame-routes.ts';
import { inOrder } from './in-order.ts';
import { multipartBody, multipartType, newBoundary, type Part } from './multipart-writer.ts';
import { renderFrame } from './render-frame.ts';
import { begun, sendStream } from './send-stream.ts';

const AHEAD = 2;
const THUMBNAIL = { width: 256, height: 256, region: null };
const types = ['image/jpeg', 'image/png'] as const;
const offered = [...types, ...types.map((type) => `multipart/related; type="${type}"`)];

type Params = Resource & { readonly frames?: string };
interface Rendering {
  Params: Params;
  Querystring: RenderingQuery;
}
/** A frame of an instance, from 0. */
interface Place {
  readonly record: InstanceRecord;
  readonly frame: number;
}

const resources = [
  '/studies/:study',
  '/studies/:study/series/:series',
  '/studies/:study/series/:series/instances/:instance',
  '/studies/:study/series/:series/instances/:instance/frames/:frames',
];

export function renderedRoutes(app: FastifyInstance, serving: Serving): void {
  for (const resource of resources) {
    app.get<Rendering>(`${resource}/rendered`, async (request, reply) => {
      const options = readRenderingParameters(request.query);
      warnOfIgnored(request, reply);
      return sendImages(request, reply, serving, options);
    });
    app.get<Rendering>(`${resource}/thumbnail`, async (request, reply) => {
      const options = readRenderingParameters(request.query);
      warnOfIgnored(request, reply);
      const viewport = options.viewport ?? THUMBNAIL;
      const mediaType = wanted(request)
        .map(typeOf)
        .find((type) => type !== null);
      if (!mediaType) throw notAcceptable([...types]);
      const place = await representative(placesOf(serving, request.params));
      const image = await renderFrame(serving, place.record, place.frame, {
        ...options,
        viewport,
        mediaType,
      });
      return sendImage(reply, mediaType, image);
    });
  }
}

function wanted({ headers, query }: FastifyRequest<Rendering>): Wanted[] {
  return wantedBy(headers.accept, query.accept);
}

function warnOfIgnored(request: FastifyRequest<Rendering>, reply: FastifyReply): void {
  const ignored = ignoredParameters(request.query);
  if (ignored.length === 0) return;
  void reply.header('warning', `299 ${baseOf(request)} "Not supported and ignored: ${ignored.join(', ')}"`);
}

/** JPEG unless PNG is asked for. */
function typeOf({ type }: Wanted): RenderOptions['mediaType'] | null {
  return types.find((each) => includesType(type, each)) ?? null;
}

async function sendImages(
  request: FastifyRequest<Rendering>,
  reply: FastifyReply,
  serving: Serving,
  options: Omit<RenderOptions, 'mediaType'>,
): Promise<FastifyReply> {
  const { params } = request;
  const many = params.instance === undefined || (params.frames ?? '').includes(',');
  for (const each of wanted(request)) {
    const mediaType = typeOf(each);
    const single = each.packaging === 'single' || (each.packaging === 'any' && !many);
    if (mediaType === null || (single && many)) continue;
    const work = async ({ record, frame }: Place) => ({
      result: await renderFrame(serving, record, frame, { ...options, mediaType }),
      release: () => undefined,
    });
    const images = await begun(inOrder(placesOf(serving, params), AHEAD, work));
    if (!single) return sendMany(reply, mediaType, images);
    const first = await images.next();
    await images.return(undefined);
    if (first.done) throw noImage();
    return sendImage(reply, mediaType, first.value);
  }
  throw notAcceptable(many ? offered.slice(types.length) : offered);
}

/** The first frame of every instance that has any, or the frames that are asked for. */
async function* placesOf({ metadata }: Serving, params: Params): AsyncGenerator<Place> {
  let none = true;
  for await (const record of recordsOf(metadata, params)) {
    if (record.format === null) continue;
    none = false;
    const frames = params.frames === undefined ? [0] : frameList(params.frames, record.instance.frames);
    for (const frame of frames) yield { record, frame };
  }
  if (none) throw noImage();
}

/** The one in the middle, which shows more than the first, among the first few hundred. */
async function representative(places: AsyncGenerator<Place>): Promise<Place> {
  const seen: Place[] = [];
  for await (const place of places) {
    if (seen.push(place) === 200) break;
  }
  const series = seen[0]?.record.series.uid;
  const first = seen.filter(({ record }) => record.series.uid === series);
  first.sort((a, b) => (a.record.instance.number ?? 0) - (b.record.instance.number ?? 0));
  return first[first.length >> 1] as Place;
}

function noImage(): HttpError {
  return new HttpError(404, 'no-image', 'There is nothing here that could be shown as an image.');
}

function sendImage(reply: FastifyReply, mediaType: string, image: Uint8Array): FastifyReply {
  return reply
    .header('content-type', mediaType)
    .header('cache-control', 'no-store')
    .send(Buffer.from(image.buffer, image.byteOffset, image.length));
}

function sendMany(reply: FastifyReply, mediaType: string, images: AsyncGenerator<Uint8Array>): FastifyReply {
  const boundary = newBoundary();
  const parts = async function* (): AsyncGenerator<Part> {
    for await (const body of images) yield { headers: { 'Content-Type': mediaType }, body };
  };
  void reply.header('content-type', multipartType(mediaType, boundary)).header('cache-control', 'no-store');
  return sendStream(reply, multipartBody(boundary, parts()));
}
