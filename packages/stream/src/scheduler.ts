// Which requests run on which connection, which wait, and what is asked again when a connection is lost or stalls.
import type { Failure, Level, ServerMessage } from '@strata/protocol/messages';
import { backoffDelay } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { StreamError } from './errors.ts';
import type { Answer, Exchange, Running } from './exchange.ts';
import { isStalled } from './progress.ts';
import type { Timing } from './types.ts';

const MAX_FAILURES = 6;
const MAX_STALLS = 3;
/** Refusals that say nothing about the request itself. */
const PASSING: ReadonlySet<string> = new Set([
  'leaving',
  'unavailable',
  'too-many-requests',
  'too-slow',
  'internal',
]);

interface Open extends Running {
  readonly exchange: Exchange;
  progressAt: number;
}

/** What runs on one connection. */
interface Carried {
  readonly requests: Map<number, Open>;
  /** Whether it has brought anything that was missing, for whatever request. */
  useful: boolean;
  /** Whose answer made us end the connection. */
  culprit: Exchange | null;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly random: () => number;
  /** There is something to ask and no connection to ask on. */
  readonly onDemand: () => void;
  /** A piece of a level for a request that was withdrawn. */
  readonly onStray: (connection: Connection, message: Level, payload: Uint8Array<ArrayBuffer>) => void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #waiting: Exchange[] = [];
  readonly #delayed = new Map<Exchange, () => void>();
  readonly #carried = new Map<Connection, Carried>();
  readonly #running = new Map<Exchange, Open>();
  #current: Connection | null = null;
  #nextId = 1;
  #stopTick: (() => void) | null = null;
  #blockedAt = 0;
  #pumping = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Whether anything is asked or waits to be. */
  get busy(): boolean {
    return this.#waiting.length > 0 || this.#running.size > 0 || this.#delayed.size > 0;
  }

  /** Asks as soon as there is a connection with room, the most urgent first. */
  submit(exchange: Exchange): void {
    this.#waiting.push(exchange);
    this.#pump();
  }

  /** Takes a request back; the server is told when it runs. Its `fail` is not called. */
  withdraw(exchange: Exchange): void {
    this.#delayed.get(exchange)?.();
    this.#delayed.delete(exchange);
    const place = this.#waiting.indexOf(exchange);
    if (place >= 0) this.#waiting.splice(place, 1);
    const open = this.#running.get(exchange);
    if (!open) return;
    open.connection.send({ type: 'cancel', id: open.id });
    this.#close(open);
    this.#pump();
  }

  /** From now on requests are asked on this connection. */
  use(connection: Connection): void {
    this.#carried.set(connection, { requests: new Map(), useful: false, culprit: null });
    this.#current = connection;
    this.#pump();
  }

  /** New requests go elsewhere; what runs on the connection goes on, and it is closed when all of that is done. */
  leave(connection: Connection): void {
    if (this.#current === connection) this.#current = null;
    if (this.#carried.get(connection)?.requests.size === 0) {
      connection.close(new Error(`${connection.url} is leaving`));
    }
    this.#pump();
  }

  /** The connection is gone: what ran on it is asked again, before what waits. */
  lost(connection: Connection, error: Error): void {
    const carried = this.#carried.get(connection);
    const open = [...(carried?.requests.values() ?? [])];
    this.#carried.delete(connection);
    if (this.#current === connection) this.#current = null;
    for (const each of open) {
      const { exchange } = each;
      this.#running.delete(exchange);
      // On a line that breaks again and again but brings something each time, those who wait their turn are not to blame.
      if (exchange === carried?.culprit || !carried?.useful) exchange.failures++;
      this.#again(exchange, error);
    }
    this.#pump();
  }

  /** A message that is not about the connection itself. Throws when it does not fit its request. */
  take(connection: Connection, message: Answer | Failure, payload: Uint8Array<ArrayBuffer>): void {
    const carried = this.#carried.get(connection);
    const open = message.id === null ? undefined : carried?.requests.get(message.id);
    if (!carried || !open) {
      if (message.type === 'level') this.#options.onStray(connection, message, payload);
      return;
    }
    open.progressAt = this.#options.clock.now();
    if (message.type === 'error') {
      this.#close(open);
      this.#refused(open.exchange, message);
    } else this.#answered(carried, open, message, payload);
    this.#pump();
  }

  /** Fails everything that is asked or waits. */
  failAll(error: Error): void {
    const all = [...this.#running.keys(), ...this.#waiting, ...this.#delayed.keys()];
    for (const open of [...this.#running.values()]) {
      open.connection.send({ type: 'cancel', id: open.id });
      this.#close(open);
    }
    this.#waiting.length = 0;
    for (const stop of this.#delayed.values()) stop();
    this.#delayed.clear();
    for (const exchange of all) exchange.fail(error);
  }

  #answered(carried: Carried, open: Open, answer: Answer, payload: Uint8Array<ArrayBuffer>): void {
    const { exchange } = open;
    const { arrived } = exchange;
    let outcome: 'more' | 'last';
    try {
      outcome = exchange.take(answer, payload);
    } catch (error) {
      carried.culprit = exchange;
      throw error;
    }
    if (exchange.arrived > arrived) {
      carried.useful = true;
      exchange.failures = 0;
    }
    if (outcome === 'last') this.#close(open);
  }

  #refused(exchange: Exchange, failure: Failure): void {
    exchange.failures++;
    if (!PASSING.has(failure.code) || exchange.failures >= MAX_FAILURES) {
      const error = new StreamError('failed', failure.message, { reason: failure.code });
      exchange.fail(error);
      return;
    }
    const { clock, random, timing } = this.#options;
    const delay = backoffDelay(exchange.failures, timing.backoff, timing.backoffMost, random());
    for (const rest of exchange.remains()) {
      rest.failures = exchange.failures;
      const stop = clock.after(delay, () => {
        this.#delayed.delete(rest);
        this.submit(rest);
      });
      this.#delayed.set(rest, stop);
    }
  }

  #again(exchange: Exchange, cause: Error): void {
    if (exchange.failures >= MAX_FAILURES) {
      const error = new StreamError(
        'stalled',
        `Asked ${exchange.failures} times without an answer: ${cause.message}.`,
        {
          cause,
        },
      );
      exchange.fail(error);
      return;
    }
    const rest = exchange.remains();
    for (const each of rest) each.failures = exchange.failures;
    this.#waiting.unshift(...rest);
  }

  #pump(): void {
    // Asking may fail an exchange, whose owner then submits or withdraws others: one loop serves them all.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#waiting.length > 0) {
        const connection = this.#current;
        if (!connection || connection.over) {
          this.#options.onDemand();
          break;
        }
        const open = (this.#carried.get(connection) as Carried).requests;
        if (open.size >= connection.welcome.limits.maxRequests) break;
        this.#ask(connection, open, this.#takeMostUrgent());
      }
    } finally {
      this.#pumping = false;
    }
    this.#tickWhileOpen();
  }

  #takeMostUrgent(): Exchange {
    let best = 0;
    for (let i = 1; i < this.#waiting.length; i++) {
      if ((this.#waiting[i] as Exchange).priority < (this.#waiting[best] as Exchange).priority) best = i;
    }
    return this.#waiting.splice(best, 1)[0] as Exchange;
  }

  #ask(connection: Connection, open: Map<number, Open>, exchange: Exchange): void {
    const id = this.#nextId;
    this.#nextId = (this.#nextId % 0xffff_ffff) + 1;
    const entry: Open = { connection, id, exchange, progressAt: this.#options.clock.now() };
    open.set(id, entry);
    this.#running.set(exchange, entry);
    for (const message of exchange.ask(entry)) connection.send(message);
  }

  #close(open: Open): void {
    this.#running.delete(open.exchange);
    const others = this.#carried.get(open.connection)?.requests;
    others?.delete(open.id);
    if (others?.size === 0 && open.connection !== this.#current) {
      open.connection.close(new Error(`${open.connection.url} is leaving`));
    }
  }

  #tickWhileOpen(): void {
    if (this.#stopTick || this.#running.size === 0) return;
    this.#stopTick = this.#options.clock.after(this.#options.timing.progress / 4, () => {
      this.#stopTick = null;
      this.#checkProgress();
      this.#pump();
    });
  }

  #checkProgress(): void {
    const now = this.#options.clock.now();
    for (const [connection, { requests }] of [...this.#carried]) {
      if (connection.blocked) this.#blockedAt = now;
      const open = [...requests.values()].map((each) => ({ ...each, priority: each.exchange.priority }));
      const stalled = open.filter(({ priority, progressAt }) => {
        const before = open.filter((each) => each.priority < priority);
        const better = Math.max(0, ...before.map((each) => each.progressAt));
        const { progress: limit } = this.#options.timing;
        return isStalled({ now, own: progressAt, better, blocked: this.#blockedAt, limit });
      });
      if (stalled.length === 0) continue;
      const error = new Error(
        `${connection.url} sent nothing for ${Math.round(this.#options.timing.progress)} ms`,
      );
      // When nothing at all moves, the connection or the server is to blame: everything goes elsewhere.
      if (stalled.length === open.length) connection.close(error);
      else for (const each of stalled) this.#askAnew(each, error);
    }
  }

  #askAnew(open: Open, error: Error): void {
    open.connection.send({ type: 'cancel', id: open.id });
    this.#close(open);
    if (++open.exchange.failures >= MAX_STALLS) {
      open.exchange.fail(
        new StreamError('stalled', `${error.message}, ${MAX_STALLS} times.`, { cause: error }),
      );
    } else this.#again(open.exchange, error);
  }
}

/** Whether a message belongs to a request. */
export function isAnswer(message: ServerMessage): message is Answer | Failure {
  return ['worklistPage', 'manifest', 'level', 'done', 'error'].includes(message.type);
}
