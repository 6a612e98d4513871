// Some parts of one level of a frame, as zooming wants them: asked for as ranges of bytes, each handed on once it is verified.
import { ProtocolError } from '@strata/protocol/errors';
import type { ByteRange, ClientMessage, FrameRef, Level } from '@strata/protocol/messages';
import { type History, historyOf } from './balance/actions.ts';
import { StreamError } from './errors.ts';
import type { Answer, Exchange, Running } from './exchange.ts';
import type { FetchPlace } from './fetch.ts';
import type { WantedPart } from './types.ts';

/** Times that parts may come wrong before they are given up. */
const MOST_BAD = 4;

interface Missing {
  readonly part: WantedPart;
  readonly index: number;
  bytes: Uint8Array<ArrayBuffer> | null;
  received: number;
}

/** What a call of parts needs of the client. */
export interface PartsEvents {
  submit(exchange: Exchange, history: History | null): void;
  withdraw(exchange: Exchange): void;
  /** What came from there was wrong. */
  corrupt(running: Running, bytes: number): void;
  onPart(index: number, bytes: Uint8Array<ArrayBuffer>): void;
}

export interface PartsOptions {
  readonly frame: FrameRef;
  readonly level: number;
  /** Ascending and apart from each other, with their places in the caller's list. */
  readonly missing: readonly { readonly part: WantedPart; readonly index: number }[];
  readonly place: FetchPlace;
  readonly events: PartsEvents;
}

/** One call for parts, until all of them are there and right. */
export class PartsCall {
  readonly promise: Promise<void>;
  readonly #options: PartsOptions;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #badFrom = new Set<string>();
  #fetch: PartsFetch;
  #bad = 0;
  #settled = false;

  constructor(options: PartsOptions, priority: number) {
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    const missing = options.missing.map((each) => ({ ...each, bytes: null, received: 0 }));
    this.#fetch = this.#fetchOf(missing, priority);
  }

  start(): void {
    if (this.#options.missing.length === 0) this.#settle();
    else this.#options.events.submit(this.#fetch, null);
  }

  prioritise(priority: number): void {
    if (!this.#settled) this.#fetch.prioritise(priority);
  }

  /** Ends the call; nothing is handed out any more. */
  stop(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.events.withdraw(this.#fetch);
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#resolve();
  }

  #fetchOf(missing: Missing[], priority: number): PartsFetch {
    const { frame, level, place, events } = this.#options;
    return new PartsFetch({ frame, level, place, missing }, priority, {
      onPart: (index, bytes) => this.#handOut(index, bytes),
      onBad: (running, bytes) => {
        this.#bad++;
        this.#badFrom.add(running.connection.welcome.serverId);
        events.corrupt(running, bytes);
      },
      onEnd: (left) => this.#ended(left),
      onFailed: (error) => this.stop(error),
    });
  }

  /** The caller's own mistake ends its call; the connection has done nothing wrong. */
  #handOut(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#settled) return;
    try {
      this.#options.events.onPart(index, bytes);
    } catch (error) {
      this.stop(error);
    }
  }

  #ended(left: Missing[]): void {
    if (this.#settled) return;
    if (left.length === 0) this.#settle();
    else if (this.#bad < MOST_BAD) {
      this.#fetch = this.#fetchOf(left, this.#fetch.priority);
      this.#options.events.submit(this.#fetch, historyOf(this.#badFrom));
    } else {
      const { frame, level } = this.#options;
      const message = `Parts of level ${level} of frame ${frame.frame} of blob ${frame.blob} came wrong ${this.#bad} times.`;
      this.stop(new StreamError('corrupt', message));
    }
  }
}

interface PartsFetchEvents {
  onPart(index: number, bytes: Uint8Array<ArrayBuffer>): void;
  onBad(running: Running, bytes: number): void;
  /** The server has sent all that it will. @param left what has not come, or came wrong */
  onEnd(left: Missing[]): void;
  onFailed(error: Error): void;
}

/** One request for what is missing of them. */
class PartsFetch implements Exchange {
  readonly kind = 'get';
  readonly missingFrames = 0;
  readonly missingLevels = 0;
  readonly prefer: string | null;
  readonly replicas: ReadonlySet<string> | null;
  arrived = 0;
  readonly #frame: FrameRef;
  readonly #level: number;
  readonly #events: PartsFetchEvents;
  readonly #running = new Set<Running>();
  #missing: Missing[];
  #priority: number;
  #isAnyBad = false;

  constructor(
    {
      frame,
      level,
      missing,
      place,
    }: Pick<PartsOptions, 'frame' | 'level' | 'place'> & { missing: Missing[] },
    priority: number,
    events: PartsFetchEvents,
  ) {
    this.#frame = frame;
    this.#level = level;
    this.#missing = missing;
    this.#priority = priority;
    this.#events = events;
    this.prefer = place.prefer;
    this.replicas = place.replicas;
  }

  get priority(): number {
    return this.#priority;
  }

  get affinity(): string {
    return `${this.#frame.blob}/${this.#frame.frame}`;
  }

  prioritise(priority: number): void {
    if (priority === this.#priority) return;
    this.#priority = priority;
    for (const { connection, id } of this.#running) connection.send({ type: 'prioritise', id, priority });
  }

  ask(running: Running): ClientMessage[] {
    this.#running.add(running);
    const ranges: ByteRange[] = [];
    for (const { part } of this.#missing) {
      const last = ranges.at(-1);
      if (last && last.offset + last.length === part.offset) last.length += part.length;
      else ranges.push({ offset: part.offset, length: part.length });
    }
    const level = this.#level;
    const target = { frames: [this.#frame] };
    return [
      { type: 'get', id: running.id, target, from: level, to: level, priority: this.#priority, ranges },
    ];
  }

  take(running: Running, answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last' {
    if (answer.type === 'level') {
      running.connection.release(payload.byteLength);
      this.#takePiece(running, answer, payload);
      return 'more';
    }
    if (answer.type !== 'done') throw new ProtocolError('bad-value', `A ${answer.type} in answer to a get.`);
    if (this.#missing.length > 0 && !this.#isAnyBad)
      throw new ProtocolError('bad-value', `Done without all parts of level ${this.#level}.`);
    this.#events.onEnd(this.#missing);
    return 'last';
  }

  ended(running: Running): void {
    this.#running.delete(running);
    if (this.#running.size === 0) for (const each of this.#missing) forget(each);
  }

  remains(): Exchange[] {
    return [this];
  }

  cutTail(): Exchange[] {
    return [];
  }

  fail(error: Error): void {
    this.#events.onFailed(error);
  }

  /** A server that knows no ranges sends the whole level: of any piece, what belongs to a part is taken. */
  #takePiece(running: Running, message: Level, payload: Uint8Array<ArrayBuffer>): void {
    const { blob, frame } = this.#frame;
    if (message.blob !== blob || message.frame !== frame || message.level !== this.#level)
      throw new ProtocolError(
        'bad-value',
        `Level ${message.level} of frame ${message.frame} in answer to another.`,
      );
    const { offset } = message;
    const end = offset + payload.byteLength;
    for (const each of [...this.#missing]) {
      const { part } = each;
      const next = part.offset + each.received;
      if (next < offset || next >= end || each.received === part.length) continue;
      const piece = payload.subarray(next - offset, Math.min(end, part.offset + part.length) - offset);
      each.bytes ??= new Uint8Array(part.length);
      each.bytes.set(piece, each.received);
      each.received += piece.byteLength;
      if (each.received === part.length) this.#whole(running, each, each.bytes);
    }
  }

  #whole(running: Running, each: Missing, bytes: Uint8Array<ArrayBuffer>): void {
    const { blob, frame } = this.#frame;
    if (each.part.isRight(bytes)) {
      this.arrived++;
      this.#missing = this.#missing.filter((other) => other !== each);
      this.#events.onPart(each.index, bytes);
      return;
    }
    this.#isAnyBad = true;
    forget(each);
    const reason = 'The checksum of a part is wrong.';
    running.connection.send({ type: 'report', blob, frame, level: this.#level, reason });
    this.#events.onBad(running, bytes.byteLength);
  }
}

function forget(each: Missing): void {
  each.bytes = null;
  each.received = 0;
}
