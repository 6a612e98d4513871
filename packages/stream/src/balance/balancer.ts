// The decisions of the smart client: events in, actions out. No sockets, no timers, no clock.
import type { ClientState, PoolStatus } from '../pool-status.ts';
import type { Action, History, Reason } from './actions.ts';
import { firstByte, hedge, isOtherWell, pump, steal } from './asking.ts';
import { afterFailure, closedBreaker, withoutProbe } from './breaker.ts';
import { choose } from './choice.ts';
import { type BalancerOptions, type Desk, newDesk } from './desk.ts';
import { measured } from './latency.ts';
import { urgency } from './line.ts';
import { heardFrom } from './line-health.ts';
import type { Asked } from './model.ts';
import { cameToNothing, didAllRefuse, drop, end, fail, retry, stalledReason, strike } from './outcomes.ts';
import { whatToDo } from './refusals.ts';
import { hashOf } from './rendezvous.ts';
import type { ListedServer } from './roster.ts';
import { standing } from './standing.ts';
import { describePool } from './status.ts';
import { closeIfDone, examine, forgive, leave, nextWake } from './watching.ts';

/** Damaged levels that one attempt may bring. */
const MOST_CORRUPT = 3;
/** A step that comes so much later than it should was asleep, and nothing follows from the silence before it. */
const LAG = 50;

export class Balancer {
  readonly #desk: Desk;
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(options: BalancerOptions) {
    this.#desk = newDesk(options);
  }

  /** When `tick` is to be called, unless something else happens before; Infinity for never. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  get state(): ClientState {
    return this.#desk.availability.state;
  }

  /** Servers that are connected, or may be soon. */
  get reachable(): number {
    let count = 0;
    for (const { phase, failures } of this.#desk.roster.servers.values()) {
      if (phase === 'up' || (phase === 'connecting' && failures === 0)) count++;
    }
    return count;
  }

  /** What is held in memory for requests that are not settled. */
  get load(): { readonly requests: number; readonly attempts: number } {
    return { requests: this.#desk.requests.all.size, attempts: this.#desk.requests.attempts.size };
  }

  status(now: number): PoolStatus {
    return describePool(
      this.#desk.roster.servers.values(),
      this.#desk.availability,
      this.#desk.roster.nextDue(),
      now,
    );
  }

  /** The server that a request about this would go to now; null when none is connected. For dividing large requests. */
  serverFor(affinity: string, replicas: ReadonlySet<string> | null, now: number): string | null {
    const wish = { affinity: hashOf(affinity), replicas, tried: new Set<string>() };
    return choose(standing(this.#desk.roster, this.#desk.options.site, now, null), wish)?.key ?? null;
  }

  /** A request is to be asked; `history` when it is one that was asked before. */
  submit(id: number, asked: Asked, history: History | null, now: number): Action[] {
    this.#desk.requests.add(id, asked, history);
    this.#desk.availability.demand(now);
    this.#desk.roster.demand(now);
    return this.#settle(now);
  }

  /** Nobody wants the request any more. */
  withdraw(id: number, now: number): Action[] {
    const request = this.#desk.requests.all.get(id);
    if (request) drop(this.#desk, request);
    return this.#settle(now);
  }

  /** Something of the answer came. @param levels that came whole with it @param isUseful whether it was missing */
  arrived(id: number, levels: number, isUseful: boolean, now: number): Action[] {
    const attempt = this.#desk.requests.attempts.get(id);
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
    firstByte(this.#desk, attempt, now);
    return this.#settle(now);
  }

  /** The last of the answer came. */
  answered(id: number, now: number): Action[] {
    const attempt = this.#desk.requests.attempts.get(id);
    if (!attempt) return [];
    this.#desk.retries.earn();
    attempt.line.server.breaker = closedBreaker;
    drop(this.#desk, attempt.request, attempt);
    return this.#settle(now);
  }

  /** The server refused the request, with this code of the protocol. */
  refused(id: number, code: string, message: string, now: number): Action[] {
    const attempt = this.#desk.requests.attempts.get(id);
    if (!attempt) return [];
    const { request, line } = attempt;
    const { server } = line;
    const step = whatToDo(code, request.asked.kind);
    const reason: Reason = { code: 'failed', message, reason: code };
    if (step.isServersFault) strike(this.#desk, server, afterFailure, now);
    else server.breaker = withoutProbe(server.breaker, attempt.id);
    if (step.then === 'try others') request.refusedBy.add(server.key);
    if (step.isLeaving) leave(this.#desk, line, 'return', now);
    end(this.#desk, attempt);
    if (request.attempts.size > 0) return this.#settle(now);
    if (step.then === 'fail' || (step.then === 'try others' && didAllRefuse(this.#desk, request))) {
      fail(this.#desk, request, reason);
    } else retry(this.#desk, request, true, reason, now);
    return this.#settle(now);
  }

  /** A dial is welcomed. @returns also whether the connection is used; else it is to be closed */
  welcomed(
    dial: number,
    welcome: { id: string; name: string; most: number; pool: readonly ListedServer[] },
    now: number,
  ): { actions: Action[]; isUsed: boolean } {
    const line = this.#desk.roster.welcomed(
      dial,
      welcome.id,
      welcome.name,
      welcome.most,
      now,
      this.#desk.out,
    );
    if (line) {
      this.#desk.lines.set(line.id, line);
      this.#desk.out.push({ do: 'ping', line: line.id });
    }
    this.#desk.roster.learn(welcome.pool, this.#desk.out);
    return { actions: this.#settle(now), isUsed: line !== null };
  }

  dialFailed(dial: number, error: Error, now: number): Action[] {
    this.#desk.roster.dialFailed(dial, error, now);
    return this.#settle(now);
  }

  /** The connection is over. @param culprit the attempt whose answer made us end it, if that is why */
  lost(id: number, error: Error, culprit: number | null, now: number): Action[] {
    const line = this.#desk.lines.get(id);
    if (!line) return [];
    this.#desk.lines.delete(id);
    line.isLeaving = true;
    this.#desk.roster.lastError = error;
    this.#desk.roster.left(line, 'return', now, this.#desk.out);
    if (culprit !== null) strike(this.#desk, line.server, afterFailure, now);
    for (const attempt of [...line.attempts]) {
      // On a line that breaks again and again but brings something each time, those who wait their turn are not to blame.
      const isBlamed = attempt.id === culprit || !line.isUseful;
      cameToNothing(this.#desk, attempt, isBlamed, stalledReason(attempt.request, error), now);
    }
    return this.#settle(now);
  }

  /** The server is about to leave: what runs there goes on, what is new goes elsewhere. */
  goaway(id: number, isIdle: boolean, now: number): Action[] {
    const line = this.#desk.lines.get(id);
    if (line) leave(this.#desk, line, isIdle ? 'rest' : 'return', now);
    return this.#settle(now);
  }

  learn(pool: readonly ListedServer[], now: number): Action[] {
    this.#desk.roster.learn(pool, this.#desk.out);
    return this.#settle(now);
  }

  /** What the attempt brought was not what it should be. After a few of these the rest is not waited for either. */
  corrupt(id: number, now: number): Action[] {
    const attempt = this.#desk.requests.attempts.get(id);
    if (!attempt) return [];
    const { line, request } = attempt;
    strike(this.#desk, line.server, afterFailure, now);
    if (++attempt.corrupt < MOST_CORRUPT || !isOtherWell(this.#desk, line, now)) return [];
    this.#desk.out.push({ do: 'cancel', attempt: id });
    const error = new Error(`${line.url} sends damaged levels`);
    cameToNothing(this.#desk, attempt, true, stalledReason(request, error), now);
    return this.#settle(now);
  }

  /** Anything at all came over the line. @param isBlocked whether the server waits for us to consume */
  heard(id: number, isBlocked: boolean, now: number): void {
    const line = this.#desk.lines.get(id);
    if (!line) return;
    heardFrom(line, now);
    if (isBlocked) line.blockedAt = now;
  }

  roundTrip(id: number, milliseconds: number, now: number): void {
    const server = this.#desk.lines.get(id)?.server;
    if (!server) return;
    server.roundTrip =
      server.roundTrip === null ? milliseconds : server.roundTrip * 0.75 + milliseconds * 0.25;
    if (server.latency.mean === null) server.latency = measured(server.latency, milliseconds, now);
  }

  /** Fails all requests. */
  failAll(reason: Reason, now: number): Action[] {
    for (const request of [...this.#desk.requests.all.values()]) fail(this.#desk, request, reason);
    return this.#settle(now);
  }

  /** @param blocked lines on which the server waits for us to consume */
  tick(blocked: Iterable<number>, now: number): Action[] {
    for (const id of blocked) {
      const line = this.#desk.lines.get(id);
      if (line) line.blockedAt = now;
    }
    const lag = now - this.#wakeAt;
    if (lag > LAG) forgive(this.#desk, lag, now);
    for (const line of [...this.#desk.lines.values()]) examine(this.#desk, line, now);
    hedge(this.#desk, now);
    steal(this.#desk, now);
    this.#giveUp(now);
    return this.#settle(now);
  }

  /** What follows from an event for all that waits, and when to look again. */
  #settle(now: number): Action[] {
    for (const line of [...this.#desk.lines.values()]) closeIfDone(this.#desk, line);
    const { servers } = this.#desk.roster;
    const hasWork = this.#desk.requests.all.size > 0;
    this.#desk.availability.update(servers.values(), hasWork, now);
    pump(this.#desk, now);
    if (this.#desk.availability.isWanted)
      this.#desk.roster.dialDue(now, this.#holdersWanted(), this.#desk.out);
    this.#wakeAt = nextWake(this.#desk, now);
    const actions = this.#desk.out;
    this.#desk.out = [];
    return actions;
  }

  #giveUp(now: number): void {
    if (now < this.#desk.availability.giveUpAt) return;
    const cause = this.#desk.roster.lastError;
    const message = `No image server can be reached (${this.#desk.options.servers.join(', ')}): ${cause.message}. Trying again.`;
    for (const request of [...this.#desk.requests.waiting])
      fail(this.#desk, request, { code: 'unreachable', message, cause });
    this.#desk.availability.gaveUp(now);
  }

  /** Holders of what waits. */
  #holdersWanted(): ReadonlySet<string> {
    const wanted = new Set<string>();
    for (const { asked } of this.#desk.requests.waiting)
      for (const each of asked.replicas ?? []) wanted.add(each);
    return wanted;
  }
}
