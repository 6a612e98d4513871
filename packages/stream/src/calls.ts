// Worklist and study requests: one question, one answer (in parts), asked again whole when a connection is lost.
import { ProtocolError } from '@strata/protocol/errors';
import type { InstanceManifest, SeriesManifest, StudyManifest } from '@strata/protocol/manifest';
import type { ClientMessage, ManifestAnswer } from '@strata/protocol/messages';
import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
import type { Answer, Exchange, Running } from './exchange.ts';
import type { StudyOptions } from './types.ts';

/** Frames of one study; far above any real one, and what bounds the memory that a server can make us use. */
const MAX_STUDY_FRAMES = 20_000_000;
const CALL_PRIORITY = 0;

abstract class Call<T> implements Exchange {
  readonly priority = CALL_PRIORITY;
  readonly promise: Promise<T>;
  protected readonly resolve: (result: T) => void;
  readonly fail: (error: unknown) => void;
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
    this.fail = reject;
  }

  abstract ask(running: Running): ClientMessage[];
  abstract take(running: Running, answer: Answer): 'more' | 'last';
  abstract remains(): Exchange[];

  ended(): void {}

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

/** Asks for a manifest and puts its parts together. */
export class StudyCall extends Call<StudyManifest> {
  override readonly kind = 'study';
  readonly #uid: string;
  readonly #onProgress: StudyOptions['onProgress'];
  #manifest: StudyManifest | null = null;
  #series = new Map<string, SeriesManifest>();
  #instances = new Map<string, InstanceManifest>();
  #expected = 0;
  #frames = 0;

  constructor(uid: string, onProgress: StudyOptions['onProgress']) {
    super(uid);
    this.#uid = uid;
    this.#onProgress = onProgress;
  }

  override ask({ id }: Running): ClientMessage[] {
    return [{ type: 'study', id, uid: this.#uid, deflate: true }];
  }

  override take(_: Running, answer: Answer): 'more' | 'last' {
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
    return 'last';
  }

  override remains(): Exchange[] {
    this.#manifest = null;
    this.#series = new Map();
    this.#instances = new Map();
    this.#frames = 0;
    return [this];
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
      this.#onProgress?.({ instances: this.#instances.size, of: this.#expected });
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
