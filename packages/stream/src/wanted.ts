// The levels that are on the way, and for whom: asked for once however many wait, given up when nobody waits any more.
import { crc32c } from '@strata/codec/crc32c';
import { LEAST_FRAMES_PER_REQUEST } from '@strata/protocol/limits';
import type { FollowingFrame, FrameRef, Level } from '@strata/protocol/messages';
import { LRUCache } from 'lru-cache';
import { historyOf } from './balance/actions.ts';
import { type SegmentCache, segmentKey } from './cache.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import type { Exchange, Running } from './exchange.ts';
import { Fetch, type FetchEvents, type FetchPlace, type Pending, type Waiter } from './fetch.ts';
import { groupMissing, type MissingLevel, type Range } from './ranges.ts';
import { Receipt } from './receipt.ts';
import type { Scheduler } from './scheduler.ts';
import type { Segment } from './types.ts';

/** Times that a level may come wrong, and with other servers left to ask. */
const MAX_BAD = 3;
const MOST_BAD = 32;
/** Blobs whose holders are remembered. */
const MAX_BLOBS = 200_000;

export interface WantedCounts {
  levels: number;
  badLevels: number;
  wastedBytes: number;
}

/** Where frames go. */
export interface Placing {
  /** Id of the server for this; null while none is connected. */
  serverFor(affinity: string, replicas: ReadonlySet<string> | null): string | null;
  /** How many are connected, or may be soon. */
  reachable(): number;
  /** When to try again for the time after `round` times. */
  delay(round: number): number;
  /** Does something when who has just got a manifest has had the time to ask for its images. */
  soon(action: () => void): void;
  /** Told of each level that came, verified. */
  keep?(segment: Segment): void;
}

export class Wanted {
  readonly counts: WantedCounts = { levels: 0, badLevels: 0, wastedBytes: 0 };
  readonly #scheduler: Scheduler;
  readonly #cache: SegmentCache;
  readonly #pendings = new Map<string, Pending>();
  readonly #events: FetchEvents;
  readonly #placing: Placing;
  readonly #holders = new LRUCache<string, ReadonlySet<string>>({ max: MAX_BLOBS });

  constructor(scheduler: Scheduler, cache: SegmentCache, placing: Placing) {
    this.#scheduler = scheduler;
    this.#cache = cache;
    this.#placing = placing;
    this.#events = {
      onArrived: (pending, segment, receipt) => this.#arrived(pending, segment, receipt),
      onBad: (pending, running, receipt) => this.#bad(pending, running, receipt),
      onAbsent: (pending) => this.#absent(pending),
      onWaste: (bytes) => {
        this.counts.wastedBytes += bytes;
      },
      onStray: (connection, message, payload) => this.stray(connection, message, payload),
      onFailed: (fetch, error) => this.#failed(fetch, error),
      regroup: (pendings, owner) => this.#regroup([...pendings], owner),
    };
  }

  /** Gets the levels for the waiter: joins what is on the way, asks for the rest. @returns what it now waits for */
  want(waiter: Waiter, missing: Iterable<MissingLevel>): Pending[] {
    const pendings: Pending[] = [];
    const fresh: Pending[] = [];
    const joined: Pending[] = [];
    for (const { blob, frame, level } of missing) {
      const key = segmentKey(blob, frame, level);
      const known = this.#pendings.get(key);
      if (known) joined.push(known);
      // `fetch` and `place` are set when the pending is put into its fetch, below.
      const pending =
        known ??
        ({ blob, frame, level, key, waiters: new Set(), bad: 0, badFrom: new Set() } as unknown as Pending);
      pending.waiters.add(waiter);
      pendings.push(pending);
      if (known) continue;
      this.#pendings.set(key, pending);
      fresh.push(pending);
    }
    this.reprioritise(joined);
    for (const fetch of this.#regroup(fresh, waiter)) this.#scheduler.submit(fetch);
    return pendings;
  }

  /**
   * The levels 0..`to` of a frame come with a request that asked for something else: who wants them joins, and what nobody has
   * joined after a while is called off.
   * @param carrier the request, @param running where it runs
   * @returns what takes them; null when all of them are here or on their way
   */
  follow({ blob, frame, to }: FollowingFrame, carrier: Exchange, running: Running): Fetch | null {
    const waiter: Waiter = { priority: 0, onSegment: () => {}, onAbsent: () => {}, onFailed: () => {} };
    const place = { prefer: running.connection.welcome.serverId, replicas: this.#holders.get(blob) ?? null };
    const fetch = new Fetch([{ blob, frame }], { from: 0, to, ...place }, waiter, this.#events);
    for (let level = 0; level <= to; level++) {
      const key = segmentKey(blob, frame, level);
      if (this.#pendings.has(key) || this.#cache.get(blob, frame, level)) continue;
      const waiters = new Set([waiter]);
      const pending = {
        blob,
        frame,
        level,
        key,
        waiters,
        bad: 0,
        badFrom: new Set<string>(),
        fetch,
        place: 0,
      };
      this.#pendings.set(key, pending);
      fetch.add(pending, 0);
    }
    if (fetch.pendings.size === 0) return null;
    fetch.follow(carrier, running);
    const pendings = [...fetch.pendings.values()];
    this.#placing.soon(() => this.drop(waiter, pendings));
    return fetch;
  }

  /** Remembers which servers hold a blob. */
  noteHolders(blob: string, servers: readonly string[]): void {
    if (servers.length > 0) this.#holders.set(blob, new Set(servers));
  }

  /** Where a frame goes now. */
  placeOf({ blob, frame }: FrameRef): FetchPlace {
    const replicas = this.#holders.get(blob) ?? null;
    return { prefer: this.#placing.serverFor(`${blob}/${frame}`, replicas), replicas };
  }

  /** The waiter does not want these any more; what nobody else wants is called off. */
  drop(waiter: Waiter, pendings: Iterable<Pending>): void {
    const unwanted = [...pendings].filter(
      (pending) => pending.waiters.delete(waiter) && pending.waiters.size === 0,
    );
    for (const pending of unwanted) {
      if (this.#pendings.get(pending.key) === pending) this.#pendings.delete(pending.key);
    }
    this.#callOff(unwanted);
  }

  /** The priority of someone who waits for these has changed, or someone has joined. */
  reprioritise(pendings: Iterable<Pending>): void {
    const places = new Map<Fetch, number[]>();
    for (const pending of pendings) {
      const list = places.get(pending.fetch);
      if (list) list.push(pending.place);
      else places.set(pending.fetch, [pending.place]);
    }
    for (const [fetch, list] of places) fetch.updatePriorities(list);
  }

  /**
   * Bytes that were on the way when their request was called off: they have travelled, so a level that came whole is
   * kept, and serves whoever has asked for it anew.
   */
  stray(connection: Connection, message: Level, payload: Uint8Array<ArrayBuffer>): void {
    const { blob, frame, level, offset, length } = message;
    if (offset !== 0 || length !== payload.byteLength || crc32c(payload) !== message.crc32c) {
      connection.release(payload.byteLength);
      this.counts.wastedBytes += payload.byteLength;
      return;
    }
    const segment = { blob, frame, level, crc32c: message.crc32c, bytes: payload };
    const pending = this.#pendings.get(segmentKey(blob, frame, level));
    const receipt = new Receipt(connection, length, length);
    const release = receipt.hold();
    if (pending) {
      this.#callOff([pending]);
      this.#arrived(pending, segment, receipt);
    } else if (this.#cache.has(segment)) this.counts.wastedBytes += length;
    else this.#keep(segment);
    release();
  }

  /** The pendings are not to be brought by their fetches any more. */
  #callOff(pendings: Iterable<Pending>): void {
    const places = new Map<Fetch, Set<number>>();
    for (const pending of pendings) {
      if (!pending.fetch.pendings.has(pending.key)) continue;
      pending.fetch.remove(pending);
      places.set(pending.fetch, (places.get(pending.fetch) ?? new Set()).add(pending.place));
    }
    for (const [fetch, emptied] of places) {
      if (fetch.pendings.size === 0) this.#scheduler.withdraw(fetch.carrier);
      else fetch.cancelEmptied(emptied);
    }
  }

  /** As few fetches as can ask for the levels, each for one server. */
  #regroup(pendings: Pending[], owner: Waiter): Fetch[] {
    const fetches: Fetch[] = [];
    for (const [place, own] of this.#placesOf(pendings)) {
      for (const range of groupMissing(own, LEAST_FRAMES_PER_REQUEST)) {
        fetches.push(this.#fetchOf(range, place, owner));
      }
    }
    return fetches;
  }

  #fetchOf({ from, to, items }: Range<Pending>, place: FetchPlace, owner: Waiter): Fetch {
    const frames = items.map((levels) => ({
      blob: (levels[0] as Pending).blob,
      frame: (levels[0] as Pending).frame,
    }));
    const fetch = new Fetch(frames, { from, to, ...place }, owner, this.#events);
    items.forEach((levels, place) => {
      for (const pending of levels) fetch.add(pending, place);
    });
    fetch.updatePriorities(frames.keys());
    return fetch;
  }

  /** Levels by the server that their frame goes to now: the levels of a frame stay together. */
  #placesOf(pendings: readonly Pending[]): Map<FetchPlace, Pending[]> {
    const names = new Map<string, FetchPlace>();
    const places = new Map<FetchPlace, Pending[]>();
    const known = new Map<string, FetchPlace>();
    for (const pending of pendings) {
      const { blob, frame } = pending;
      const affinity = `${blob}/${frame}`;
      let place = known.get(affinity);
      if (!place) {
        const replicas = this.#holders.get(blob) ?? null;
        const prefer = this.#placing.serverFor(affinity, replicas);
        const name = JSON.stringify([prefer, replicas && [...replicas]]);
        place = names.get(name) ?? { prefer, replicas };
        names.set(name, place);
        known.set(affinity, place);
      }
      const own = places.get(place);
      if (own) own.push(pending);
      else places.set(place, [pending]);
    }
    return places;
  }

  #arrived(pending: Pending, segment: Segment, receipt: Receipt): void {
    this.#pendings.delete(pending.key);
    this.counts.levels++;
    this.#keep(segment);
    for (const waiter of [...pending.waiters]) waiter.onSegment(pending, segment, receipt);
  }

  #keep(segment: Segment): void {
    this.#cache.put(segment);
    this.#placing.keep?.(segment);
  }

  #bad(pending: Pending, running: Running, receipt: Receipt): void {
    this.counts.badLevels++;
    this.counts.wastedBytes += receipt.bytes;
    const release = receipt.hold();
    pending.badFrom.add(running.connection.welcome.serverId);
    this.#scheduler.corrupt(running);
    pending.bad++;
    const isOtherLeft = pending.bad < MOST_BAD && pending.badFrom.size < this.#placing.reachable();
    if (pending.bad < MAX_BAD || isOtherLeft) {
      const [owner] = pending.waiters;
      const notBefore = isOtherLeft ? 0 : this.#placing.delay(pending.bad);
      const history = { ...historyOf(pending.badFrom), notBefore };
      if (owner) for (const fetch of this.#regroup([pending], owner)) this.#scheduler.submit(fetch, history);
    } else {
      this.#pendings.delete(pending.key);
      const message = `Level ${pending.level} of frame ${pending.frame} of blob ${pending.blob} came ${pending.bad} times with a wrong checksum.`;
      for (const waiter of [...pending.waiters]) waiter.onFailed(new StreamError('corrupt', message));
    }
    release();
  }

  #absent(pending: Pending): void {
    this.#pendings.delete(pending.key);
    const known = this.#cache.lastLevel(pending.blob, pending.frame);
    if (known === undefined || pending.level - 1 < known) {
      this.#cache.rememberLastLevel(pending.blob, pending.frame, pending.level - 1);
    }
    for (const waiter of [...pending.waiters]) waiter.onAbsent(pending);
  }

  // A refusal is meant for the call whose request it was. Those who only joined it ask for themselves.
  #failed(fetch: Fetch, error: Error): void {
    const orphans = [...fetch.pendings.values()];
    fetch.pendings.clear();
    fetch.owner.onFailed(error);
    const heirs = new Map<Waiter, Pending[]>();
    for (const pending of orphans) {
      const [heir] = pending.waiters;
      if (!heir) {
        if (this.#pendings.get(pending.key) === pending) this.#pendings.delete(pending.key);
        continue;
      }
      heirs.set(heir, [...(heirs.get(heir) ?? []), pending]);
    }
    for (const [heir, pendings] of heirs)
      for (const each of this.#regroup(pendings, heir)) this.#scheduler.submit(each);
  }
}
