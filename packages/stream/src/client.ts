// The streaming client: worklists, manifests and levels from whichever server answers, as one object.
import { ProtocolError } from '@strata/protocol/errors';
import { FULL_LEVEL } from '@strata/protocol/limits';
import type { StudyManifest } from '@strata/protocol/manifest';
import type { FrameRef, ServerMessage } from '@strata/protocol/messages';
import type { WorklistPage, WorklistQuery } from '@strata/protocol/worklist';
import { checkFrames, checkPriority, checkQuery, checkRange, checkUid, settingsOf } from './arguments.ts';
import { SegmentCache } from './cache.ts';
import { StudyCall, WorklistCall } from './calls.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { GetCall } from './getting.ts';
import { Link } from './link.ts';
import { isAnswer, Scheduler } from './scheduler.ts';
import type {
  CallOptions,
  ClientState,
  ClientStats,
  GetResult,
  Getting,
  LevelsRequest,
  OnSegment,
  StrataClientOptions,
  StudyOptions,
  Timing,
} from './types.ts';
import { Wanted } from './wanted.ts';

export class StrataClient {
  readonly #options: StrataClientOptions;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #cache: SegmentCache;
  readonly #scheduler: Scheduler;
  readonly #link: Link;
  readonly #wanted: Wanted;
  /** What ends each call that is not settled. */
  readonly #waiting = new Set<(error: Error) => void>();
  #payloadBytes = 0;
  #receivedBytes = 0;
  #cacheHits = 0;
  #stopStats: (() => void) | null = null;

  /**
   * Nothing is connected before the first call.
   * Throws StreamError 'bad-request' without servers or without a WebSocket to use.
   */
  constructor(options: StrataClientOptions, clock: Clock = systemClock) {
    const { cacheBytes, ...settings } = settingsOf(options);
    const { timing, random, servers } = settings;
    this.#options = options;
    this.#clock = clock;
    this.#timing = timing;
    this.#cache = new SegmentCache(cacheBytes);
    this.#scheduler = new Scheduler({
      ...{ clock, timing, random },
      onDemand: () => this.#link.demand(),
      onStray: (connection, message, payload) => this.#wanted.stray(connection, message, payload),
    });
    this.#wanted = new Wanted(this.#scheduler, this.#cache);
    this.#link = new Link(
      { ...settings, clock },
      {
        onOnline: (connection) => this.#scheduler.use(connection),
        onMessage: (connection, message, payload) => this.#onMessage(connection, message, payload),
        onLost: (connection, error) => this.#scheduler.lost(connection, error),
        onBytes: (bytes) => {
          this.#receivedBytes += bytes;
          this.#statsChanged();
        },
        onGiveUp: (cause) => this.#scheduler.failAll(unreachable(servers, cause)),
        onState: (state) => {
          tell(() => options.onState?.(state));
          this.#statsChanged();
        },
      },
    );
  }

  get state(): ClientState {
    return this.#link.state;
  }

  /** One page of the worklist. Rejects with StreamError, or the signal's reason. */
  async worklist(query: WorklistQuery, options: CallOptions = {}): Promise<WorklistPage> {
    checkQuery(query);
    const call = new WorklistCall(query);
    return this.#run(call, call.promise, options.signal);
  }

  /**
   * The manifest of the study that the UID (of a study, one of its series or instances) names.
   * Rejects with StreamError ('failed' with reason 'not-found' for an unknown UID), or the signal's reason.
   */
  async study(uid: string, options: StudyOptions = {}): Promise<StudyManifest> {
    checkUid(uid);
    const call = new StudyCall(uid, options.onProgress);
    return this.#run(call, call.promise, options.signal);
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
      call = new GetCall({
        frames,
        from,
        to,
        priority: wantedPriority,
        onSegment,
        wanted: this.#wanted,
        cache: this.#cache,
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

  /** Figures since the start, and the state now. */
  stats(): ClientStats {
    const { levels, badLevels } = this.#wanted.counts;
    return {
      state: this.#link.state,
      payloadBytes: this.#payloadBytes,
      receivedBytes: this.#receivedBytes,
      levels,
      cacheHits: this.#cacheHits,
      cacheBytes: this.#cache.bytes,
      badLevels,
      connections: this.#link.connections.size,
      connectionsMade: this.#link.connectionsMade,
      server: this.#link.current?.welcome.name ?? null,
      roundTrip: this.#link.roundTrip,
      waiting: this.#waiting.size,
    };
  }

  /** Ends every call with StreamError 'closed' and every connection. The client cannot be used again. */
  close(): void {
    if (this.#link.state === 'closed') return;
    const error = closed();
    for (const end of [...this.#waiting]) end(error);
    this.#stopStats?.();
    this.#link.close(error);
    this.#scheduler.failAll(error);
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
    if (this.#link.state === 'closed') throw closed();
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
      this.#link.leave(connection, message.reason === 'idle' ? 'wait for demand' : 'reconnect');
      this.#scheduler.leave(connection);
    } else if (message.type === 'servers') {
      this.#link.learn(message.pool);
    } else if (message.type === 'changed') {
      tell(() => this.#options.onChanged?.(message.study));
    } else throw new ProtocolError('bad-value', `A second ${message.type}.`);
  }

  #statsChanged(): void {
    const { onStats } = this.#options;
    if (!onStats || this.#stopStats || this.#link.state === 'closed') return;
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

function unreachable(servers: readonly string[], cause: Error): StreamError {
  const message = `No image server can be reached (${servers.join(', ')}): ${cause.message}. Trying again.`;
  return new StreamError('unreachable', message, { cause });
}
