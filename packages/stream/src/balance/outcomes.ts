// How attempts and requests end: called off, failed, asked again, and what that says about the server.
import { backoffDelay } from '../backoff.ts';
import type { Reason } from './actions.ts';
import { type afterFailure, withoutProbe } from './breaker.ts';
import type { Desk } from './desk.ts';
import type { Attempt, KnownServer, Request } from './model.ts';

/** Tries in a row that come to nothing until a request is given up, at least. */
const LEAST_FAILURES = 6;
/** Times that a request waits for a server that may hold what the others miss, but cannot be reached. */
const PATIENT_ROUNDS = 3;

/** The attempt ends without an answer: unless another one runs, its request is asked again. @param isBlamed as `retry` */
export function cameToNothing(
  desk: Desk,
  attempt: Attempt,
  isBlamed: boolean,
  reason: Reason,
  now: number,
): void {
  const { request } = attempt;
  end(desk, attempt);
  if (request.attempts.size === 0) retry(desk, request, isBlamed, reason, now);
}

/** The request is asked again, or given up when that was in vain too often. @param isBlamed it counts as one time */
export function retry(desk: Desk, request: Request, isBlamed: boolean, reason: Reason, now: number): void {
  if (isBlamed) request.failures++;
  const up = [...desk.lines.values()].filter((line) => !line.isLeaving);
  if (request.failures >= Math.max(LEAST_FAILURES, up.length + 2)) {
    fail(desk, request, reason);
    return;
  }
  const { id, tried, refusedBy, failures } = request;
  const isAnyLeft = up.some((line) => !line.isHung && !tried.has(line.server.key));
  let { rounds } = request;
  let notBefore = now;
  if (!isAnyLeft && up.length > 0) notBefore = now + delay(desk, rounds++);
  desk.requests.remove(request);
  desk.out.push({
    do: 'retry',
    request: id,
    history: { tried, refusedBy, failures, rounds, notBefore },
  });
}

/** Whether every server has said that it cannot, or cannot be reached after some waiting. */
export function didAllRefuse(desk: Desk, { refusedBy, rounds }: Request): boolean {
  for (const { key, phase } of desk.roster.servers.values()) {
    if (refusedBy.has(key) || phase === 'resting') continue;
    if (phase === 'up' || rounds < PATIENT_ROUNDS) return false;
  }
  return true;
}

/** The end of a request without success. */
export function fail(desk: Desk, request: Request, reason: Reason): void {
  drop(desk, request);
  desk.out.push({ do: 'fail', request: request.id, reason });
}

/** Forgets the request; its attempts are called off, but for the one that has ended by itself. */
export function drop(desk: Desk, request: Request, ended: Attempt | null = null): void {
  for (const attempt of [...request.attempts]) {
    if (attempt === ended) end(desk, attempt);
    else cancel(desk, attempt);
  }
  desk.requests.remove(request);
}

/** The server is told that the attempt is not wanted any more. */
export function cancel(desk: Desk, attempt: Attempt): void {
  desk.out.push({ do: 'cancel', attempt: attempt.id });
  end(desk, attempt);
}

/** The attempt runs no more, for whatever reason. */
export function end(desk: Desk, attempt: Attempt): void {
  const { server } = attempt.line;
  server.breaker = withoutProbe(server.breaker, attempt.id);
  desk.requests.end(attempt);
}

/** Something speaks against the server: a failure, or slowness. */
export function strike(desk: Desk, server: KnownServer, how: typeof afterFailure, now: number): void {
  server.breaker = how(server.breaker, now, delay(desk, server.breaker.opened));
}

/** Milliseconds to wait for the time after `round` times. */
export function delay(desk: Desk, round: number): number {
  const { timing, random } = desk.options;
  return backoffDelay(round, timing.backoff, timing.backoffMost, random());
}

/** The reason to give up a request that was asked in vain too often; `cause` is what went wrong last. */
export function stalledReason({ failures }: Request, cause: Error): Reason {
  return {
    code: 'stalled',
    message: `Asked ${failures + 1} times without an answer: ${cause.message}.`,
    cause,
  };
}
