// Tells a hung connection from a quiet one: silence while something is asked, then a ping, then more silence.
import type { Line } from './line.ts';

export interface HealthTimes {
  /** Milliseconds of silence after which a connection on which something is asked is pinged, at least. */
  readonly suspect: number;
}

/** Before anything has come, the speed of the line is not known. */
const UNKNOWN_GAP = 300;

/** Something came: the longest silence while something was asked is remembered, and fades. */
export function heardFrom(line: Line, now: number): void {
  const silence = now - line.heardAt;
  if (line.attempts.size > 0) {
    const faded = line.gap === null ? 0 : line.gap * 0.98;
    line.gap = Math.max(faded, silence);
  }
  line.heardAt = now;
  line.probedAt = null;
  line.isHung = false;
}

/**
 * What to do about the line now: `ping` when it is silent though something is asked, `hung` when it stayed silent after
 * that. A client that does not take what it was sent (`blockedAt`) has only itself to wait for.
 */
export function diagnose(line: Line, now: number, times: HealthTimes): 'well' | 'ping' | 'hung' {
  if (line.attempts.size === 0 || line.isHung) return 'well';
  const patience = Math.max(times.suspect, 2 * (line.gap ?? UNKNOWN_GAP));
  if (line.probedAt !== null) return now - line.probedAt >= patience ? 'hung' : 'well';
  let asked = Number.POSITIVE_INFINITY;
  for (const { sentAt } of line.attempts) asked = Math.min(asked, sentAt);
  return now - Math.max(line.heardAt, asked, line.blockedAt) >= patience ? 'ping' : 'well';
}
