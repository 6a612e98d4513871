// One `get` on the wire: asks for a range of levels of some frames and hands each on once it is whole and verified.
import { crc32c } from '@strata/codec/crc32c';
import { ProtocolError } from '@strata/protocol/errors';
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
  /** How often it came with a wrong checksum. */
  bad: number;
  fetch: Fetch;
  place: number;
}

/** What a fetch tells about its pendings. */
export interface FetchEvents {
  onArrived(pending: Pending, segment: Segment, receipt: Receipt): void;
  onBad(pending: Pending, receipt: Receipt): void;
  onAbsent(pending: Pending): void;
  /** A piece of a level that nobody waits for any more in this fetch. */
  onStray(connection: Connection, message: Level, payload: Uint8Array<ArrayBuffer>): void;
  /** The fetch failed; its pendings are still in it. */
  onFailed(fetch: Fetch, error: Error): void;
  /** The pendings that are left are to be asked for anew. @returns the fetches that do */
  regroup(fetch: Fetch): Fetch[];
}

export class Fetch implements Exchange {
  readonly frames: readonly FrameRef[];
  readonly from: number;
  readonly to: number;
  /** Whose request this is: the first to hear when the server refuses it. */
  readonly owner: Waiter;
  readonly pendings = new Map<string, Pending>();
  failures = 0;
  arrived = 0;
  readonly #events: FetchEvents;
  readonly #assemblies = new Map<string, Assembly>();
  /** Priority of each place as the server knows it, and the pendings left there. */
  readonly #told: number[];
  readonly #left: Set<Pending>[];
  #running: Running | null = null;
  #levels = 0;

  constructor(frames: readonly FrameRef[], from: number, to: number, owner: Waiter, events: FetchEvents) {
    this.frames = frames;
    this.from = from;
    this.to = to;
    this.owner = owner;
    this.#events = events;
    this.#told = frames.map(() => owner.priority);
    this.#left = frames.map(() => new Set());
  }

  /** The most urgent of its places. */
  get priority(): number {
    return this.#told.reduce((least, each) => Math.min(least, each), 255);
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
    if (empty.length === 0 || !this.#running) return;
    const { connection, id } = this.#running;
    connection.send({ type: 'cancel', id, frames: empty });
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
    if (this.#running)
      for (const message of this.#prioritise(this.#running.id, changed))
        this.#running.connection.send(message);
  }

  ask(running: Running): ClientMessage[] {
    this.#running = running;
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

  take(answer: Answer, payload: Uint8Array<ArrayBuffer>): 'more' | 'last' {
    if (answer.type === 'level') {
      this.#takeLevel(answer, payload);
      return 'more';
    }
    if (answer.type !== 'done') throw new ProtocolError('bad-value', `A ${answer.type} in answer to a get.`);
    this.#takeDone(answer);
    return 'last';
  }

  remains(): Fetch[] {
    this.#running = null;
    return this.#events.regroup(this);
  }

  fail(error: Error): void {
    this.#running = null;
    this.#events.onFailed(this, error);
  }

  #takeLevel(message: Level, payload: Uint8Array<ArrayBuffer>): void {
    const { connection } = this.#running as Running;
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
      this.#events.onBad(pending, receipt);
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
