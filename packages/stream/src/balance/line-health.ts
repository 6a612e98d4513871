// Tells a hung connection from a quiet one: silence while something is asked, then a ping, then more silence.
import type { Line } from './model.ts';

/** Before anything has come, the speed of the line is not known, in milliseconds. */
const UNKNOWN_GAP = 300;
/** How much of the longest silence is remembered from one message to the next. */
const FADE = 0.95;
/** A ping that takes longer than this, and than two of its round trips, makes a server the second choice. */
const DOUBT = 50;

/** Something came: the longest silence while something was asked is remembered, and fades. */
export function heardFrom(line: Line, now: number): void {
  if (line.attempts.size > 0) line.gap = Math.max((line.gap ?? 0) * FADE, now - line.heardAt);
  line.heardAt = now;
  line.probedAt = null;
  line.isHung = false;
}

/**
 * What to do about the line now: `ping` when it is silent for `suspect` milliseconds though something is asked, `hung`
 * when the answer takes as long again, or twice as long as the line has lately been silent. A client that does not take
 * what it was sent (`blockedAt`) has only itself to wait for.
 */
export function diagnose(line: Line, now: number, suspect: number): 'well' | 'ping' | 'hung' {
  if (line.attempts.size === 0 || line.isHung) return 'well';
  if (line.probedAt !== null) {
    const patience = Math.max(suspect, 2 * (line.gap ?? UNKNOWN_GAP));
    return now - Math.max(line.probedAt, line.blockedAt) >= patience ? 'hung' : 'well';
  }
  let asked = Number.POSITIVE_INFINITY;
  for (const { sentAt } of line.attempts) asked = Math.min(asked, sentAt);
  return now - Math.max(line.heardAt, asked, line.blockedAt) >= suspect ? 'ping' : 'well';
}

/** Whether the line is as responsive as it should be, so that new requests may go there. */
export function isResponsive(line: Line, now: number): boolean {
  if (line.isHung) return false;
  return line.probedAt === null || now - line.probedAt < Math.max(DOUBT, 2 * (line.server.roundTrip ?? 0));
}
