// One `get` on the wire: asks for a range of levels of some frames and hands each on once it is whole and verified.
import { crc32c } from '@strata/codec/crc32c';
import { ProtocolError } from '@strata/protocol/errors';
import { MAX_PRIORITY } from '@strata/protocol/limits';
import type { ClientMessage, Done, FrameRef, Level } from '@strata/protocol/messages';
import { Assembly } from './assembly.ts';
import { segmentKey } from './cache.ts';
import type { Connection } from './connection.ts';
import type { Answer, Exchange, Running } from './exchange.ts';
import { Receipt } from './receipt.ts';
import type { Segment } from './types.ts';

/** Someone who waits for segments. */
export interface Waiter {
  readonly priority: number;
  onSegment(pending: Pending, segment: Segment, receipt: Receipt): void;
  /** The frame has no such level: its last one is `pending.level - 1` or below. */
  onAbsent(pending: Pending): void;
  onFailed(error: Error): void;
}

/** One level of one frame that is asked for. */
export interface Pending {
  readonly blob: string;
  readonly frame: number;
  readonly level: number;
  readonly key: string;
  readonly waiters: Set<Waiter>;
  /** The servers that it came from with a wrong checksum, and how often. */
  readonly badFrom: Set<string>;
  bad: number;
  fetch: Fetch;
  place: number;
}

/** What a fetch tells about its pendings. */
export interface FetchEvents {
  onArrived(pending: Pending, segment: Segment, receipt: Receipt): void;
  onBad(pending: Pending, running: Running, receipt: Receipt): void;
  onAbsent(pending: Pending): void;
  /** Pieces of a level that cannot be completed any more. */
  onWaste(bytes: number): void;
  /** A piece of a level that nobody waits for any more in this fetch. */
  onStray(connection: Connection, message: Level, payload: Uint8Array<ArrayBuffer>): void;
  /** The fetch failed; its pendings are still in it. */
  onFailed(fetch: Fetch, error: Error): void;
  /** The pendings that are left are to be asked for anew. @returns the fetches that do */
  regroup(pendings: Iterable<Pending>, owner: Waiter): Fetch[];
}

/** Where a fetch is to be asked. */
export interface FetchPlace {
  /** The server that it was cut out for; null when it is not known yet. */
  readonly prefer: string | null;
  /** Ids of the servers that hold its frames; null when that is not known. */
  readonly replicas: ReadonlySet<string> | null;
}

export class Fetch implements Exchange {
  readonly kind = 'get';
  readonly prefer: string | null;
  readonly replicas: ReadonlySet<string> | null;
  readonly frames: readonly FrameRef[];
  readonly from: number;
  readonly to: number;
  /** Whose request this is: the first to hear when the server refuses it. */
  readonly owner: Waiter;
  readonly pendings = new Map<string, Pending>();
  /** What the scheduler knows it by: itself, or the request that it came with. */
  carrier: Exchange = this;
  arrived = 0;
  readonly #events: FetchEvents;
  readonly #assemblies = new Map<string, Assembly>();
  /** Priority of each place as the server knows it, and the pendings left there. */
  readonly #told: number[];
  readonly #left: Set<Pending>[];
  readonly #running = new Set<Running>();
  #levels = 0;
  #priority: number;

  constructor(
    frames: readonly FrameRef[],
    { from, to, prefer, replicas }: { from: number; to: number } & FetchPlace,
    owner: Waiter,
    events: FetchEvents,
  ) {
    this.frames = frames;
    this.prefer = prefer;
    this.replicas = replicas;
    this.from = from;
    this.to = to;
    this.owner = owner;
    this.#events = events;
    this.#told = frames.map(() => owner.priority);
    this.#priority = owner.priority;
    this.#left = frames.map(() => new Set());
  }

  /** The most urgent of its places. */
  get priority(): number {
    return this.#priority;
  }

  get affinity(): string {
    const { blob = '', frame = 0 } = this.frames[0] ?? {};
    return `${blob}/${frame}`;
  }

  get missingFrames(): number {
    let frames = 0;
    for (const left of this.#left) if (left.size > 0) frames++;
    return frames;
  }

  get missingLevels(): number {
    return this.pendings.size;
  }

  /** Lets the fetch bring a pending, for the frame at `place` of its list. */
  add(pending: Pending, place: number): void {
    pending.fetch = this;
    pending.place = place;
    this.pendings.set(pending.key, pending);
    this.#left[place]?.add(pending);
  }

  /** Nobody waits for the pending any more, or someone else brings it. */
  remove(pending: Pending): void {
    this.pendings.delete(pending.key);
    this.#left[pending.place]?.delete(pending);
  }

  /** Tells the server to leave out the places where nothing is waited for any more. */
  cancelEmptied(places: Iterable<number>): void {
    const empty = this.#emptyAmong(places);
    if (empty.length === 0) return;
    for (const { connection, id } of this.#running) connection.send({ type: 'cancel', id, frames: empty });
  }

  /** Brings the priorities of places in line with those who wait there, and tells the server what changed. */
  updatePriorities(places: Iterable<number>): void {
    const changed = new Map<number, number[]>();
    for (const place of new Set(places)) {
      const wanted = this.#priorityAt(place);
      if (wanted === null || wanted === this.#told[place]) continue;
      this.#told[place] = wanted;
      changed.set(wanted, [...(changed.get(wanted) ?? []), place]);
    }
    if (changed.size === 0) return;
    this.#priority = this.#told.reduce((least, each) => Math.min(least, each), MAX_PRIORITY);
    for (const { connection, id } of this.#running)
      for (const message of this.#prioritise(id, changed)) connection.send(message);
  }

  /** It runs there without having been asked for. */
  follow(carrier: Exchange, running: Running): void {
    this.carrier = carrier;
    this.#running.add(running);
  }

  ask(running: Running): ClientMessage[] {
    this.#running.add(running);
    const base = this.priority;
    const apart = new Map<number, number[]>();
    this.#told.forEach((priority, place) => {
      if (priority !== base) apart.set(priority, [...(apart.get(priority) ?? []), place]);
    });
    const target = { frames: [...this.frames] };
    const { id } = running;
    const messages: ClientMessage[] = [
      { type: 'get', id, target, from: this.from, to: this.to, priority: base },
      ...this.#prioritise(id, apart),
    ];
    // Frames that were given up while this waited for a connection.
    const unwanted = this.#emptyAmong(this.frames.keys());
    if (unwanted.length > 0) messages.push({ type: 'cancel', id, frames: unwanted });
    return messages;
  }

  take(running: Running, answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last' {
    if (answer.type === 'level') {
      this.#takeLevel(running, answer, payload);
      return 'more';
    }
    if (answer.type !== 'done') throw new ProtocolError('bad-value', `A ${answer.type} in answer to a get.`);
    this.#takeDone(answer);
    return 'last';
  }

  ended(running: Running): void {
    this.#running.delete(running);
    if (this.#running.size > 0) return;
    for (const assembly of this.#assemblies.values()) this.#events.onWaste(assembly.received);
    this.#assemblies.clear();
  }

  remains(): Fetch[] {
    return this.#events.regroup(this.pendings.values(), this.owner);
  }

  cutTail(frames: number): Fetch[] {
    const places: number[] = [];
    for (let place = this.#left.length - 1; place >= 0 && places.length < frames; place--) {
      const left = [...(this.#left[place] ?? [])];
      // What has begun to come goes on.
      if (left.length > 0 && !left.some(({ key }) => this.#assemblies.has(key))) places.unshift(place);
    }
    const pendings = places.flatMap((place) => [...(this.#left[place] ?? [])]);
    for (const pending of pendings) this.remove(pending);
    this.cancelEmptied(places);
    return this.#events.regroup(pendings, this.owner);
  }

  fail(error: Error): void {
    this.#events.onFailed(this, error);
  }

  #takeLevel(running: Running, message: Level, payload: Uint8Array<ArrayBuffer>): void {
    const { connection } = running;
    const isEnd = message.offset + payload.byteLength === message.length;
    if (isEnd) this.#levels++;
    const key = segmentKey(message.blob, message.frame, message.level);
    const pending = this.pendings.get(key);
    if (!pending) {
      this.#events.onStray(connection, message, payload);
      return;
    }
    const assembly = this.#assemblies.get(key) ?? new Assembly();
    const bytes = assembly.add(message, payload);
    if (!bytes) {
      this.#assemblies.set(key, assembly);
      connection.release(payload.byteLength);
      return;
    }
    this.#assemblies.delete(key);
    const receipt = new Receipt(connection, bytes.byteLength, payload.byteLength);
    const release = receipt.hold();
    if (crc32c(bytes) === message.crc32c) {
      const { blob, frame, level } = pending;
      this.arrived++;
      this.remove(pending);
      this.#events.onArrived(pending, { blob, frame, level, crc32c: message.crc32c, bytes }, receipt);
    } else {
      const { blob, frame, level } = pending;
      connection.send({
        type: 'report',
        blob,
        frame,
        level,
        reason: 'The CRC-32C of the received bytes is wrong.',
      });
      this.remove(pending);
      this.#events.onBad(pending, running, receipt);
    }
    release();
  }

  #takeDone(message: Done): void {
    if (message.levels !== this.#levels) {
      throw new ProtocolError(
        'bad-value',
        `Done after ${this.#levels} levels, but ${message.levels} were sent.`,
      );
    }
    for (const pending of [...this.pendings.values()]) {
      if (pending.level === 0)
        throw new ProtocolError('bad-value', `Done without level 0 of frame ${pending.frame}.`);
      this.remove(pending);
      this.#events.onAbsent(pending);
    }
  }

  #emptyAmong(places: Iterable<number>): number[] {
    return [...places].filter((place) => this.#left[place]?.size === 0);
  }

  #priorityAt(place: number): number | null {
    let least: number | null = null;
    for (const pending of this.#left[place] ?? []) {
      for (const waiter of pending.waiters) least = Math.min(least ?? waiter.priority, waiter.priority);
    }
    return least;
  }

  #prioritise(id: number, groups: Map<number, number[]>): ClientMessage[] {
    return [...groups].map(([priority, frames]) =>
      frames.length === this.frames.length
        ? { type: 'prioritise', id, priority }
        : { type: 'prioritise', id, priority, frames },
    );
  }
}
