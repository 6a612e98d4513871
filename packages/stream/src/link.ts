// Keeps one connection to some server alive: tries them all, waits with jitter, moves on when a server leaves or fails.
import type { Server } from '@strata/protocol/messages';
import { backoffDelay } from './backoff.ts';
import type { Clock } from './clock.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import {
  type Candidate,
  failed,
  measured,
  mergePool,
  newCandidate,
  nextChance,
  pickServer,
  succeeded,
} from './servers.ts';
import type { ClientState, SocketConstructor, Timing } from './types.ts';

export interface LinkOptions {
  readonly servers: readonly string[];
  readonly webSocket: SocketConstructor;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly random: () => number;
  readonly token: string;
  readonly client: string;
}

export interface LinkEvents {
  onOnline(connection: Connection): void;
  onMessage: ConnectionEvents['onMessage'];
  onLost(connection: Connection, error: Error): void;
  onBytes(bytes: number): void;
  /** No server has been reachable for `timing.giveUp` ms. Called once per such time. */
  onGiveUp(error: Error): void;
  onState(state: ClientState): void;
}

export class Link {
  state: ClientState = 'idle';
  roundTrip: number | null = null;
  connectionsMade = 0;
  /** Connections that are open: the current one and those that are finishing. */
  readonly connections = new Set<Connection>();
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #seeds: ReadonlySet<string>;
  readonly #closing = new AbortController();
  #candidates: Candidate[];
  #current: Connection | null = null;
  #seeking = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#seeds = new Set(options.servers);
    this.#candidates = [...this.#seeds].map(newCandidate);
  }

  get current(): Connection | null {
    return this.#current;
  }

  /** Connects, unless there is a connection or one is being sought. */
  demand(): void {
    if (this.#seeking || this.#current || this.#closing.signal.aborted) return;
    this.#seeking = true;
    void this.#seek();
  }

  /** The pool's new list of its servers. */
  learn(pool: readonly Server[]): void {
    this.#candidates = mergePool(this.#candidates, pool, this.#seeds);
  }

  /** The server of this connection is going away: what comes next needs another one. */
  leave(connection: Connection, next: 'reconnect' | 'wait for demand'): void {
    this.#postpone(connection);
    if (this.#current !== connection) return;
    this.#current = null;
    if (next === 'reconnect') this.demand();
    else this.#setState('idle');
  }

  close(error: Error): void {
    this.#closing.abort();
    this.#setState('closed');
    for (const connection of [...this.connections]) connection.close(error);
  }

  async #seek(): Promise<void> {
    const { clock, timing, random } = this.#options;
    const { signal } = this.#closing;
    let since = clock.now();
    this.#setState('connecting');
    for (let round = 0; !signal.aborted; round++) {
      const lastError = await this.#tryAll();
      if (!lastError) {
        this.#seeking = false;
        return;
      }
      if (signal.aborted) return;
      this.#setState('offline');
      if (clock.now() - since >= timing.giveUp) {
        since = clock.now();
        this.#events.onGiveUp(lastError);
      }
      const delay = backoffDelay(round, timing.backoff, timing.backoffMost, random());
      const chance = Math.min(nextChance(this.#candidates) - clock.now(), timing.backoffMost);
      await this.#sleep(Math.max(delay, chance));
    }
  }

  /** Tries every server whose time has come, once. @returns null when one is connected, or why the last was not */
  async #tryAll(): Promise<Error | null> {
    const { clock, timing, webSocket, token, client, random } = this.#options;
    const tried = new Set<string>();
    let lastError = new Error('every server has just failed');
    while (!this.#closing.signal.aborted) {
      const candidate = pickServer(this.#candidates, tried, clock.now(), random);
      if (!candidate) break;
      const { url } = candidate;
      tried.add(url);
      try {
        const options = { url, webSocket, clock, timing, token, client };
        const connection = await Connection.open(options, this.#connectionEvents, this.#closing.signal);
        if (!connection.over) return null;
        lastError = new Error(`${url} ended the connection at once`);
      } catch (error) {
        lastError = error instanceof Error ? error : new Error(String(error));
        this.#update(url, (each) => failed(each, clock.now(), 0));
      }
    }
    return lastError;
  }

  readonly #connectionEvents: ConnectionEvents = {
    onOpen: (connection) => {
      this.connectionsMade++;
      this.connections.add(connection);
      this.#current = connection;
      this.#update(connection.url, (each) => succeeded(each, connection.welcome.serverId));
      this.learn(connection.welcome.pool);
      this.#setState('online');
      this.#events.onOnline(connection);
    },
    onMessage: (connection, message, payload) => this.#events.onMessage(connection, message, payload),
    onBytes: (bytes) => this.#events.onBytes(bytes),
    onRoundTrip: (connection, milliseconds) => {
      this.roundTrip = milliseconds;
      this.#update(connection.url, (each) => measured(each, milliseconds));
    },
    onLost: (connection, error) => {
      this.connections.delete(connection);
      const wasCurrent = this.#current === connection;
      if (wasCurrent) {
        this.#current = null;
        this.#postpone(connection);
      }
      this.#events.onLost(connection, error);
      // A page that shows 'online' wants to be so again, also while it asks for nothing.
      if (wasCurrent) this.demand();
    },
  };

  #postpone(connection: Connection): void {
    const { clock, timing, random } = this.#options;
    const delay = backoffDelay(0, timing.backoff, timing.backoffMost, random());
    this.#update(connection.url, (each) => failed(each, clock.now(), delay));
  }

  #update(url: string, change: (candidate: Candidate) => Candidate): void {
    this.#candidates = this.#candidates.map((each) => (each.url === url ? change(each) : each));
  }

  #sleep(delay: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const wake = () => {
        stop();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const stop = this.#options.clock.after(delay, wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  #setState(state: ClientState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    this.#events.onState(state);
  }
}
