// The decisions of the smart client: events in, actions out. No sockets, no timers, no clock.
import { backoffDelay } from '../backoff.ts';
import type { ClientState, Timing } from '../types.ts';
import { type Action, type History, historyOf, type Reason } from './actions.ts';
import { Availability } from './availability.ts';
import { afterFailure, afterSlowness, closedAgain, isHalfOpen, opened, withoutProbe } from './breaker.ts';
import { HedgeBudget, RetryBudget } from './budgets.ts';
import { choose } from './choice.ts';
import { measured } from './latency.ts';
import { hasRoom, type Line, lastBrought, urgency } from './line.ts';
import { diagnose, heardFrom } from './line-health.ts';
import { Patience } from './patience.ts';
import { whatToDo } from './refusals.ts';
import { hashOf } from './rendezvous.ts';
import { type Asked, type Attempt, anyRoom, type Request, Requests } from './requests.ts';
import { type KnownServer, type ListedServer, Roster } from './roster.ts';
import { type Candidate, standing } from './standing.ts';
import { describePool, type PoolStatus } from './status.ts';
import { framesToSteal } from './stealing.ts';

export interface BalancerOptions {
  readonly servers: readonly string[];
  /** The site whose servers are asked first; by default the nearest one. */
  readonly site: string | null;
  readonly timing: Timing;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** Tries in a row that come to nothing until a request is given up, at least. */
const LEAST_FAILURES = 6;
/** Damaged levels that one attempt may bring. */
const MOST_CORRUPT = 3;
/** Times that a request waits for a server that may hold what the others miss, but cannot be reached. */
const PATIENT_ROUNDS = 3;
/** A step that comes so much later than it should was asleep, and nothing follows from the silence before it. */
const LAG = 50;
const SHORTEST_STEP = 5;
const LONGEST_STEP = 50;

export class Balancer {
  readonly #options: BalancerOptions;
  readonly #roster: Roster;
  readonly #requests = new Requests();
  readonly #lines = new Map<number, Line>();
  readonly #hedges = new HedgeBudget();
  readonly #retries = new RetryBudget();
  readonly #patience: Patience;
  readonly #availability: Availability;
  #actions: Action[] = [];
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(options: BalancerOptions) {
    this.#options = options;
    this.#roster = new Roster(options);
    this.#patience = new Patience(options.timing.hedge);
    this.#availability = new Availability(options.timing.giveUp);
  }

  /** When `tick` is to be called, unless something else happens before; Infinity for never. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  get state(): ClientState {
    return this.#availability.state;
  }

  /** Servers that are connected, or may be soon. */
  get reachable(): number {
    let count = 0;
    for (const { phase, failures } of this.#roster.servers.values()) {
      if (phase === 'up' || (phase === 'connecting' && failures === 0)) count++;
    }
    return count;
  }

  /** What is held in memory for requests that are not settled. */
  get load(): { readonly requests: number; readonly attempts: number } {
    return { requests: this.#requests.all.size, attempts: this.#requests.attempts.size };
  }

  status(now: number): PoolStatus {
    return describePool(this.#roster.servers.values(), this.#availability, this.#roster.nextDue(), now);
  }

  /** The server that a request about this would go to now; null when none is connected. For dividing large requests. */
  serverFor(affinity: string, replicas: ReadonlySet<string> | null, now: number): string | null {
    const wish = { affinity: hashOf(affinity), replicas, tried: new Set<string>() };
    return choose(standing(this.#roster, this.#options.site, now, null), wish)?.key ?? null;
  }

  /** A request is to be asked; `history` when it is one that was asked before. */
  submit(id: number, asked: Asked, history: History | null, now: number): Action[] {
    this.#requests.add(id, asked, history);
    this.#availability.demand(now);
    this.#roster.demand(now);
    return this.#settle(now);
  }

  /** Nobody wants the request any more. */
  withdraw(id: number, now: number): Action[] {
    const request = this.#requests.all.get(id);
    if (request) this.#drop(request);
    return this.#settle(now);
  }

  /** Something of the answer came. @param levels that came whole with it @param isUseful whether it was missing */
  arrived(id: number, levels: number, isUseful: boolean, now: number): Action[] {
    const attempt = this.#requests.attempts.get(id);
    if (!attempt) return [];
    const { line, request } = attempt;
    attempt.lastAt = now;
    attempt.arrived += levels;
    line.broughtAt[urgency(request.asked.priority)] = now;
    if (isUseful) {
      line.isUseful = true;
      request.failures = 0;
      request.rounds = 0;
    }
    if (attempt.firstAt !== null) return [];
    attempt.firstAt = now;
    this.#firstByte(attempt, now);
    return this.#settle(now);
  }

  /** The last of the answer came. */
  answered(id: number, now: number): Action[] {
    const attempt = this.#requests.attempts.get(id);
    if (!attempt) return [];
    this.#retries.earn();
    attempt.line.server.breaker = closedAgain(attempt.line.server.breaker);
    this.#drop(attempt.request, attempt);
    return this.#settle(now);
  }

  /** The server refused the request, with this code of the protocol. */
  refused(id: number, code: string, message: string, now: number): Action[] {
    const attempt = this.#requests.attempts.get(id);
    if (!attempt) return [];
    const { request, line } = attempt;
    const { server } = line;
    const step = whatToDo(code);
    const reason: Reason = { code: 'failed', message, reason: code };
    if (step.isServersFault) this.#strike(server, afterFailure, now);
    else server.breaker = withoutProbe(server.breaker, attempt.id);
    if (step.then === 'try others') request.refusedBy.add(server.key);
    if (step.isLeaving) this.#leave(line, 'return', now);
    this.#end(attempt);
    if (request.attempts.size > 0) return this.#settle(now);
    if (step.then === 'fail' || (step.then === 'try others' && this.#didAllRefuse(request))) {
      this.#fail(request, reason);
    } else this.#retry(request, true, reason, now);
    return this.#settle(now);
  }

  /** A dial is welcomed. @returns also whether the connection is used; else it is to be closed */
  welcomed(
    dial: number,
    welcome: { id: string; name: string; most: number; pool: readonly ListedServer[] },
    now: number,
  ): { actions: Action[]; isUsed: boolean } {
    const line = this.#roster.welcomed(dial, welcome.id, welcome.name, welcome.most, now, this.#actions);
    if (line) {
      this.#lines.set(line.id, line);
      this.#actions.push({ do: 'ping', line: line.id });
    }
    this.#roster.learn(welcome.pool, this.#actions);
    return { actions: this.#settle(now), isUsed: line !== null };
  }

  dialFailed(dial: number, error: Error, now: number): Action[] {
    this.#roster.dialFailed(dial, error, now);
    return this.#settle(now);
  }

  /** The connection is over. @param culprit the attempt whose answer made us end it, if that is why */
  lost(id: number, error: Error, culprit: number | null, now: number): Action[] {
    const line = this.#lines.get(id);
    if (!line) return [];
    this.#lines.delete(id);
    line.isLeaving = true;
    this.#roster.lastError = error;
    this.#roster.left(line, 'return', now, this.#actions);
    if (culprit !== null) this.#strike(line.server, afterFailure, now);
    for (const attempt of [...line.attempts]) {
      // On a line that breaks again and again but brings something each time, those who wait their turn are not to blame.
      const isBlamed = attempt.id === culprit || !line.isUseful;
      this.#cameToNothing(attempt, isBlamed, stalledReason(attempt.request, error), now);
    }
    return this.#settle(now);
  }

  /** The server is about to leave: what runs there goes on, what is new goes elsewhere. */
  goaway(id: number, isIdle: boolean, now: number): Action[] {
    const line = this.#lines.get(id);
    if (line) this.#leave(line, isIdle ? 'rest' : 'return', now);
    return this.#settle(now);
  }

  learn(pool: readonly ListedServer[], now: number): Action[] {
    this.#roster.learn(pool, this.#actions);
    return this.#settle(now);
  }

  /** What the attempt brought was not what it should be. After a few of these the rest is not waited for either. */
  corrupt(id: number, now: number): Action[] {
    const attempt = this.#requests.attempts.get(id);
    if (!attempt) return [];
    const { line, request } = attempt;
    this.#strike(line.server, afterFailure, now);
    if (++attempt.corrupt < MOST_CORRUPT || !this.#isOtherWell(line, now)) return [];
    this.#actions.push({ do: 'cancel', attempt: id });
    const error = new Error(`${line.url} sends damaged levels`);
    this.#cameToNothing(attempt, true, stalledReason(request, error), now);
    return this.#settle(now);
  }

  /** Anything at all came over the line. @param isBlocked whether the server waits for us to consume */
  heard(id: number, isBlocked: boolean, now: number): void {
    const line = this.#lines.get(id);
    if (!line) return;
    heardFrom(line, now);
    if (isBlocked) line.blockedAt = now;
  }

  roundTrip(id: number, milliseconds: number, now: number): void {
    const server = this.#lines.get(id)?.server;
    if (!server) return;
    server.roundTrip =
      server.roundTrip === null ? milliseconds : server.roundTrip * 0.75 + milliseconds * 0.25;
    if (server.latency.mean === null) server.latency = measured(server.latency, milliseconds, now);
  }

  /** Fails all requests. */
  failAll(reason: Reason, now: number): Action[] {
    for (const request of [...this.#requests.all.values()]) this.#fail(request, reason);
    return this.#settle(now);
  }

  /** @param blocked lines on which the server waits for us to consume */
  tick(blocked: Iterable<number>, now: number): Action[] {
    for (const id of blocked) {
      const line = this.#lines.get(id);
      if (line) line.blockedAt = now;
    }
    const lag = now - this.#wakeAt;
    if (lag > LAG) this.#forgive(lag, now);
    for (const line of [...this.#lines.values()]) this.#examine(line, now);
    this.#hedge(now);
    this.#steal(now);
    this.#giveUp(now);
    return this.#settle(now);
  }

  // What follows from an event for lines that wait, and when to look again.
  #settle(now: number): Action[] {
    for (const line of [...this.#lines.values()]) this.#closeIfDone(line);
    const { servers } = this.#roster;
    const hasWork = this.#requests.all.size > 0;
    this.#availability.update(servers.values(), hasWork, now);
    this.#pump(now);
    if (this.#availability.isWanted) this.#roster.dialDue(now, this.#holdersWanted(), this.#actions);
    this.#wakeAt = this.#nextWake(now);
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  /** Asks what waits, as far as there are lines with room and tokens for what was asked before. */
  #pump(now: number): void {
    if (this.#requests.waiting.size === 0) return;
    const mostUrgent = this.#requests.inOrder();
    for (const request of mostUrgent) {
      const { priority } = request.asked;
      if (!anyRoom(this.#lines.values(), priority)) break;
      if (request.notBefore > now || (request.isRetry && !this.#retries.allows(now))) continue;
      const candidate = this.#candidateFor(request, now);
      if (candidate) this.#ask(request, candidate.line, now, false);
    }
  }

  #candidateFor(request: Request, now: number): Candidate | null {
    const { asked, affinity, tried } = request;
    const all = standing(this.#roster, this.#options.site, now, null);
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

  #ask(request: Request, line: Line, now: number, isHedge: boolean): void {
    const { server } = line;
    if (!isHedge && request.isRetry) this.#retries.take(now);
    else if (!isHedge) this.#hedges.earn();
    const attempt = this.#requests.begin(request, line, now, isHedge);
    if (isHalfOpen(server.breaker, now) && server.breaker.probe === null) {
      server.breaker = { ...server.breaker, probe: attempt.id };
    }
    this.#actions.push({ do: 'ask', request: request.id, attempt: attempt.id, line: line.id });
  }

  /** The first byte decides between the attempts of a request, and tells how fast the server is. */
  #firstByte(attempt: Attempt, now: number): void {
    const { request, line, sentAt, isAlone } = attempt;
    const took = now - sentAt;
    const isSlow = isAlone && took >= this.#patience.slowFrom(request.asked);
    this.#patience.add(request.asked, took);
    if (isAlone) line.server.latency = measured(line.server.latency, took, now);
    if (isSlow) this.#strike(line.server, afterSlowness, now);
    else line.server.breaker = closedAgain(line.server.breaker);
    for (const loser of [...request.attempts]) {
      if (loser === attempt) continue;
      const waited = now - loser.sentAt;
      const { server } = loser.line;
      if (loser.isAlone) server.latency = measured(server.latency, waited, now);
      this.#cancel(loser);
      if (!loser.isHedge && loser.isAlone) this.#strike(server, afterSlowness, now);
    }
  }

  #hedge(now: number): void {
    let waiting = Number.POSITIVE_INFINITY;
    for (const { asked } of this.#requests.waiting) waiting = Math.min(waiting, asked.priority);
    for (const attempt of this.#requests.attempts.values()) {
      const { request, line, firstAt } = attempt;
      if (firstAt !== null || request.attempts.size > 1 || now < this.#hedgeDue(attempt)) continue;
      const { asked, affinity, tried } = request;
      // Room is first for those who have not been asked at all.
      if (waiting <= asked.priority) continue;
      const candidates = standing(this.#roster, this.#options.site, now, asked.priority).filter(
        (each) => each.isHealthy && each.line !== line,
      );
      const other = choose(candidates, { affinity, replicas: asked.replicas, tried });
      if (other && this.#hedges.take()) this.#ask(request, other.line, now, true);
    }
  }

  /** A server that is busy sending what is as urgent is not late. */
  #hedgeDue({ sentAt, line, request }: Attempt): number {
    const since = Math.max(sentAt, lastBrought(line, urgency(request.asked.priority)), line.blockedAt);
    return since + this.#patience.hedgeAfter(request.asked);
  }

  #examine(line: Line, now: number): void {
    const { timing } = this.#options;
    const finding = diagnose(line, now, timing.suspect);
    if (finding === 'ping') {
      line.probedAt = now;
      this.#actions.push({ do: 'ping', line: line.id });
    } else if (finding === 'hung') {
      line.isHung = true;
      const { server } = line;
      server.breaker = opened(server.breaker, now, this.#delay(server.breaker.opened));
      this.#actions.push({ do: 'stop waiting', line: line.id });
    }
    if (line.isHung && this.#isOtherWell(line, now)) {
      const error = new Error(`${line.url} has said nothing for ${Math.round(now - line.heardAt)} ms`);
      for (const attempt of [...line.attempts]) {
        this.#actions.push({ do: 'cancel', attempt: attempt.id });
        this.#cameToNothing(attempt, !line.isUseful, stalledReason(attempt.request, error), now);
      }
    }
    this.#examineProgress(line, now);
  }

  #examineProgress(line: Line, now: number): void {
    const { progress } = this.#options.timing;
    const stalled = [...line.attempts].filter(({ lastAt, request }) => {
      const better = lastBrought(line, urgency(request.asked.priority) - 1);
      return now - Math.max(lastAt, better, line.blockedAt) >= progress;
    });
    if (stalled.length === 0) return;
    const why = `${line.url} sent nothing for ${Math.round(progress)} ms`;
    // When nothing at all moves, the connection or the server is to blame: everything goes elsewhere.
    if (stalled.length === line.attempts.size) this.#close(line, why);
    else {
      for (const attempt of stalled) {
        this.#actions.push({ do: 'cancel', attempt: attempt.id });
        this.#strike(line.server, afterFailure, now);
        this.#cameToNothing(attempt, true, stalledReason(attempt.request, new Error(why)), now);
      }
    }
  }

  #isOtherWell(line: Line, now: number): boolean {
    return standing(this.#roster, this.#options.site, now, null).some(
      (each) => each.isHealthy && each.line !== line,
    );
  }

  /** Lets lines without work take over the ends of long requests. */
  #steal(now: number): void {
    for (const thief of standing(this.#roster, this.#options.site, now, null)) {
      if (!thief.isHealthy || !thief.isOwnSite || thief.line.attempts.size > 0) continue;
      const latency = thief.line.server.latency.mean ?? 1;
      for (const attempt of this.#requests.attempts.values()) {
        const { request, firstAt, arrived, line } = attempt;
        const { missingFrames, missingLevels, replicas } = request.asked;
        if (firstAt === null || missingFrames === 0 || (replicas && !replicas.has(thief.key))) continue;
        const loot = { frames: missingFrames, missing: missingLevels, arrived, took: now - firstAt };
        const frames = framesToSteal(loot, latency);
        if (frames === 0) continue;
        const history = historyOf([line.server.key]);
        this.#actions.push({ do: 'steal', attempt: attempt.id, frames, history });
        attempt.arrived = 0;
        attempt.firstAt = now;
        return;
      }
    }
  }

  #cameToNothing(attempt: Attempt, isBlamed: boolean, reason: Reason, now: number): void {
    const { request } = attempt;
    this.#end(attempt);
    if (request.attempts.size === 0) this.#retry(request, isBlamed, reason, now);
  }

  #retry(request: Request, isBlamed: boolean, reason: Reason, now: number): void {
    if (isBlamed) request.failures++;
    const up = [...this.#lines.values()].filter((line) => !line.isLeaving);
    if (request.failures >= Math.max(LEAST_FAILURES, up.length + 2)) {
      this.#fail(request, reason);
      return;
    }
    const { id, tried, refusedBy, failures } = request;
    const isAnyLeft = up.some((line) => !line.isHung && !tried.has(line.server.key));
    let { rounds } = request;
    let notBefore = now;
    if (!isAnyLeft && up.length > 0) notBefore = now + this.#delay(rounds++);
    this.#requests.remove(request);
    this.#actions.push({
      do: 'retry',
      request: id,
      history: { tried, refusedBy, failures, rounds, notBefore },
    });
  }

  /** Whether every server has said that it cannot, or cannot be reached after some waiting. */
  #didAllRefuse({ refusedBy, rounds }: Request): boolean {
    for (const { key, phase } of this.#roster.servers.values()) {
      if (refusedBy.has(key) || phase === 'resting') continue;
      if (phase === 'up' || rounds < PATIENT_ROUNDS) return false;
    }
    return true;
  }

  #fail(request: Request, reason: Reason): void {
    this.#drop(request);
    this.#actions.push({ do: 'fail', request: request.id, reason });
  }

  /** Forgets the request; its attempts are called off, but for the one that has ended by itself. */
  #drop(request: Request, ended: Attempt | null = null): void {
    for (const attempt of [...request.attempts]) {
      if (attempt === ended) this.#end(attempt);
      else this.#cancel(attempt);
    }
    this.#requests.remove(request);
  }

  #cancel(attempt: Attempt): void {
    this.#actions.push({ do: 'cancel', attempt: attempt.id });
    this.#end(attempt);
  }

  #end(attempt: Attempt): void {
    const { server } = attempt.line;
    server.breaker = withoutProbe(server.breaker, attempt.id);
    this.#requests.end(attempt);
  }

  #strike(server: KnownServer, how: typeof afterFailure, now: number): void {
    server.breaker = how(server.breaker, now, this.#delay(server.breaker.opened));
  }

  #leave(line: Line, how: 'rest' | 'return', now: number): void {
    if (line.isLeaving) return;
    line.isLeaving = true;
    this.#roster.left(line, how, now, this.#actions);
  }

  #closeIfDone(line: Line): void {
    if (line.isLeaving && line.attempts.size === 0) this.#close(line, `${line.url} is leaving`);
  }

  #close(line: Line, why: string): void {
    this.#actions.push({ do: 'close', line: line.id, why });
  }

  #giveUp(now: number): void {
    if (now < this.#availability.giveUpAt) return;
    const cause = this.#roster.lastError;
    const message = `No image server can be reached (${this.#options.servers.join(', ')}): ${cause.message}. Trying again.`;
    for (const request of [...this.#requests.waiting])
      this.#fail(request, { code: 'unreachable', message, cause });
    this.#availability.gaveUp(now);
  }

  /** Time in which nobody looked counts for nothing. */
  #forgive(lag: number, now: number): void {
    for (const line of this.#lines.values()) {
      if (line.probedAt !== null) line.probedAt = Math.min(now, line.probedAt + lag);
      line.blockedAt = now;
    }
  }

  /** Holders of what waits, when none of them is connected. */
  #holdersWanted(): ReadonlySet<string> {
    const wanted = new Set<string>();
    for (const { asked } of this.#requests.waiting) for (const each of asked.replicas ?? []) wanted.add(each);
    return wanted;
  }

  #delay(round: number): number {
    const { timing, random } = this.#options;
    return backoffDelay(round, timing.backoff, timing.backoffMost, random());
  }

  #nextWake(now: number): number {
    let next = this.#availability.isWanted ? this.#roster.nextDue() : Number.POSITIVE_INFINITY;
    next = Math.min(next, this.#requests.all.size > 0 ? this.#availability.giveUpAt : next);
    for (const { notBefore, isRetry } of this.#requests.waiting) {
      if (this.#availability.state !== 'online') break;
      const due = isRetry ? Math.max(notBefore, now + this.#retries.wait(now)) : notBefore;
      next = Math.min(next, Math.max(due, now + (due > now ? 0 : LONGEST_STEP)));
    }
    if (this.#requests.attempts.size > 0) {
      let due = now + LONGEST_STEP;
      for (const attempt of this.#requests.attempts.values()) {
        if (attempt.firstAt === null && attempt.request.attempts.size === 1) {
          const at = this.#hedgeDue(attempt);
          if (at > now) due = Math.min(due, at);
        }
      }
      next = Math.min(next, Math.max(due, now + SHORTEST_STEP));
    }
    return next;
  }
}

function stalledReason({ failures }: Request, cause: Error): Reason {
  return {
    code: 'stalled',
    message: `Asked ${failures + 1} times without an answer: ${cause.message}.`,
    cause,
  };
}
