// The streaming client: worklists, manifests and levels from whichever server answers, as one object.
import { ProtocolError } from '@strata/protocol/errors';
import { FULL_LEVEL, MAX_LEVEL } from '@strata/protocol/limits';
import type { StudyManifest } from '@strata/protocol/manifest';
import type { FrameRef, ServerMessage } from '@strata/protocol/messages';
import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
import { checkFrames, checkPriority, checkQuery, checkRange, checkUid, settingsOf } from './arguments.ts';
import { backoffDelay } from './backoff.ts';
import { Balancer } from './balance/balancer.ts';
import { SegmentCache } from './cache.ts';
import { StudyCall, WorklistCall } from './calls.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { GetCall } from './getting.ts';
import { Recall } from './kept-levels.ts';
import { Lines } from './lines.ts';
import { PartsCall, type PartsEvents } from './parts.ts';
import type { PoolStatus } from './pool-status.ts';
import { isAnswer, Scheduler } from './scheduler.ts';
import type {
  CallOptions,
  ClientState,
  ClientStats,
  GetResult,
  Getting,
  GettingParts,
  LevelsRequest,
  OnPart,
  OnSegment,
  PartsRequest,
  Segment,
  StrataClientOptions,
  StudyOptions,
  Timing,
  WantedPart,
  WorklistOptions,
} from './types.ts';
import { Wanted } from './wanted.ts';

/** How long a first image that came with its manifest is waited for although nobody has asked for it. */
const FOLLOWING_MS = 250;
const NOTHING: ReadonlyMap<string, Segment> = new Map();

export class StrataClient {
  readonly #options: StrataClientOptions;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #cache: SegmentCache;
  readonly #recall: Recall | null;
  readonly #scheduler: Scheduler;
  readonly #balancer: Balancer;
  readonly #lines: Lines;
  readonly #wanted: Wanted;
  /** What ends each call that is not settled. */
  readonly #waiting = new Set<(error: Error) => void>();
  #payloadBytes = 0;
  #receivedBytes = 0;
  #cacheHits = 0;
  #state: ClientState = 'idle';
  #poolTold = '';
  #stopStats: (() => void) | null = null;
  /** Whether a worklist was asked for whose changes are to be told. */
  #wantsNews = false;

  /**
   * Nothing is connected before the first call.
   * Throws StreamError 'bad-request' without servers or without a WebSocket to use.
   */
  constructor(options: StrataClientOptions, clock: Clock = systemClock) {
    const { cacheBytes, ...settings } = settingsOf(options);
    const { timing } = settings;
    this.#options = options;
    this.#clock = clock;
    this.#timing = timing;
    this.#cache = new SegmentCache(cacheBytes);
    this.#recall = options.kept ? new Recall(options.kept, clock) : null;
    const balancer = new Balancer(settings);
    this.#balancer = balancer;
    this.#lines = new Lines(
      { ...settings, clock },
      {
        onOpen: (connection) => this.#scheduler.opened(connection),
        onDialFailed: (dial, error) => this.#scheduler.dialFailed(dial, error),
        onMessage: (connection, message, payload) => this.#onMessage(connection, message, payload),
        onPong: (connection, ping, milliseconds) => this.#scheduler.ponged(connection, ping, milliseconds),
        onLost: (connection, error) => {
          this.#scheduler.lost(connection, error);
          // It may have been the one that would have said so.
          this.#tellWorklistChanged();
        },
        onBytes: (connection, bytes) => {
          this.#receivedBytes += bytes;
          this.#scheduler.heard(connection);
          this.#statsChanged();
        },
      },
    );
    this.#scheduler = new Scheduler({
      ...{ clock, balancer, lines: this.#lines },
      onStray: (connection, message, payload) => this.#wanted.stray(connection, message, payload),
      onStep: () => this.#tellState(),
    });
    this.#wanted = new Wanted(this.#scheduler, this.#cache, {
      serverFor: (affinity, replicas) => balancer.serverFor(affinity, replicas, clock.now()),
      reachable: () => balancer.reachable,
      delay: (round) =>
        clock.now() + backoffDelay(round, timing.backoff, timing.backoffMost, settings.random()),
      soon: (action) => void clock.after(FOLLOWING_MS, action),
      keep: (segment) => this.#recall?.keep(segment),
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Every known server and how it does; when none is connected, since when and until the next try. */
  pool(): PoolStatus {
    return { ...this.#balancer.status(this.#clock.now()), state: this.#state };
  }

  /** One page of the worklist. Rejects with StreamError, or the signal's reason. */
  async worklist(query: WorklistQuery, options: WorklistOptions = {}): Promise<WorklistPage> {
    checkQuery(query);
    const { news = false } = options;
    if (news) this.#wantsNews = true;
    const call = new WorklistCall(query, news);
    return this.#run(call, call.promise, options.signal);
  }

  /**
   * The manifest of the study that the UID (of a study, one of its series or instances) names.
   * Rejects with StreamError ('failed' with reason 'not-found' for an unknown UID), or the signal's reason.
   */
  async study(uid: string, options: StudyOptions = {}): Promise<StudyManifest> {
    checkUid(uid);
    const call = new StudyCall(uid, options, (frame, running) => this.#wanted.follow(frame, call, running));
    const manifest = await this.#run(call, call.promise, options.signal);
    for (const { instances } of manifest.series) {
      for (const { blob, replicas } of instances)
        if (blob && replicas) this.#wanted.noteHolders(blob, replicas);
    }
    return manifest;
  }

  /**
   * Gets levels `from`..`to` of frames: coarse levels of all of them first, the levels of a frame in order, each once
   * and with its checksum verified. What is in the cache comes from there, what is already on its way is not asked
   * again. Survives the loss of servers and connections as long as one server can be reached.
   * Rejects with StreamError, the signal's reason, or what `onSegment` throws.
   */
  get(request: LevelsRequest, onSegment: OnSegment, options: CallOptions = {}): Getting {
    const { target, from = 0, to = FULL_LEVEL, priority = 0 } = request;
    let call: GetCall | null = null;
    let wantedPriority = priority;
    const run = async (): Promise<GetResult> => {
      checkRange(from, to);
      checkPriority(priority);
      if ('frames' in target) checkFrames(target.frames);
      // Even when all is in the cache, the caller gets the handle before the first segment.
      await Promise.resolve();
      const frames = 'frames' in target ? target.frames : await this.#framesOf(target.series, options);
      const { signal } = options;
      const recalled = this.#recall ? await this.#recalled(this.#recall, frames, from, to) : NOTHING;
      call = new GetCall({
        frames,
        from,
        to,
        priority: wantedPriority,
        onSegment,
        wanted: this.#wanted,
        cache: this.#cache,
        recalled,
        onCacheHit: () => this.#cacheHits++,
      });
      const running = call;
      return this.#settling(
        running.promise,
        signal,
        (error) => running.stop(error),
        () => running.start(),
      );
    };
    return Object.assign(run(), {
      prioritise: (value: number) => {
        checkPriority(value);
        wantedPriority = value;
        call?.prioritise(value);
      },
    });
  }

  /**
   * Gets parts of one level of one frame, in any order, each once and only when its checksum is right. What is in the cache
   * comes from there. Otherwise as `get`.
   */
  parts(request: PartsRequest, onPart: OnPart, options: CallOptions = {}): GettingParts {
    const { frame: ref, level, parts, priority = 0 } = request;
    const { blob, frame } = ref;
    let call: PartsCall | null = null;
    let wantedPriority = priority;
    const run = async (): Promise<void> => {
      checkFrames([ref]);
      checkRange(level, level);
      checkPriority(priority);
      // Even when all is in the cache, the caller gets the handle before the first part.
      await Promise.resolve();
      const missing: { part: WantedPart; index: number }[] = [];
      for (const [index, part] of parts.entries()) {
        const known = this.#cache.getPart(blob, frame, level, part);
        if (known) this.#cacheHits++;
        if (known) onPart(index, known.bytes);
        else missing.push({ part, index });
      }
      const events: PartsEvents = {
        submit: (exchange, history) => this.#scheduler.submit(exchange, history),
        withdraw: (exchange) => this.#scheduler.withdraw(exchange),
        corrupt: (running, bytes) => {
          const { counts } = this.#wanted;
          counts.badLevels++;
          counts.wastedBytes += bytes;
          this.#scheduler.corrupt(running);
        },
        onPart: (index, bytes) => {
          const { offset } = parts[index] as WantedPart;
          this.#cache.putPart(blob, frame, level, { offset, bytes });
          onPart(index, bytes);
        },
      };
      const place = this.#wanted.placeOf(ref);
      const running = new PartsCall({ frame: ref, level, missing, place, events }, wantedPriority);
      call = running;
      await this.#settling(
        running.promise,
        options.signal,
        (error) => running.stop(error),
        () => running.start(),
      );
    };
    return Object.assign(run(), {
      prioritise: (value: number) => {
        checkPriority(value);
        wantedPriority = value;
        call?.prioritise(value);
      },
    });
  }

  /** Figures since the start, and the state now. */
  stats(): ClientStats {
    const { levels, badLevels, wastedBytes } = this.#wanted.counts;
    const names = [...this.#lines.all()].map(({ welcome }) => welcome.name);
    const trips = this.pool().servers.flatMap(({ roundTrip }) => roundTrip ?? []);
    return {
      state: this.#state,
      payloadBytes: this.#payloadBytes,
      receivedBytes: this.#receivedBytes,
      levels,
      cacheHits: this.#cacheHits,
      cacheBytes: this.#cache.bytes,
      badLevels,
      connections: this.#lines.size,
      connectionsMade: this.#lines.made,
      server: names.length > 0 ? names.sort().join(', ') : null,
      roundTrip: trips.length > 0 ? Math.min(...trips) : null,
      wastedBytes,
      waiting: this.#waiting.size,
    };
  }

  /** Ends every call with StreamError 'closed' and every connection. The client cannot be used again. */
  close(): void {
    if (this.#state === 'closed') return;
    const error = closed();
    for (const end of [...this.#waiting]) end(error);
    this.#stopStats?.();
    this.#setState('closed');
    this.#scheduler.failAll({ code: 'closed', message: error.message });
    this.#lines.close(error);
    this.#scheduler.stop();
    this.#cache.clear();
  }

  #run<T>(exchange: Exchange, promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const end = (error: unknown) => {
      this.#scheduler.withdraw(exchange);
      exchange.fail(error as Error);
    };
    return this.#settling(promise, signal, end, () => this.#scheduler.submit(exchange));
  }

  /** Starts a call, and sees to it that abort and close end it and that nothing of it is left behind. */
  async #settling<T>(
    promise: Promise<T>,
    signal: AbortSignal | undefined,
    end: (error: unknown) => void,
    start: () => void,
  ): Promise<T> {
    if (this.#state === 'closed') throw closed();
    signal?.throwIfAborted();
    const onAbort = () => end(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    this.#waiting.add(end);
    try {
      start();
      return await promise;
    } finally {
      this.#waiting.delete(end);
      signal?.removeEventListener('abort', onAbort);
      this.#statsChanged();
    }
  }

  /** What is kept of these levels from an earlier day and is not in memory; put there as well. */
  async #recalled(
    recall: Recall,
    frames: readonly FrameRef[],
    from: number,
    to: number,
  ): Promise<ReadonlyMap<string, Segment>> {
    const cache = this.#cache;
    const levelsOf = ({ blob, frame }: FrameRef) => ({
      from,
      to: Math.min(to, MAX_LEVEL, cache.lastLevel(blob, frame) ?? MAX_LEVEL),
    });
    const isHere = (level: { blob: string; frame: number; level: number }) =>
      cache.get(level.blob, level.frame, level.level) !== undefined;
    const recalled = await recall.recall(frames, levelsOf, isHere);
    for (const segment of recalled.values()) cache.put(segment);
    return recalled;
  }

  async #framesOf(series: string, options: CallOptions): Promise<FrameRef[]> {
    const manifest = await this.study(series, { signal: options.signal });
    const found = manifest.series.find((each) => each.uid === series);
    if (!found) throw new StreamError('bad-request', `${series} is not the UID of a series.`);
    return found.instances.flatMap(({ blob, frameSegments }) =>
      blob === null ? [] : frameSegments.map((_, frame) => ({ blob, frame })),
    );
  }

  #onMessage(connection: Connection, message: ServerMessage, payload: Uint8Array<ArrayBuffer>): void {
    if (message.type === 'level') this.#payloadBytes += payload.byteLength;
    if (isAnswer(message)) {
      if (message.type === 'error' && message.id === null) {
        connection.close(new Error(`${connection.url} ended the connection: ${message.message}`));
      } else this.#scheduler.take(connection, message, payload);
    } else if (message.type === 'goaway') {
      this.#scheduler.leave(connection, message.reason === 'idle');
    } else if (message.type === 'servers') {
      this.#scheduler.learn(message.pool);
    } else if (message.type === 'changed') {
      tell(() => this.#options.onChanged?.(message.study));
    } else if (message.type === 'worklistChanged') {
      this.#tellWorklistChanged();
    } else throw new ProtocolError('bad-value', `A second ${message.type}.`);
  }

  #tellWorklistChanged(): void {
    if (!this.#wantsNews || this.#state === 'closed') return;
    this.#wantsNews = false;
    tell(() => this.#options.onWorklistChanged?.());
  }

  #tellState(): void {
    if (this.#state === 'closed') return;
    this.#setState(this.#balancer.state);
    const { onPool } = this.#options;
    if (!onPool) return;
    const status = this.pool();
    const { state, servers } = status;
    const shown = JSON.stringify([state, servers.map((each) => [each.id, each.state, each.breaker])]);
    if (shown === this.#poolTold) return;
    this.#poolTold = shown;
    tell(() => onPool(status));
  }

  #setState(state: ClientState): void {
    if (this.#state === state) return;
    this.#state = state;
    tell(() => this.#options.onState?.(state));
    this.#statsChanged();
  }

  #statsChanged(): void {
    const { onStats } = this.#options;
    if (!onStats || this.#stopStats || this.#state === 'closed') return;
    this.#stopStats = this.#clock.after(this.#timing.stats, () => {
      this.#stopStats = null;
      tell(() => onStats(this.stats()));
    });
  }
}

/** Calls a listener; its mistakes are reported as uncaught errors and do not disturb the client. */
function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function closed(): StreamError {
  return new StreamError('closed', 'The client was closed.');
}
