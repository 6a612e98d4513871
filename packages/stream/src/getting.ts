// One call of `get`: hands the levels of every frame to the caller in order and once, and knows when all have come.
import { MAX_LEVEL } from '@strata/protocol/limits';
import type { FrameRef } from '@strata/protocol/messages';
import { type SegmentCache, segmentKey } from './cache.ts';
import { StreamError } from './errors.ts';
import type { Pending, Waiter } from './fetch.ts';
import type { MissingLevel } from './ranges.ts';
import type { Receipt } from './receipt.ts';
import type { GetResult, OnSegment, Segment } from './types.ts';
import type { Wanted } from './wanted.ts';

interface FrameProgress extends FrameRef {
  /** Level to hand out next, and the last one wanted. */
  next: number;
  to: number;
  /** Later levels that are here already. */
  held: Map<number, Segment>;
}

export interface GettingOptions {
  readonly frames: readonly FrameRef[];
  readonly from: number;
  readonly to: number;
  readonly priority: number;
  readonly onSegment: OnSegment;
  readonly wanted: Wanted;
  readonly cache: SegmentCache;
  /** Levels kept from an earlier day, by `segmentKey`. */
  readonly recalled: ReadonlyMap<string, Segment>;
  readonly onCacheHit: () => void;
}

// What came from the cache, or was held back, owes the server nothing.
const alreadyConsumed = (): void => {};

export class GetCall implements Waiter {
  priority: number;
  readonly promise: Promise<GetResult>;
  readonly #options: GettingOptions;
  readonly #frames = new Map<string, FrameProgress>();
  readonly #pendings = new Set<Pending>();
  readonly #releases = new Set<() => void>();
  readonly #result: GetResult = { levels: 0, bytes: 0, fromCache: 0 };
  readonly #resolve: (result: GetResult) => void;
  readonly #reject: (error: unknown) => void;
  #consuming = 0;
  #settled = false;

  constructor(options: GettingOptions) {
    this.#options = options;
    this.priority = options.priority;
    const { promise, resolve, reject } = Promise.withResolvers<GetResult>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Hands out what the cache has and asks for the rest. */
  start(): void {
    if (this.#settled) return;
    const { frames, from, to } = this.#options;
    for (const { blob, frame } of frames) {
      const last = Math.min(to, MAX_LEVEL, this.#options.cache.lastLevel(blob, frame) ?? MAX_LEVEL);
      this.#frames.set(`${blob}/${frame}`, { blob, frame, next: from, to: last, held: new Map() });
    }
    const missing: MissingLevel[] = [];
    for (const frame of this.#frames.values()) {
      this.#takeCached(frame, missing);
      if (this.#settled) return;
      this.#forgetIfComplete(frame);
    }
    for (const pending of this.#options.wanted.want(this, missing)) this.#pendings.add(pending);
    this.#settleIfDone();
  }

  prioritise(priority: number): void {
    if (this.#settled || priority === this.priority) return;
    this.priority = priority;
    this.#options.wanted.reprioritise(this.#pendings);
  }

  /** Ends the call; nothing is handed out any more. */
  stop(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(error);
    const pendings = [...this.#pendings];
    this.#pendings.clear();
    this.#options.wanted.drop(this, pendings);
    for (const release of [...this.#releases]) release();
    this.#frames.clear();
  }

  onSegment(pending: Pending, segment: Segment, receipt: Receipt): void {
    this.#pendings.delete(pending);
    const frame = this.#frames.get(`${pending.blob}/${pending.frame}`);
    if (this.#settled || !frame) return;
    if (pending.level !== frame.next) {
      // An earlier level had to be asked for again. Holding this one must not use up the credit that that one needs.
      frame.held.set(pending.level, segment);
      return;
    }
    this.#handOut(frame, segment, receipt.hold());
    for (let held = frame.held.get(frame.next); held && !this.#settled; held = frame.held.get(frame.next)) {
      frame.held.delete(frame.next);
      this.#handOut(frame, held, alreadyConsumed);
    }
    this.#finishIfComplete(frame);
  }

  onAbsent(pending: Pending): void {
    this.#pendings.delete(pending);
    const frame = this.#frames.get(`${pending.blob}/${pending.frame}`);
    if (this.#settled || !frame || frame.next > frame.to) return;
    frame.to = Math.min(frame.to, pending.level - 1);
    this.#finishIfComplete(frame);
  }

  onFailed(error: Error): void {
    this.stop(error);
  }

  #takeCached(frame: FrameProgress, missing: MissingLevel[]): void {
    for (let level = frame.next; level <= frame.to; level++) {
      const { cache, recalled } = this.#options;
      const segment =
        cache.get(frame.blob, frame.frame, level) ?? recalled.get(segmentKey(frame.blob, frame.frame, level));
      if (!segment) {
        missing.push({ blob: frame.blob, frame: frame.frame, level });
        continue;
      }
      this.#options.onCacheHit();
      this.#result.fromCache += segment.bytes.byteLength;
      if (level === frame.next) this.#handOut(frame, segment, alreadyConsumed);
      else frame.held.set(level, segment);
      if (this.#settled) return;
    }
  }

  #handOut(frame: FrameProgress, segment: Segment, release: () => void): void {
    frame.next = segment.level + 1;
    this.#result.levels++;
    this.#result.bytes += segment.bytes.byteLength;
    this.#releases.add(release);
    const consumed = () => {
      this.#releases.delete(release);
      release();
    };
    let taken: void | Promise<void>;
    try {
      taken = this.#options.onSegment(segment);
    } catch (error) {
      consumed();
      this.stop(error);
      return;
    }
    if (!(taken instanceof Promise)) {
      consumed();
      return;
    }
    this.#consuming++;
    taken.then(
      () => {
        this.#consuming--;
        consumed();
        this.#settleIfDone();
      },
      (error: unknown) => {
        consumed();
        this.stop(error);
      },
    );
  }

  #finishIfComplete(frame: FrameProgress): void {
    if (this.#settled || frame.next <= frame.to) return;
    if (frame.held.size > 0) {
      const last = frame.to;
      const message = `Frame ${frame.frame} of blob ${frame.blob} has levels after its last one, ${last}.`;
      this.stop(new StreamError('corrupt', message));
      return;
    }
    this.#forgetIfComplete(frame);
    this.#settleIfDone();
  }

  #forgetIfComplete(frame: FrameProgress): void {
    if (frame.next > frame.to) this.#frames.delete(`${frame.blob}/${frame.frame}`);
  }

  #settleIfDone(): void {
    if (this.#settled || this.#frames.size > 0 || this.#consuming > 0) return;
    this.#settled = true;
    this.#resolve(this.#result);
  }
}
