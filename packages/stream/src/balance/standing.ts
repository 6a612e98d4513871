// The connected servers as candidates for a request: how well, how near and how dear each of them is.
import { allows } from './breaker.ts';
import type { Choosable } from './choice.ts';
import { expected } from './latency.ts';
import { hasRoom } from './line.ts';
import { isResponsive } from './line-health.ts';
import type { KnownServer, Line } from './model.ts';
import type { Roster } from './roster.ts';

export interface Candidate extends Choosable {
  readonly line: Line;
}

/** A site counts as near when its round trips are at most this factor, and so many milliseconds, above the nearest one's. */
const NEAR = 2;
const NEAR_MILLISECONDS = 5;

/**
 * The servers that may be asked now. @param priority of the request, so that only lines with room for it count; null for
 * any line
 */
export function standing(
  roster: Roster,
  site: string | null,
  now: number,
  priority: number | null,
): Candidate[] {
  const up: { server: KnownServer; line: Line }[] = [];
  let base = Number.POSITIVE_INFINITY;
  for (const server of roster.servers.values()) {
    const { line } = server;
    if (!line || line.isLeaving) continue;
    if (server.latency.mean !== null) base = Math.min(base, server.latency.mean);
    if (priority === null || hasRoom(line, priority)) up.push({ server, line });
  }
  if (!Number.isFinite(base)) base = 1;
  const nearSites = site === null ? sitesNear(roster) : null;
  return up.map(({ server, line }) => ({
    ...{ key: server.key, hash: server.hash, line },
    isOwnSite: nearSites ? nearSites.has(server.site) : server.site === site,
    isHealthy: isResponsive(line, now) && allows(server.breaker, now),
    cost: expected(server.latency, now, base) * (1 + Math.max(0, server.load)) * (1 + line.attempts.size / 4),
  }));
}

function sitesNear(roster: Roster): Set<string> {
  const nearest = new Map<string, number>();
  for (const { site, roundTrip, line } of roster.servers.values()) {
    if (!line) continue;
    nearest.set(site, Math.min(nearest.get(site) ?? Number.POSITIVE_INFINITY, roundTrip ?? 0));
  }
  const best = Math.min(...nearest.values());
  return new Set(
    [...nearest].filter(([, ms]) => ms <= best * NEAR + NEAR_MILLISECONDS).map(([site]) => site),
  );
}
