// What the wanted replicas of all blobs depend on, as one text: when it is another, all blobs are looked at again.
import { hash } from 'node:crypto';
import type { DiskView, ServerView, UpkeepRules } from './pool-view.ts';

/** A server is missed after a minute; restarts are shorter. */
const MISSED_AFTER_MS = 60_000;
/** Free share of a disk that is worth another look at what found no room. */
const ROOMY = 0.05;

export function compositionOf(servers: readonly ServerView[], rules: UpkeepRules): string {
  const parts = servers
    .filter(({ state }) => state !== 'out')
    .map((server) => [
      server.id,
      server.site,
      server.state,
      presence(server, rules),
      server.disks.map(diskOf).sort(),
    ]);
  const text = JSON.stringify([rules, parts.sort()]);
  return hash('sha256', text).slice(0, 32);
}

function presence({ isAlive, silentMs }: ServerView, { repairAfterMs }: UpkeepRules): string {
  if (isAlive || silentMs < Math.min(MISSED_AFTER_MS, repairAfterMs)) return 'here';
  return silentMs < repairAfterMs ? 'away' : 'gone';
}

function diskOf({ id, kind, state, free, capacity }: DiskView): string {
  const room = state === 'lost' ? 'lost' : state === 'in' && free > capacity * ROOMY ? 'roomy' : 'full';
  return `${id} ${kind} ${room}`;
}
