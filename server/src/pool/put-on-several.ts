// One blob on several servers at once: done when enough have it durably, the next in rank when one fails or is slow.
import type { Place } from '@strata/metadata/pool/model';

/** A server that could keep the blob. */
export interface Target {
  readonly server: string;
  /** Durable when it resolves. May go on for a while after the signal. */
  readonly keep: (signal: AbortSignal) => Promise<Place & { readonly existed: boolean }>;
}

export interface SeveralResult {
  readonly kept: readonly (Place & { readonly existed: boolean })[];
  /** Why others have not kept it, by server. */
  readonly failures: ReadonlyMap<string, unknown>;
}

export interface SlownessRules {
  /** Without being done for so long, one more target is tried. */
  readonly slowMs: number;
  /** Asked before that. */
  readonly mayHedge: () => boolean;
  /** Told of a server that was still at it when one that was asked for its slowness had the blob. */
  readonly onOvertaken: (server: string) => void;
}

/**
 * Starts with the first `count` targets. What is still under way when enough have the blob is called off; a copy that is made
 * all the same is on no list, and the audit finds it. Never rejects: fewer than `count` may be kept.
 */
export function putOnSeveral(
  targets: readonly Target[],
  count: number,
  { slowMs, mayHedge, onOvertaken }: SlownessRules,
): Promise<SeveralResult> {
  return new Promise((resolve) => {
    const left = [...targets];
    const done = new AbortController();
    const kept: (Place & { readonly existed: boolean })[] = [];
    const failures = new Map<string, unknown>();
    const running = new Set<string>();
    const slow = new Set<string>();
    const hedge = setInterval(() => {
      if (left.length === 0 || !mayHedge()) return;
      for (const server of running) slow.add(server);
      start();
    }, slowMs);
    const end = () => {
      clearInterval(hedge);
      if (kept.length >= count) for (const server of slow) if (running.has(server)) onOvertaken(server);
      done.abort(new Error('enough servers have the blob'));
      resolve({ kept, failures });
    };
    const start = () => {
      const target = left.shift();
      if (!target) {
        if (running.size === 0 && !done.signal.aborted) end();
        return;
      }
      running.add(target.server);
      target.keep(done.signal).then(
        (place) => {
          running.delete(target.server);
          if (done.signal.aborted) return;
          kept.push(place);
          if (kept.length >= count) end();
          else if (running.size === 0) start();
        },
        (error) => {
          running.delete(target.server);
          if (done.signal.aborted) return;
          failures.set(target.server, error);
          start();
        },
      );
    };
    for (let first = 0; first < Math.max(1, count); first++) start();
  });
}
