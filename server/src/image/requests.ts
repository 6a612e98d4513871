// The requests of one connection: each is answered, refused or called off on its own.
import { setImmediate as breathe } from 'node:timers/promises';
import { ProtocolError } from '@strata/protocol/errors';
import type { ManifestPart } from '@strata/protocol/manifest';
import type { ByteRange, FrameRef, GetRequest, StudyRequest } from '@strata/protocol/messages';
import type { WorklistQuery } from '@strata/protocol/worklist';
import { asImageError, ImageError } from './image-error.ts';
import { INDEX_LOADS, MAX_FRAMES_PER_SERIES, MAX_REQUESTS, STUDIES_ASKED } from './limits.ts';
import { manifestParts } from './manifest-parts.ts';
import { OneStudy } from './one-study.ts';
import { openingFrame } from './opening-frame.ts';
import type { Request } from './receiver.ts';
import type { Sender } from './sender.ts';
import type { SessionParts } from './session-parts.ts';

export type Question = Extract<Request, { type: 'worklist' | 'study' | 'get' }>;

export class Requests {
  /** When the last one began or ended. */
  lastBusy = performance.now();
  readonly #parts: SessionParts;
  readonly #sender: Sender;
  /** Resolves when the socket has room for more answers. */
  readonly #room: () => Promise<void>;
  /** Those that are open, each with what ends the work for it. */
  readonly #open = new Map<number, AbortController>();
  readonly #studies = new Set<string>();
  /** The one study that may be asked for; null for any. */
  #only: OneStudy | null = null;

  constructor(parts: SessionParts, sender: Sender, room: () => Promise<void>) {
    this.#parts = parts;
    this.#sender = sender;
    this.#room = room;
  }

  /** From now on this study is all that is answered. */
  limitTo(studyUid: string): void {
    this.#only = new OneStudy(this.#parts.manifests, studyUid);
  }

  /** The studies that were asked for last, at most 64. */
  get studies(): ReadonlySet<string> {
    return this.#studies;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Starts to answer a request. Throws ProtocolError when its id is in use. */
  begin(request: Question): void {
    const { id } = request;
    if (this.#open.has(id)) throw new ProtocolError('bad-value', `Request ${id} is open already.`);
    this.#parts.counters.requests++;
    if (this.#open.size >= MAX_REQUESTS) {
      this.refuse(id, new ImageError('too-many-requests', `More than ${MAX_REQUESTS} requests are open.`));
      return;
    }
    const abort = new AbortController();
    this.#open.set(id, abort);
    this.lastBusy = performance.now();
    const answered =
      request.type === 'get'
        ? this.#get(request, abort.signal)
        : request.type === 'study'
          ? this.#study(request, abort.signal)
          : this.#worklist(id, request.query, abort.signal);
    answered.catch((error: unknown) => {
      if (abort.signal.aborted) return;
      this.#sender.cancel(id);
      this.refuse(id, error);
      this.end(id);
    });
  }

  async #worklist(id: number, query: WorklistQuery, signal: AbortSignal): Promise<void> {
    if (this.#only) throw new ImageError('unauthorised', 'This connection shows one study only.');
    const page = await this.#parts.metadata.worklist(query);
    if (signal.aborted) return;
    this.#sender.send({ type: 'worklistPage', id, page });
    this.end(id);
  }

  async #study({ id, uid, deflate, first }: StudyRequest, signal: AbortSignal): Promise<void> {
    const how = deflate ? 'deflated' : 'plain';
    const { manifests, blobs, log, serverId } = this.#parts;
    const rows = await manifests.rows(uid);
    this.#only?.checkRows(rows, uid);
    this.#noteStudy(rows.study.uid);
    const opening = first ? openingFrame(rows, first, serverId) : null;
    // Where its levels lie is read meanwhile; what is wrong with it is said when its turn comes.
    if (opening) blobs.frame(opening.blob, opening.frame).catch(() => {});
    const oddity = (instance: string, what: string) => log.warn({ instance, what }, 'an odd instance');
    // One part is kept back, so that the last one can say so.
    let part: ManifestPart | null = null;
    for (const next of manifestParts(rows, oddity)) {
      if (signal.aborted) return;
      if (part) this.#sender.send({ type: 'manifest', id, part, last: false }, how);
      part = next;
      await this.#room();
      await breathe(); // a long study must not keep the others waiting
    }
    if (signal.aborted || !part) return;
    this.#sender.send({ type: 'manifest', id, part, last: true, ...(opening && { first: opening }) }, how);
    if (opening) await this.#send(id, [opening], { from: 0, to: opening.to, priority: 0 }, signal);
    else this.end(id);
  }

  #noteStudy(uid: string): void {
    this.#studies.delete(uid);
    this.#studies.add(uid);
    const [oldest] = this.#studies;
    if (oldest !== undefined && this.#studies.size > STUDIES_ASKED) this.#studies.delete(oldest);
  }

  async #get(request: GetRequest, signal: AbortSignal): Promise<void> {
    const { id, target, from, to, priority } = request;
    if (from > to) throw new ImageError('bad-request', `No range of levels: ${from} to ${to}.`);
    if ('frames' in target) await this.#only?.checkFrames(target.frames);
    if (request.ranges) {
      await this.#getRanges(request, request.ranges, signal);
      return;
    }
    const frames = 'frames' in target ? target.frames : await this.#framesOf(target.series);
    if (!signal.aborted) await this.#send(id, frames, { from, to, priority }, signal);
  }

  async #send(
    id: number,
    frames: readonly FrameRef[],
    { from, to, priority }: Pick<GetRequest, 'from' | 'to' | 'priority'>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#sender.start(id, frames, from, to, priority);
    await this.#locate(id, frames, signal);
    this.#sender.pump();
  }

  /** Some bytes of one level: what is asked for is checked against what there is before anything is sent. */
  async #getRanges(
    { id, target, from, to, priority }: GetRequest,
    ranges: readonly ByteRange[],
    signal: AbortSignal,
  ): Promise<void> {
    const [ref, ...others] = 'frames' in target ? target.frames : [];
    if (!ref || others.length > 0 || from !== to || ranges.length === 0)
      throw new ImageError('bad-request', 'Ranges of bytes are of one level of one frame.');
    const { blobs } = this.#parts;
    const place = blobs.known(ref.blob, ref.frame) ?? (await blobs.frame(ref.blob, ref.frame));
    if (signal.aborted) return;
    const length = place.segments[from]?.length ?? 0;
    let end = 0;
    for (const range of ranges) {
      if (range.offset < end || range.offset + range.length > length) {
        const asked = `${range.offset} to ${range.offset + range.length}`;
        throw new ImageError('bad-request', `Bytes ${asked} after ${end} of a level of ${length}.`);
      }
      end = range.offset + range.length;
    }
    this.#sender.start(id, [ref], from, to, priority, ranges);
    this.#sender.ready(id, 0, place);
    this.#sender.pump();
  }

  /** Tells the sender where each frame is: at once what is in memory, the rest a few at a time. */
  async #locate(id: number, frames: readonly FrameRef[], signal: AbortSignal): Promise<void> {
    const { blobs } = this.#parts;
    const unknown: number[] = [];
    frames.forEach(({ blob, frame }, place) => {
      const known = blobs.known(blob, frame);
      if (known) this.#sender.ready(id, place, known);
      else unknown.push(place);
    });
    this.#sender.pump();
    const load = async () => {
      for (let place = unknown.shift(); place !== undefined && !signal.aborted; place = unknown.shift()) {
        if (!this.#sender.wants(id, place)) continue;
        const { blob, frame } = frames[place] as FrameRef;
        this.#sender.ready(id, place, await blobs.frame(blob, frame));
        this.#sender.pump();
      }
    };
    await Promise.all(Array.from({ length: Math.min(INDEX_LOADS, unknown.length) }, load));
  }

  async #framesOf(seriesUid: string): Promise<FrameRef[]> {
    const rows = await this.#parts.manifests.rows(seriesUid);
    this.#only?.checkRows(rows, seriesUid);
    const series = rows.series.find((each) => each.uid === seriesUid);
    if (!series) throw new ImageError('not-found', `${seriesUid} is not the UID of a series.`);
    const frames = series.instances.flatMap(({ framesBlob, frames: count }) =>
      framesBlob ? Array.from({ length: count }, (_, frame) => ({ blob: framesBlob.digest, frame })) : [],
    );
    if (frames.length <= MAX_FRAMES_PER_SERIES) return frames;
    const message = `Series ${seriesUid} has ${frames.length} frames, more than ${MAX_FRAMES_PER_SERIES}: ask for frames.`;
    throw new ImageError('bad-request', message);
  }

  /** The client does not want this any more, or not the frames at the given places. */
  cancel(id: number, places?: readonly number[]): void {
    // Of a request that has just ended: the answer has crossed the cancel.
    if (!this.#open.has(id)) return;
    this.#sender.cancel(id, places);
    if (!places) this.end(id);
  }

  /** Stops all work; nobody is told. */
  abortAll(): void {
    for (const abort of this.#open.values()) abort.abort();
    this.#open.clear();
  }

  /** A request has been answered. */
  end(id: number): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
    this.lastBusy = performance.now();
  }

  /** Tells the client that a request failed. */
  refuse(id: number, cause: unknown): void {
    const error = asImageError(cause);
    this.#parts.counters.failures++;
    const serious =
      error.code === 'internal' || error.code === 'missing-blob' || error.code === 'corrupt-blob';
    const fields = { code: error.code, reason: error.message, err: error.cause };
    if (serious) this.#parts.log.warn(fields, 'a request failed');
    else this.#parts.log.debug(fields, 'a request failed');
    this.#sender.send({ type: 'error', id, code: error.code, message: error.message.slice(0, 1000) });
  }
}
