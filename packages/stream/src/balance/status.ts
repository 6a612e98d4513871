// What callers are told of the pool.
import type { ClientState } from '../types.ts';
import type { Availability } from './availability.ts';
import { isResponsive } from './line-health.ts';
import type { KnownServer } from './roster.ts';

export interface ServerStatus {
  /** Its id, or its configured address before it was met. */
  readonly id: string;
  readonly name: string;
  readonly site: string;
  /** `silent`: asked whether it is still there, it has not answered yet; `hung`: it did not answer in time. */
  readonly state: 'connected' | 'silent' | 'hung' | 'connecting' | 'resting' | 'down';
  /** The address in use, or to be tried first. */
  readonly url: string;
  /** What it last said of its load. */
  readonly load: number;
  /** Milliseconds of a round trip and to a first byte, smoothed; null before the first. */
  readonly roundTrip: number | null;
  readonly latency: number | null;
  /** `open`: it is left alone because it failed or was slow; `half-open`: one request at a time may show better. */
  readonly breaker: 'closed' | 'open' | 'half-open';
}

export interface PoolStatus {
  readonly state: ClientState;
  readonly connected: number;
  readonly servers: readonly ServerStatus[];
  /** Milliseconds that no server has been connected; null while one is or none is wanted. */
  readonly offlineFor: number | null;
  /** Milliseconds until the next try to connect, 0 while one is being made; null while none is needed. */
  readonly nextTryIn: number | null;
}

export function describePool(
  servers: Iterable<KnownServer>,
  { state, awaySince }: Pick<Availability, 'state' | 'awaySince'>,
  nextTryAt: number,
  now: number,
): PoolStatus {
  const all = [...servers].map((server): ServerStatus => {
    const { key, name, site, load, roundTrip, latency, line, phase, breaker, endpoints } = server;
    const connected = !line || isResponsive(line, now) ? 'connected' : line.isHung ? 'hung' : 'silent';
    return {
      ...{ id: key, name, site, load, roundTrip, latency: latency.mean },
      state: phase === 'up' ? connected : phase,
      url: line?.url ?? endpoints[0] ?? '',
      breaker: breaker.until === null ? 'closed' : now < breaker.until ? 'open' : 'half-open',
    };
  });
  const isTrying = all.some((each) => each.state === 'connecting');
  return {
    state,
    connected: all.filter((each) => each.state === 'connected' || each.state === 'silent').length,
    servers: all,
    offlineFor: awaySince === null ? null : now - awaySince,
    nextTryIn: awaySince === null ? null : isTrying ? 0 : Math.max(0, nextTryAt - now),
  };
}
