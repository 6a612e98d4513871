// Questions about one open connection: what it last brought, and whether more fits.
import type { KnownServer, Line } from './model.ts';

const CLASSES = 9;

/** The class of a priority: 0, 1, 2..3, 4..7, ... as 0 to 8. Within one, requests are served alike. */
export function urgency(priority: number): number {
  return Math.min(CLASSES - 1, 32 - Math.clz32(priority));
}

export function newLine(id: number, server: KnownServer, url: string, most: number, now: number): Line {
  return {
    ...{ id, server, url, most },
    openedAt: now,
    attempts: new Set(),
    heardAt: now,
    broughtAt: new Float64Array(CLASSES).fill(Number.NEGATIVE_INFINITY),
    gap: null,
    blockedAt: Number.NEGATIVE_INFINITY,
    probedAt: null,
    isHung: false,
    isLeaving: false,
    isUseful: false,
  };
}

/** When the line last brought something for requests at least as urgent as this class, or only for more urgent ones. */
export function lastBrought(line: Line, upTo: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= upTo; i++) last = Math.max(last, line.broughtAt[i] as number);
  return last;
}

/**
 * Whether one more request fits. The last eighth of the places is for what is more urgent than all that runs, so that a
 * flood of reading ahead does not keep the visible image waiting.
 */
export function hasRoom(line: Line, priority: number): boolean {
  if (line.attempts.size >= line.most) return false;
  if (line.attempts.size < line.most - (line.most >> 3)) return true;
  for (const each of line.attempts) if (each.request.asked.priority <= priority) return false;
  return true;
}
