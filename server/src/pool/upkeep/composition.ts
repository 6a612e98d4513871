// What the wanted replicas of all blobs depend on, as one text: when it is another, all blobs are looked at again.
import { hash } from 'node:crypto';
import type { DiskView, ServerView, UpkeepRules } from './pool-view.ts';

/** A server is missed after a minute; restarts are shorter. */
const MISSED_AFTER_MS = 60_000;
/** Free share of a disk that is worth another look at what found no room. */
const ROOMY = 0.05;

/** How the pool is composed, and for how long this server has seen it so. */
export class Composition {
  readonly #steadyMs: number;
  #text = '';
  #since = 0;

  /** @param steadyMs until the pool has been the same for so long, others may still plan with an older view of it */
  constructor(steadyMs: number) {
    this.#steadyMs = steadyMs;
  }

  /** `waitMs`: for how long it must still stay the same; not above 0 when it is steady. */
  look(servers: readonly ServerView[], rules: UpkeepRules): { text: string; waitMs: number } {
    const text = compositionOf(servers, rules);
    const now = performance.now();
    if (text !== this.#text) this.#since = now;
    this.#text = text;
    return { text, waitMs: this.#since + this.#steadyMs - now };
  }
}

function compositionOf(servers: readonly ServerView[], rules: UpkeepRules): string {
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
