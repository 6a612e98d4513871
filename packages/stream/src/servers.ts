// The known servers, how they have done, and which one to try next.
import type { Server } from '@strata/protocol/messages';

/** One address of a server with what is known about it. */
export interface Candidate {
  readonly url: string;
  /** The server's id once it has been met or named; null for an address that has never answered. */
  readonly server: string | null;
  readonly load: number;
  /** Smoothed milliseconds of a round trip; null before the first. */
  readonly latency: number | null;
  /** Failures since the last success, and no sooner than when to try again. */
  readonly failures: number;
  readonly notBefore: number;
}

/** The candidate for an address that nothing is known about. */
export function newCandidate(url: string): Candidate {
  return { url, server: null, load: 0, latency: null, failures: 0, notBefore: 0 };
}

/**
 * The pool's word about its servers, merged into what is known: loads are updated, new endpoints added, endpoints of
 * servers that left dropped, unless they were configured (`keep`).
 */
export function mergePool(
  known: readonly Candidate[],
  pool: readonly Server[],
  keep: ReadonlySet<string>,
): Candidate[] {
  const listed = new Map<string, Server>();
  for (const server of pool) for (const url of server.endpoints) listed.set(url, server);
  const ids = new Set(pool.map((server) => server.id));
  const kept = known
    .filter(
      (each) => listed.has(each.url) || keep.has(each.url) || (each.server !== null && ids.has(each.server)),
    )
    .map((each) => {
      const server = listed.get(each.url) ?? pool.find((one) => one.id === each.server);
      return server ? { ...each, server: server.id, load: server.load } : each;
    });
  const have = new Set(kept.map((each) => each.url));
  const added = [...listed].filter(([url]) => !have.has(url));
  return [
    ...kept,
    ...added.map(([url, server]) => ({ ...newCandidate(url), server: server.id, load: server.load })),
  ];
}

/**
 * The candidate to try now: of those whose time has come and that are not in `tried`, the ones with the fewest failures;
 * among these the better of two drawn at random (power of two choices: load spreads, and the best is not stampeded).
 * @returns null when none may be tried now
 */
export function pickServer(
  candidates: readonly Candidate[],
  tried: ReadonlySet<string>,
  now: number,
  random: () => number,
): Candidate | null {
  const open = candidates.filter((each) => !tried.has(each.url) && each.notBefore <= now);
  const fewest = Math.min(...open.map((each) => each.failures));
  const best = open.filter((each) => each.failures === fewest);
  const first = best[Math.floor(random() * best.length)];
  const second = best[Math.floor(random() * best.length)];
  if (!first || !second) return null;
  return cost(second) < cost(first) ? second : first;
}

/** When the first of the candidates may be tried; Infinity without any. */
export function nextChance(candidates: readonly Candidate[]): number {
  return Math.min(...candidates.map((each) => each.notBefore));
}

/** An unmeasured server counts as a near one, so that it is met. */
function cost(candidate: Candidate): number {
  return (candidate.latency ?? 1) * (1 + Math.max(0, candidate.load));
}

/** After a welcome: no failures any more, and whose address it was. */
export function succeeded(candidate: Candidate, server: string): Candidate {
  return { ...candidate, server, failures: 0, notBefore: 0 };
}

/** After a failed connection, or one that broke: not before `delay` ms from now. */
export function failed(candidate: Candidate, now: number, delay: number): Candidate {
  return { ...candidate, failures: candidate.failures + 1, notBefore: now + delay };
}

/** After a round trip of `latency` ms: an exponentially weighted mean. */
export function measured(candidate: Candidate, latency: number): Candidate {
  return {
    ...candidate,
    latency: candidate.latency === null ? latency : candidate.latency * 0.75 + latency * 0.25,
  };
}
