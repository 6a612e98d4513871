// Who is asked: what waits goes out, what is late goes to another server too, what is long is shared.
import { historyOf } from './actions.ts';
import { afterSlowness, closedBreaker, isHalfOpen } from './breaker.ts';
import { choose } from './choice.ts';
import type { Desk } from './desk.ts';
import { measured } from './latency.ts';
import { hasRoom, lastBrought, urgency } from './line.ts';
import type { Attempt, Line, Request } from './model.ts';
import { cancel, strike } from './outcomes.ts';
import { anyRoom } from './requests.ts';
import { type Candidate, standing } from './standing.ts';
import { framesToSteal } from './stealing.ts';

/** Asks what waits, as far as there are lines with room and tokens for what was asked before. */
export function pump(desk: Desk, now: number): void {
  if (desk.requests.waiting.size === 0) return;
  const mostUrgent = desk.requests.inOrder();
  for (const request of mostUrgent) {
    const { priority } = request.asked;
    if (!anyRoom(desk.lines.values(), priority)) break;
    if (request.notBefore > now || (request.isRetry && !desk.retries.allows(now))) continue;
    const candidate = candidateFor(desk, request, now);
    if (candidate) ask(desk, request, candidate.line, now, false);
  }
}

function candidateFor(desk: Desk, request: Request, now: number): Candidate | null {
  const { asked, affinity, tried } = request;
  const all = standing(desk.roster, desk.options.site, now, null);
  const fitting = all.filter(({ line }) => hasRoom(line, asked.priority));
  const preferred = fitting.find(
    ({ key, isHealthy }) => key === asked.prefer && isHealthy && !tried.has(key),
  );
  if (preferred) return preferred;
  const wish = { affinity, replicas: asked.replicas, tried };
  const found = choose(fitting, wish);
  // A server that is not well is no choice while a well one only has no room just now.
  const isWellElsewhere = all.some(({ key, isHealthy }) => isHealthy && !tried.has(key));
  if (found && (found.isHealthy || !isWellElsewhere)) return found;
  if (found || all.length === 0 || all.some(({ key }) => !tried.has(key))) return null;
  // Everyone who is here was tried: from the beginning, the last one last.
  const last = [...tried].at(-1);
  tried.clear();
  if (last !== undefined && all.length > 1) tried.add(last);
  return choose(fitting, wish) ?? choose(fitting, { ...wish, tried: new Set() });
}

function ask(desk: Desk, request: Request, line: Line, now: number, isHedge: boolean): void {
  const { server } = line;
  if (!isHedge && request.isRetry) desk.retries.take(now);
  else if (!isHedge) desk.hedges.earn();
  const attempt = desk.requests.begin(request, line, now, isHedge);
  if (isHalfOpen(server.breaker, now) && server.breaker.probe === null) {
    server.breaker = { ...server.breaker, probe: attempt.id };
  }
  desk.out.push({ do: 'ask', request: request.id, attempt: attempt.id, line: line.id });
}

/** The first byte decides between the attempts of a request, and tells how fast the server is. */
export function firstByte(desk: Desk, attempt: Attempt, now: number): void {
  const { request, line, sentAt, isAlone } = attempt;
  const took = now - sentAt;
  const isSlow = isAlone && took >= desk.patience.slowFrom(request.asked);
  desk.patience.add(request.asked, took);
  if (isAlone) line.server.latency = measured(line.server.latency, took, now);
  if (isSlow) strike(desk, line.server, afterSlowness, now);
  else line.server.breaker = closedBreaker;
  for (const loser of [...request.attempts]) {
    if (loser === attempt) continue;
    const waited = now - loser.sentAt;
    const { server } = loser.line;
    if (loser.isAlone) server.latency = measured(server.latency, waited, now);
    cancel(desk, loser);
    if (!loser.isHedge && loser.isAlone) strike(desk, server, afterSlowness, now);
  }
}

/** Asks another server too for what has waited for its first byte for too long, as far as the budget goes. */
export function hedge(desk: Desk, now: number): void {
  let waiting = Number.POSITIVE_INFINITY;
  for (const { asked } of desk.requests.waiting) waiting = Math.min(waiting, asked.priority);
  for (const attempt of desk.requests.attempts.values()) {
    const { request, line, firstAt } = attempt;
    if (firstAt !== null || request.attempts.size > 1 || now < hedgeDue(desk, attempt)) continue;
    const { asked, affinity, tried } = request;
    // Room is first for those who have not been asked at all.
    if (waiting <= asked.priority) continue;
    const candidates = standing(desk.roster, desk.options.site, now, asked.priority).filter(
      (each) => each.isHealthy && each.line !== line,
    );
    const other = choose(candidates, { affinity, replicas: asked.replicas, tried });
    if (other && desk.hedges.take()) ask(desk, request, other.line, now, true);
  }
}

/** A server that is busy sending what is as urgent is not late. */
export function hedgeDue(desk: Desk, { sentAt, line, request }: Attempt): number {
  const since = Math.max(sentAt, lastBrought(line, urgency(request.asked.priority)), line.blockedAt);
  return since + desk.patience.hedgeAfter(request.asked);
}

/** Lets lines without work take over the ends of long requests. */
export function steal(desk: Desk, now: number): void {
  for (const thief of standing(desk.roster, desk.options.site, now, null)) {
    if (!thief.isHealthy || !thief.isOwnSite || thief.line.attempts.size > 0) continue;
    const latency = thief.line.server.latency.mean ?? 1;
    for (const attempt of desk.requests.attempts.values()) {
      const { request, firstAt, arrived, line } = attempt;
      const { missingFrames, missingLevels, replicas } = request.asked;
      if (firstAt === null || missingFrames === 0 || (replicas && !replicas.has(thief.key))) continue;
      const loot = { frames: missingFrames, missing: missingLevels, arrived, took: now - firstAt };
      const frames = framesToSteal(loot, latency);
      if (frames === 0) continue;
      const history = historyOf([line.server.key]);
      desk.out.push({ do: 'steal', attempt: attempt.id, frames, history });
      attempt.arrived = 0;
      attempt.firstAt = now;
      return;
    }
  }
}

/** Whether another connected server is well. */
export function isOtherWell(desk: Desk, line: Line, now: number): boolean {
  return standing(desk.roster, desk.options.site, now, null).some(
    (each) => each.isHealthy && each.line !== line,
  );
}
