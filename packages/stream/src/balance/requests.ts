// The requests that are not settled: who waits in which order, and which attempts run for whom.
import { type History, historyOf } from './actions.ts';
import { hasRoom } from './line.ts';
import type { Asked, Attempt, Line, Request } from './model.ts';
import { hashOf } from './rendezvous.ts';

const MAX_ID = 0xffff_ffff;

export class Requests {
  readonly all = new Map<number, Request>();
  readonly attempts = new Map<number, Attempt>();
  readonly waiting = new Set<Request>();
  #nextAttempt = 1;

  add(id: number, asked: Asked, history: History | null): Request {
    const { tried, refusedBy, failures, rounds, notBefore } = history ?? historyOf([]);
    const request: Request = {
      ...{ id, asked, failures, rounds, notBefore },
      affinity: hashOf(asked.affinity),
      isRetry: history !== null,
      tried: new Set(tried),
      refusedBy: new Set(refusedBy),
      attempts: new Set(),
    };
    this.all.set(id, request);
    this.waiting.add(request);
    return request;
  }

  /** Those that wait, the most urgent first, of equal ones the oldest. */
  inOrder(): Request[] {
    return [...this.waiting].sort((a, b) => a.asked.priority - b.asked.priority);
  }

  begin(request: Request, line: Line, now: number, isHedge: boolean): Attempt {
    const { priority } = request.asked;
    const isAlone = ![...line.attempts].some((each) => each.request.asked.priority <= priority);
    const attempt: Attempt = {
      ...{ id: this.#nextAttempt, request, line, sentAt: now, isAlone, isHedge },
      ...{ firstAt: null, lastAt: now, arrived: 0, corrupt: 0 },
    };
    this.#nextAttempt = (this.#nextAttempt % MAX_ID) + 1;
    this.attempts.set(attempt.id, attempt);
    this.waiting.delete(request);
    request.attempts.add(attempt);
    request.tried.add(line.server.key);
    line.attempts.add(attempt);
    return attempt;
  }

  /** The attempt runs no more; its request may have another one. */
  end(attempt: Attempt): void {
    this.attempts.delete(attempt.id);
    attempt.request.attempts.delete(attempt);
    attempt.line.attempts.delete(attempt);
  }

  /** The request is settled. */
  remove(request: Request): void {
    for (const attempt of [...request.attempts]) this.end(attempt);
    this.waiting.delete(request);
    this.all.delete(request.id);
  }
}

/** Whether any of the lines takes a request of this priority. */
export function anyRoom(lines: Iterable<Line>, priority: number): boolean {
  for (const line of lines) if (!line.isLeaving && hasRoom(line, priority)) return true;
  return false;
}
