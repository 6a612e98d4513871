// Does what the balancer decides: keeps its timer, asks on connections, and tells it what came of that.
import type { Failure, Level, ServerMessage } from '@strata/protocol/messages';
import type { Action, History, Reason } from './balance/actions.ts';
import type { Balancer } from './balance/balancer.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import type { Answer, Exchange, Running } from './exchange.ts';
import type { Lines } from './lines.ts';

interface Attempt {
  readonly request: number;
  readonly exchange: Exchange;
  readonly running: Running;
  /** Whether anything has come. */
  isAnswered: boolean;
}

/** Exchanges cut off from a request that wait until its server has surely stopped sending them. */
interface Parked {
  readonly connection: Connection;
  readonly ping: number;
  readonly exchanges: Set<Exchange>;
  readonly history: History;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly balancer: Balancer;
  readonly lines: Lines;
  /** A piece of a level for a request that was withdrawn. */
  readonly onStray: (connection: Connection, message: Level, payload: Uint8Array<ArrayBuffer>) => void;
  /** After every step: states may have changed. */
  readonly onStep: () => void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #exchanges = new Map<number, Exchange>();
  readonly #ids = new Map<Exchange, number>();
  readonly #attempts = new Map<number, Attempt>();
  readonly #parked = new Set<Parked>();
  readonly #actions: Action[] = [];
  #nextId = 1;
  #isPerforming = false;
  #culprit: number | null = null;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopTimer: () => void = () => {};

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Asks as soon as there is a server with room, the most urgent first. @param history of its earlier tries */
  submit(exchange: Exchange, history: History | null = null): void {
    const id = this.#nextId++;
    this.#exchanges.set(id, exchange);
    this.#ids.set(exchange, id);
    this.#perform(this.#balancer.submit(id, exchange, history, this.#now));
  }

  /** Takes a request back; servers are told where it runs. Its `fail` is not called. */
  withdraw(exchange: Exchange): void {
    for (const parked of this.#parked) parked.exchanges.delete(exchange);
    const id = this.#ids.get(exchange);
    if (id === undefined) return;
    this.#forget(id);
    this.#perform(this.#balancer.withdraw(id, this.#now));
  }

  /** A dial is welcomed: its connection is used from now on, or closed. */
  opened(connection: Connection): void {
    const { serverId: id, name, limits, pool } = connection.welcome;
    const welcome = { id, name, most: limits.maxRequests, pool };
    const { actions, isUsed } = this.#balancer.welcomed(connection.id, welcome, this.#now);
    this.#perform(actions);
    if (!isUsed) connection.close(new Error(`${connection.url} is another address of a connected server`));
  }

  dialFailed(dial: number, error: Error): void {
    this.#perform(this.#balancer.dialFailed(dial, error, this.#now));
  }

  /** Anything came. */
  heard(connection: Connection): void {
    this.#balancer.heard(connection.id, connection.blocked, this.#now);
  }

  ponged(connection: Connection, ping: number, milliseconds: number | null): void {
    if (milliseconds !== null) this.#balancer.roundTrip(connection.id, milliseconds, this.#now);
    this.#release((parked) => parked.connection === connection && ping >= parked.ping);
  }

  leave(connection: Connection, isIdle: boolean): void {
    this.#perform(this.#balancer.goaway(connection.id, isIdle, this.#now));
  }

  learn(pool: Parameters<Balancer['learn']>[0]): void {
    this.#perform(this.#balancer.learn(pool, this.#now));
  }

  /** The connection is gone: what ran on it is asked again elsewhere. */
  lost(connection: Connection, error: Error): void {
    const culprit = this.#culprit;
    this.#culprit = null;
    for (const [id, attempt] of this.#attempts) if (attempt.running.connection === connection) this.#end(id);
    this.#perform(this.#balancer.lost(connection.id, error, culprit, this.#now));
    this.#release((parked) => parked.connection === connection);
  }

  /** A message that belongs to a request. Throws when it does not fit its request. */
  take(connection: Connection, message: Answer | Failure, payload: Uint8Array<ArrayBuffer>): void {
    const attempt = message.id === null ? undefined : this.#attempts.get(message.id);
    if (!attempt || attempt.running.connection !== connection) {
      if (message.type === 'level') this.#options.onStray(connection, message, payload);
      return;
    }
    const { id } = attempt.running;
    if (message.type === 'error') {
      this.#end(id);
      this.#perform(this.#balancer.refused(id, message.code, message.message, this.#now));
    } else this.#takeAnswer(attempt, message, payload);
  }

  /** What the attempt brought had a wrong checksum. */
  corrupt({ id }: Running): void {
    this.#perform(this.#balancer.corrupt(id, this.#now));
  }

  /** Fails everything that is asked or waits. */
  failAll(reason: Reason): void {
    const parked = [...this.#parked].flatMap(({ exchanges }) => [...exchanges]);
    this.#parked.clear();
    this.#perform(this.#balancer.failAll(reason, this.#now));
    for (const exchange of parked) exchange.fail(errorOf(reason));
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#stopTimer();
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  get #balancer(): Balancer {
    return this.#options.balancer;
  }

  #takeAnswer(attempt: Attempt, answer: Answer, payload: Uint8Array<ArrayBuffer>): void {
    const { exchange, running } = attempt;
    if (!attempt.isAnswered) {
      // Before anything is taken, so that only one of the places where it runs gives anything.
      attempt.isAnswered = true;
      this.#perform(this.#balancer.arrived(running.id, 0, false, this.#now));
    }
    const { arrived } = exchange;
    let outcome: 'more' | 'last';
    try {
      outcome = exchange.take(running, answer, payload);
    } catch (error) {
      this.#culprit = running.id;
      throw error;
    }
    const levels = exchange.arrived - arrived;
    this.#perform(this.#balancer.arrived(running.id, levels, levels > 0, this.#now));
    if (outcome === 'more' || !this.#attempts.has(running.id)) return;
    this.#forget(attempt.request);
    this.#end(running.id);
    this.#perform(this.#balancer.answered(running.id, this.#now));
  }

  /** Does the actions in order; what that leads to is done after them. */
  #perform(actions: readonly Action[]): void {
    for (const action of actions) this.#actions.push(action);
    if (this.#isPerforming) return;
    this.#isPerforming = true;
    try {
      for (let action = this.#actions.shift(); action; action = this.#actions.shift()) this.#do(action);
    } finally {
      this.#isPerforming = false;
    }
    this.#arm();
    this.#options.onStep();
  }

  #do(action: Action): void {
    const { lines } = this.#options;
    switch (action.do) {
      case 'dial':
        lines.dial(action.dial, action.url);
        break;
      case 'call off':
        lines.callOff(action.dial);
        break;
      case 'ask':
        this.#ask(action.request, action.attempt, lines.get(action.line));
        break;
      case 'cancel': {
        const { connection } = this.#end(action.attempt)?.running ?? {};
        connection?.send({ type: 'cancel', id: action.attempt });
        break;
      }
      case 'retry':
        for (const rest of this.#forget(action.request)?.remains() ?? []) this.submit(rest, action.history);
        break;
      case 'fail':
        this.#forget(action.request)?.fail(errorOf(action.reason));
        break;
      case 'steal':
        this.#cut(action.attempt, action.frames, action.history);
        break;
      case 'stop waiting':
        this.#release(({ connection }) => connection.id === action.line);
        break;
      case 'ping':
        lines.get(action.line)?.ping();
        break;
      case 'close':
        lines.get(action.line)?.close(new Error(action.why));
        break;
    }
  }

  #ask(request: number, id: number, connection: Connection | undefined): void {
    const exchange = this.#exchanges.get(request);
    if (!exchange || !connection) return;
    const running = { connection, id };
    this.#attempts.set(id, { request, exchange, running, isAnswered: false });
    for (const message of exchange.ask(running)) connection.send(message);
  }

  #cut(id: number, frames: number, history: History): void {
    const attempt = this.#attempts.get(id);
    const exchanges = attempt?.exchange.cutTail(frames) ?? [];
    if (!attempt || exchanges.length === 0) return;
    const { connection } = attempt.running;
    // Messages keep their order: once the pong is here, nothing of what was cut off is on its way any more.
    this.#parked.add({ connection, ping: connection.ping(), exchanges: new Set(exchanges), history });
  }

  #release(isDue: (parked: Parked) => boolean): void {
    for (const parked of [...this.#parked]) {
      if (!isDue(parked)) continue;
      this.#parked.delete(parked);
      for (const exchange of parked.exchanges)
        for (const rest of exchange.remains()) this.submit(rest, parked.history);
    }
  }

  #end(id: number): Attempt | undefined {
    const attempt = this.#attempts.get(id);
    this.#attempts.delete(id);
    attempt?.exchange.ended(attempt.running);
    return attempt;
  }

  #forget(request: number): Exchange | undefined {
    const exchange = this.#exchanges.get(request);
    this.#exchanges.delete(request);
    if (exchange) this.#ids.delete(exchange);
    return exchange;
  }

  #arm(): void {
    const { wakeAt } = this.#balancer;
    if (wakeAt >= this.#armedFor) return;
    this.#stopTimer();
    this.#armedFor = wakeAt;
    this.#stopTimer = this.#options.clock.after(Math.max(0, wakeAt - this.#now), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      const blocked: number[] = [];
      for (const { id, blocked: isBlocked } of this.#options.lines.all()) if (isBlocked) blocked.push(id);
      this.#perform(this.#balancer.tick(blocked, this.#now));
    });
  }
}

function errorOf({ code, message, reason, cause }: Reason): StreamError {
  return new StreamError(code, message, { cause, ...(reason === undefined ? {} : { reason }) });
}

/** Whether a message belongs to a request. */
export function isAnswer(message: ServerMessage): message is Answer | Failure {
  return ['worklistPage', 'manifest', 'level', 'done', 'error'].includes(message.type);
}
