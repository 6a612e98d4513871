// Looks after connections and time: who hangs, what stalls, what is closed, when to look again.
import { hedgeDue, isOtherWell } from './asking.ts';
import { afterFailure, opened } from './breaker.ts';
import type { Desk } from './desk.ts';
import { lastBrought, urgency } from './line.ts';
import { diagnose } from './line-health.ts';
import type { Line } from './model.ts';
import { cameToNothing, delay, stalledReason, strike } from './outcomes.ts';

const SHORTEST_STEP = 5;
const LONGEST_STEP = 50;

/** Finds out whether the line hangs, and moves what runs there elsewhere when another server is well. */
export function examine(desk: Desk, line: Line, now: number): void {
  const { timing } = desk.options;
  const finding = diagnose(line, now, timing.suspect);
  if (finding === 'ping') {
    line.probedAt = now;
    desk.out.push({ do: 'ping', line: line.id });
  } else if (finding === 'hung') {
    line.isHung = true;
    const { server } = line;
    server.breaker = opened(server.breaker, now, delay(desk, server.breaker.opened));
    desk.out.push({ do: 'stop waiting', line: line.id });
  }
  if (line.isHung && isOtherWell(desk, line, now)) {
    const error = new Error(`${line.url} has said nothing for ${Math.round(now - line.heardAt)} ms`);
    for (const attempt of [...line.attempts]) {
      desk.out.push({ do: 'cancel', attempt: attempt.id });
      cameToNothing(desk, attempt, !line.isUseful, stalledReason(attempt.request, error), now);
    }
  }
  examineProgress(desk, line, now);
}

function examineProgress(desk: Desk, line: Line, now: number): void {
  const { progress } = desk.options.timing;
  const stalled = [...line.attempts].filter(({ lastAt, request }) => {
    const better = lastBrought(line, urgency(request.asked.priority) - 1);
    return now - Math.max(lastAt, better, line.blockedAt) >= progress;
  });
  if (stalled.length === 0) return;
  const why = `${line.url} sent nothing for ${Math.round(progress)} ms`;
  // When nothing at all moves, the connection or the server is to blame: everything goes elsewhere.
  if (stalled.length === line.attempts.size) close(desk, line, why);
  else {
    for (const attempt of stalled) {
      desk.out.push({ do: 'cancel', attempt: attempt.id });
      strike(desk, line.server, afterFailure, now);
      cameToNothing(desk, attempt, true, stalledReason(attempt.request, new Error(why)), now);
    }
  }
}

/** Time in which nobody looked counts for nothing. */
export function forgive(desk: Desk, lag: number, now: number): void {
  for (const line of desk.lines.values()) {
    if (line.probedAt !== null) line.probedAt = Math.min(now, line.probedAt + lag);
    line.blockedAt = now;
  }
}

/** Nothing new goes to the line. @param how when to call the server again */
export function leave(desk: Desk, line: Line, how: 'rest' | 'return', now: number): void {
  if (line.isLeaving) return;
  line.isLeaving = true;
  desk.roster.left(line, how, now, desk.out);
}

/** Closes a line that is leaving once nothing runs there. */
export function closeIfDone(desk: Desk, line: Line): void {
  if (line.isLeaving && line.attempts.size === 0) close(desk, line, `${line.url} is leaving`);
}

function close(desk: Desk, line: Line, why: string): void {
  desk.out.push({ do: 'close', line: line.id, why });
}

/** When to look again: for the next dial, hedge or retry, and every 50 ms while something runs. */
export function nextWake(desk: Desk, now: number): number {
  let next = desk.availability.isWanted ? desk.roster.nextDue() : Number.POSITIVE_INFINITY;
  next = Math.min(next, desk.requests.all.size > 0 ? desk.availability.giveUpAt : next);
  for (const { notBefore, isRetry } of desk.requests.waiting) {
    if (desk.availability.state !== 'online') break;
    const due = isRetry ? Math.max(notBefore, now + desk.retries.wait(now)) : notBefore;
    next = Math.min(next, Math.max(due, now + (due > now ? 0 : LONGEST_STEP)));
  }
  if (desk.requests.attempts.size > 0) {
    let due = now + LONGEST_STEP;
    for (const attempt of desk.requests.attempts.values()) {
      if (attempt.firstAt === null && attempt.request.attempts.size === 1) {
        const at = hedgeDue(desk, attempt);
        if (at > now) due = Math.min(due, at);
      }
    }
    next = Math.min(next, Math.max(due, now + SHORTEST_STEP));
  }
  return next;
}
