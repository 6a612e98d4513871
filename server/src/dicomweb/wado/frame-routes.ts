// Retrieves frames: raw, as HTJ2K or JPEG 2000, or in the bitstream in which they came (PS3.18 section 10.4.1.1.6).
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RefusedError } from '../../gateway/outcome.ts';
import { HttpError } from '../../http/http-error.ts';
import { notAcceptable, type Wanted, wantedBy } from '../negotiation/accept.ts';
import type { Serving } from '../parts.ts';
import { baseOf, instanceUrl, type Resource, recordOf } from '../resource.ts';
import { type Held, inOrder } from './in-order.ts';
import { multipartBody, multipartType, newBoundary, type Part } from './multipart-writer.ts';
import { begun, sendStream } from './send-stream.ts';
import { type FrameForm, formFor, formTexts } from './transfer-syntaxes.ts';

/** Frames that are made ahead of the one that is sent. */
const AHEAD = 4;

type FrameParams = Resource & { readonly frames: string };

export function frameRoutes(app: FastifyInstance, serving: Serving): void {
  app.get<{ Params: FrameParams; Querystring: { accept?: string } }>(
    '/studies/:study/series/:series/instances/:instance/frames/:frames',
    async (request, reply) => {
      const { params, headers, query } = request;
      const record = await recordOf(serving.metadata, params);
      const frames = frameList(params.frames, record.instance.frames);
      const wanted = wantedBy(headers.accept, query.accept);
      const base = instanceUrl(baseOf(request), record);
      return sendFrames(reply, serving, { record, frames, wanted, base });
    },
  );
}

/**
 * The indices, from 0, of a list like `1,3`.
 * @throws HttpError 400 for what is no list, 404 for frames that are not there
 */
export function frameList(text: string, frames: number): number[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text)) {
    throw new HttpError(400, 'bad-frames', 'Frames are numbers from 1, separated by commas: frames/1,3');
  }
  const indices = text.split(',').map((number) => Number(number) - 1);
  const missing = indices.find((index) => index < 0 || index >= frames);
  if (missing === undefined) return indices;
  throw new HttpError(404, 'no-such-frame', `There is no frame ${missing + 1}: the instance has ${frames}.`);
}

export interface FramesRequest {
  readonly record: InstanceRecord;
  /** From 0. */
  readonly frames: readonly number[];
  readonly wanted: readonly Wanted[];
  /** The address of the instance. */
  readonly base: string;
}

/** Sends the frames in the first form that the client would take and that can be made. @throws HttpError 406 */
export async function sendFrames(
  reply: FastifyReply,
  serving: Serving,
  request: FramesRequest,
): Promise<FastifyReply> {
  const { record, frames, wanted } = request;
  for (const each of wanted) {
    const form = formFor(each, record.transferSyntaxUid);
    const single = each.packaging === 'single';
    if (form === null || (single && frames.length !== 1)) continue;
    const work = (index: number) => frameOf(serving, record, index, form);
    try {
      const made = await begun(inOrder(asynchronously(frames), AHEAD, work));
      return single ? sendOne(reply, form, made) : sendAll(reply, form, made, request);
    } catch (error) {
      // It can be asked for, but not be made of this one.
      if (!(error instanceof RefusedError) || error.code !== 'unsupported-transfer-syntax') throw error;
    }
  }
  throw notAcceptable(formTexts(record.transferSyntaxUid));
}

async function* asynchronously<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function frameOf(
  { gateway, outgoing }: Serving,
  record: InstanceRecord,
  index: number,
  { transferSyntaxUid }: FrameForm,
): Promise<Held<Uint8Array>> {
  const leave = await outgoing.enter(Math.ceil(record.file.length / Math.max(1, record.instance.frames)));
  try {
    return { result: await gateway.frame(record, index, transferSyntaxUid), release: leave };
  } catch (error) {
    leave();
    throw error;
  }
}

function contentType({ mediaType, transferSyntaxUid }: FrameForm): string {
  return `${mediaType}; transfer-syntax=${transferSyntaxUid}`;
}

async function sendOne(
  reply: FastifyReply,
  form: FrameForm,
  made: AsyncGenerator<Uint8Array>,
): Promise<FastifyReply> {
  const { value } = (await made.next()) as IteratorYieldResult<Uint8Array>;
  await made.return(undefined);
  return reply
    .header('content-type', contentType(form))
    .header('cache-control', 'no-store')
    .send(Buffer.from(value.buffer, value.byteOffset, value.length));
}

function sendAll(
  reply: FastifyReply,
  form: FrameForm,
  made: AsyncGenerator<Uint8Array>,
  { frames, base }: FramesRequest,
): FastifyReply {
  const boundary = newBoundary();
  const parts = async function* (): AsyncGenerator<Part> {
    let at = 0;
    for await (const body of made) {
      const place = `${base}/frames/${(frames[at++] ?? 0) + 1}`;
      yield { headers: { 'Content-Type': contentType(form), 'Content-Location': place }, body };
    }
  };
  const type = multipartType(form.mediaType, boundary, `; transfer-syntax=${form.transferSyntaxUid}`);
  void reply.header('content-type', type).header('cache-control', 'no-store');
  return sendStream(reply, multipartBody(boundary, parts()));
}
