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

/**
 * Starts with the first `count` targets. What is still under way when enough have the blob is called off; a copy that is made
 * all the same is on no list, and the audit finds it. Never rejects: fewer than `count` may be kept.
 * @param slowMs without being done for so long, one more target is tried @param mayHedge asked before that
 */
export function putOnSeveral(
  targets: readonly Target[],
  count: number,
  { slowMs, mayHedge }: { readonly slowMs: number; readonly mayHedge: () => boolean },
): Promise<SeveralResult> {
  return new Promise((resolve) => {
    const left = [...targets];
    const done = new AbortController();
    const kept: (Place & { readonly existed: boolean })[] = [];
    const failures = new Map<string, unknown>();
    let running = 0;
    const hedge = setInterval(() => {
      if (left.length > 0 && mayHedge()) start();
    }, slowMs);
    const end = () => {
      clearInterval(hedge);
      done.abort(new Error('enough servers have the blob'));
      resolve({ kept, failures });
    };
    const start = () => {
      const target = left.shift();
      if (!target) {
        if (running === 0 && !done.signal.aborted) end();
        return;
      }
      running++;
      target.keep(done.signal).then(
        (place) => {
          running--;
          if (done.signal.aborted) return;
          kept.push(place);
          if (kept.length >= count) end();
          else if (running === 0) start();
        },
        (error) => {
          running--;
          if (done.signal.aborted) return;
          failures.set(target.server, error);
          start();
        },
      );
    };
    for (let first = 0; first < Math.max(1, count); first++) start();
  });
}
