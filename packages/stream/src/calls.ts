// Worklist and study requests: one question, one answer (in parts), asked again whole when a connection is lost.
import { ProtocolError } from '@strata/protocol/errors';
import type { InstanceManifest, SeriesManifest, StudyManifest } from '@strata/protocol/manifest';
import type { ClientMessage, FollowingFrame, ManifestAnswer } from '@strata/protocol/messages';
import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
import type { Answer, Exchange, Running } from './exchange.ts';
import type { Fetch } from './fetch.ts';
import type { StudyOptions } from './types.ts';

/** Frames of one study; far above any real one, and what bounds the memory that a server can make us use. */
const MAX_STUDY_FRAMES = 20_000_000;
const CALL_PRIORITY = 0;

abstract class Call<T> implements Exchange {
  readonly priority = CALL_PRIORITY;
  readonly promise: Promise<T>;
  protected readonly resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly affinity: string;
  readonly replicas = null;
  readonly prefer = null;
  readonly missingFrames = 0;
  readonly missingLevels = 0;
  abstract readonly kind: 'study' | 'worklist';
  arrived = 0;

  constructor(affinity: string) {
    this.affinity = affinity;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.promise = promise;
    this.resolve = resolve;
    this.#reject = reject;
  }

  abstract ask(running: Running): ClientMessage[];
  abstract take(running: Running, answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last';
  abstract remains(): Exchange[];

  ended(_: Running): void {}

  fail(error: unknown): void {
    this.#reject(error);
  }

  cutTail(): Exchange[] {
    return [];
  }
}

/** Asks for one page of the worklist. */
export class WorklistCall extends Call<WorklistPage> {
  override readonly kind = 'worklist';
  readonly #query: WorklistQuery;
  readonly #news: boolean;

  /** @param news whether the server is to say when the answer may be another */
  constructor(query: WorklistQuery, news: boolean) {
    super('worklist');
    this.#query = query;
    this.#news = news;
  }

  override ask({ id }: Running): ClientMessage[] {
    return [{ type: 'worklist', id, query: this.#query, ...(this.#news && { news: true }) }];
  }

  override take(_: Running, answer: Answer): 'last' {
    if (answer.type !== 'worklistPage') throw mismatch(answer.type, 'worklist');
    this.arrived = 1;
    this.resolve(answer.page);
    return 'last';
  }

  override remains(): Exchange[] {
    return [this];
  }
}

/** Has the levels of a frame taken that come with a manifest; null when none of them is needed. */
type Follow = (frame: FollowingFrame, running: Running) => Fetch | null;

/** Asks for a manifest and puts its parts together; the levels of the study's first image may follow it. */
export class StudyCall extends Call<StudyManifest> {
  override readonly kind = 'study';
  readonly #uid: string;
  readonly #options: StudyOptions;
  readonly #follow: Follow;
  /** Takes the levels of the first image; null while nothing but the manifest comes. */
  #following: Fetch | null = null;
  #manifest: StudyManifest | null = null;
  #series = new Map<string, SeriesManifest>();
  #instances = new Map<string, InstanceManifest>();
  #expected = 0;
  #frames = 0;

  constructor(uid: string, options: Pick<StudyOptions, 'onProgress' | 'first'>, follow: Follow) {
    super(uid);
    this.#uid = uid;
    this.#options = options;
    this.#follow = follow;
  }

  override ask({ id }: Running): ClientMessage[] {
    const { first } = this.#options;
    return [{ type: 'study', id, uid: this.#uid, deflate: true, ...(first && { first }) }];
  }

  override take(running: Running, answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last' {
    if (this.#following) return this.#takeFirst(this.#following, running, answer, payload);
    if (answer.type !== 'manifest') throw mismatch(answer.type, 'study');
    this.#add(answer.part);
    if (!answer.last) return 'more';
    if (!this.#manifest || this.#instances.size !== this.#expected) {
      throw new ProtocolError(
        'bad-value',
        `The manifest ended after ${this.#instances.size} of ${this.#expected} instances.`,
      );
    }
    this.arrived = 1;
    this.resolve(this.#manifest);
    if (!answer.first) return 'last';
    this.#following = this.#follow(answer.first, running);
    if (this.#following) return 'more';
    // All of it is here: it need not come.
    running.connection.send({ type: 'cancel', id: running.id });
    return 'last';
  }

  override ended(running: Running): void {
    this.#following?.ended(running);
  }

  override fail(error: unknown): void {
    super.fail(error);
    this.#following?.fail(error as Error);
  }

  override remains(): Exchange[] {
    if (this.#following) return this.#following.remains();
    this.#manifest = null;
    this.#series = new Map();
    this.#instances = new Map();
    this.#frames = 0;
    return [this];
  }

  #takeFirst(
    first: Fetch,
    running: Running,
    answer: Answer,
    payload: Uint8Array<ArrayBuffer>,
  ): 'more' | 'last' {
    const before = first.arrived;
    const outcome = first.take(running, answer, payload);
    this.arrived += first.arrived - before;
    return outcome;
  }

  #add(part: ManifestAnswer['part']): void {
    if (part.kind === 'heads') {
      if (this.#manifest) throw new ProtocolError('bad-value', 'The manifest began twice.');
      const series = part.series.map((head): SeriesManifest => ({ ...head, instances: [] }));
      for (const each of series) this.#series.set(each.uid, each);
      this.#expected = part.instances;
      this.#manifest = { study: part.study, patient: part.patient, series };
      return;
    }
    if (part.kind === 'segments') {
      const instance = this.#instances.get(part.instance);
      if (!instance)
        throw new ProtocolError('bad-value', `Segments of an unknown instance ${part.instance}.`);
      this.#countFrames(part.segments.length);
      instance.frameSegments.push(...part.segments);
      return;
    }
    const series = this.#series.get(part.series);
    if (!series) throw new ProtocolError('bad-value', `Instances of an unknown series ${part.series}.`);
    for (const instance of part.instances) {
      this.#countFrames(instance.frameSegments.length + 1);
      if (this.#instances.has(instance.uid))
        throw new ProtocolError('bad-value', `Instance ${instance.uid} came twice.`);
      this.#instances.set(instance.uid, instance);
      series.instances.push(instance);
    }
    try {
      this.#options.onProgress?.({ instances: this.#instances.size, of: this.#expected });
    } catch (error) {
      // The caller's own mistake: its call fails, the connection has done nothing wrong.
      this.fail(error);
    }
  }

  #countFrames(more: number): void {
    this.#frames += more;
    if (this.#frames > MAX_STUDY_FRAMES) {
      throw new ProtocolError('too-large', `The manifest has more than ${MAX_STUDY_FRAMES} frames.`);
    }
  }
}

function mismatch(got: string, asked: string): ProtocolError {
  return new ProtocolError('bad-value', `A ${got} in answer to a ${asked} request.`);
}
