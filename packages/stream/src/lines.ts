// The sockets: opens a connection when told to, calls one off, and passes on what comes.
import type { Clock } from './clock.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import type { SocketConstructor, Timing } from './types.ts';

export interface LinesOptions {
  readonly webSocket: SocketConstructor;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly token: string;
  readonly client: string;
}

export interface LinesEvents extends ConnectionEvents {
  onDialFailed(dial: number, error: Error): void;
}

export class Lines {
  /** Connections made since the start. */
  made = 0;
  readonly #options: LinesOptions;
  readonly #events: LinesEvents;
  readonly #dials = new Map<number, AbortController>();
  readonly #open = new Map<number, Connection>();

  constructor(options: LinesOptions, events: LinesEvents) {
    this.#options = options;
    this.#events = {
      ...events,
      onOpen: (connection) => {
        this.made++;
        this.#dials.delete(connection.id);
        this.#open.set(connection.id, connection);
        events.onOpen(connection);
      },
      onLost: (connection, error) => {
        this.#open.delete(connection.id);
        events.onLost(connection, error);
      },
    };
  }

  /** Connections that are open. */
  get size(): number {
    return this.#open.size;
  }

  all(): Iterable<Connection> {
    return this.#open.values();
  }

  get(id: number): Connection | undefined {
    return this.#open.get(id);
  }

  /** Connects; `onOpen` or `onDialFailed` is called, unless it is called off before. */
  dial(id: number, url: string): void {
    const abort = new AbortController();
    this.#dials.set(id, abort);
    Connection.open({ ...this.#options, id, url }, this.#events, abort.signal).catch((error: unknown) => {
      if (!this.#dials.delete(id)) return;
      this.#events.onDialFailed(id, error instanceof Error ? error : new Error(String(error)));
    });
  }

  callOff(id: number): void {
    const abort = this.#dials.get(id);
    this.#dials.delete(id);
    abort?.abort();
  }

  /** Ends every connection and every attempt to make one. */
  close(error: Error): void {
    for (const id of [...this.#dials.keys()]) this.callOff(id);
    for (const connection of [...this.#open.values()]) connection.close(error);
  }
}
