// Says how the servers do.
import type { PoolStatus, ServerStatus } from '../pool-status.ts';
import type { Availability } from './availability.ts';
import { isResponsive } from './line-health.ts';
import type { KnownServer } from './model.ts';

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
