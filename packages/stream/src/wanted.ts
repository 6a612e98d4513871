// The levels that are on the way, and for whom: asked for once however many wait, given up when nobody waits any more.
import { crc32c } from '@strata/codec/crc32c';
import { LEAST_FRAMES_PER_REQUEST } from '@strata/protocol/limits';
import type { Level } from '@strata/protocol/messages';
import { type SegmentCache, segmentKey } from './cache.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import { Fetch, type FetchEvents, type Pending, type Waiter } from './fetch.ts';
import { groupMissing, type MissingLevel } from './ranges.ts';
import { Receipt } from './receipt.ts';
import type { Scheduler } from './scheduler.ts';
import type { Segment } from './types.ts';

const MAX_BAD = 3;

export interface WantedCounts {
  levels: number;
  badLevels: number;
}

export class Wanted {
  readonly counts: WantedCounts = { levels: 0, badLevels: 0 };
  readonly #scheduler: Scheduler;
  readonly #cache: SegmentCache;
  readonly #pendings = new Map<string, Pending>();
  readonly #events: FetchEvents;

  constructor(scheduler: Scheduler, cache: SegmentCache) {
    this.#scheduler = scheduler;
    this.#cache = cache;
    this.#events = {
      onArrived: (pending, segment, receipt) => this.#arrived(pending, segment, receipt),
      onBad: (pending, receipt) => this.#bad(pending, receipt),
      onAbsent: (pending) => this.#absent(pending),
      onStray: (connection, message, payload) => this.stray(connection, message, payload),
      onFailed: (fetch, error) => this.#failed(fetch, error),
      regroup: (fetch) => this.#regroup([...fetch.pendings.values()], fetch.owner),
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
        known ?? ({ blob, frame, level, key, waiters: new Set(), bad: 0 } as unknown as Pending);
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
      return;
    }
    const segment = { blob, frame, level, crc32c: message.crc32c, bytes: payload };
    const pending = this.#pendings.get(segmentKey(blob, frame, level));
    const receipt = new Receipt(connection, length, length);
    const release = receipt.hold();
    if (pending) {
      this.#callOff([pending]);
      this.#arrived(pending, segment, receipt);
    } else this.#cache.put(segment);
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
      if (fetch.pendings.size === 0) this.#scheduler.withdraw(fetch);
      else fetch.cancelEmptied(emptied);
    }
  }

  #regroup(pendings: Pending[], owner: Waiter): Fetch[] {
    return groupMissing(pendings, LEAST_FRAMES_PER_REQUEST).map(({ from, to, items }) => {
      const frames = items.map((levels) => ({
        blob: (levels[0] as Pending).blob,
        frame: (levels[0] as Pending).frame,
      }));
      const fetch = new Fetch(frames, from, to, owner, this.#events);
      items.forEach((levels, place) => {
        for (const pending of levels) fetch.add(pending, place);
      });
      fetch.updatePriorities(frames.keys());
      return fetch;
    });
  }

  #arrived(pending: Pending, segment: Segment, receipt: Receipt): void {
    this.#pendings.delete(pending.key);
    this.counts.levels++;
    this.#cache.put(segment);
    for (const waiter of [...pending.waiters]) waiter.onSegment(pending, segment, receipt);
  }

  #bad(pending: Pending, receipt: Receipt): void {
    this.counts.badLevels++;
    const release = receipt.hold();
    if (++pending.bad < MAX_BAD) {
      const [owner] = pending.waiters;
      if (owner) for (const fetch of this.#regroup([pending], owner)) this.#scheduler.submit(fetch);
    } else {
      this.#pendings.delete(pending.key);
      const message = `Level ${pending.level} of frame ${pending.frame} of blob ${pending.blob} came ${MAX_BAD} times with a wrong checksum.`;
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
