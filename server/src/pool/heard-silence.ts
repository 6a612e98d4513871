// How long the others are silent as far as this server heard itself: the clock of the database may be set at any time.
import type { ServerRecord } from '@strata/metadata/pool/model';

/** Answers take their time; a jump that is no larger does no harm. */
const SLACK_MS = 1_000;

export interface Heard {
  /** As they were believed to be at the last answer; none before the first. */
  readonly before: readonly ServerRecord[];
  /** Since that answer, by the clock of this process. */
  readonly passedMs: number;
  readonly leaseMs: number;
}

/**
 * The servers as the database tells of them now. Silence that grew faster than time went by, or lies in the future, comes
 * from a clock that was set: then it is what it was plus the time since, and who lived lives on for as long as a lease.
 * Nobody could be heard while the database was away either: that time counts as one lease at most.
 */
export function heardSilence(told: readonly ServerRecord[], heard: Heard): ServerRecord[] {
  const before = new Map(heard.before.map((server) => [server.id, server]));
  return told.map((server) => believed(server, before.get(server.id), heard));
}

function believed(
  server: ServerRecord,
  known: ServerRecord | undefined,
  { before, passedMs, leaseMs }: Heard,
): ServerRecord {
  // One that is new since, or was started anew since, was heard since.
  const earlier = known?.boot === server.boot ? known.silentMs : 0;
  const most = before.length === 0 ? Number.POSITIVE_INFINITY : earlier + Math.min(passedMs, leaseMs);
  if (server.silentMs >= -SLACK_MS && server.silentMs <= most + SLACK_MS)
    return { ...server, silentMs: Math.max(0, server.silentMs) };
  const silentMs = Number.isFinite(most) ? most : 0;
  const lives = known?.isAlive === true && server.state !== 'out' && silentMs < leaseMs;
  return { ...server, silentMs, isAlive: server.isAlive || lives };
}
