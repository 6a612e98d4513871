// One socket to one server: opened and welcomed in time, kept alive, its messages decoded, its credit kept.
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import { ProtocolError } from '@strata/protocol/errors';
import { PROTOCOL_VERSION } from '@strata/protocol/limits';
import type { ClientMessage, Failure, ServerMessage, Welcome } from '@strata/protocol/messages';
import type { Clock } from './clock.ts';
import {
  type Credit,
  consumed,
  handedOut,
  isBlocked,
  openCredit,
  received,
  settle,
  unfinished,
} from './credit.ts';
import { beat, type Heartbeat, heard, startHeartbeat } from './heartbeat.ts';
import type { Socket, SocketConstructor, Timing } from './types.ts';

const OPEN = 1;

export interface ConnectionOptions {
  readonly url: string;
  readonly webSocket: SocketConstructor;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly token: string;
  readonly client: string;
}

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** First of all, once the server has welcomed this client: other messages may follow in the same turn. */
  onOpen(connection: Connection): void;
  /** Every message after the welcome but pongs. */
  onMessage(connection: Connection, message: ServerMessage, payload: Uint8Array<ArrayBuffer>): void;
  onRoundTrip(connection: Connection, milliseconds: number): void;
  onBytes(bytes: number): void;
  /** Called once, when the connection is over for whatever reason; nothing is called after it. */
  onLost(connection: Connection, error: Error): void;
}

/** A welcomed connection. */
export class Connection {
  readonly url: string;
  readonly welcome: Welcome;
  /** When a message last arrived, by the clock. */
  lastHeard: number;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #events: ConnectionEvents;
  #credit: Credit;
  #heartbeat: Heartbeat;
  #pingSentAt = 0;
  #stopTimer: () => void = () => {};
  #over = false;

  private constructor(
    socket: Socket,
    welcome: Welcome,
    options: ConnectionOptions,
    events: ConnectionEvents,
  ) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.#timing = options.timing;
    this.#events = events;
    this.url = options.url;
    this.welcome = welcome;
    this.lastHeard = options.clock.now();
    this.#credit = openCredit(welcome.limits.credit);
    this.#heartbeat = startHeartbeat(this.lastHeard);
    socket.onmessage = (event: { data: unknown }) => this.#onMessage(event.data);
    socket.onerror = () => {}; // a close follows, and says more
    socket.onclose = (event: { code: number; reason: string }) =>
      this.#end(new Error(`${this.url} closed the connection${closeText(event)}`));
    this.#schedule();
  }

  /**
   * Opens a connection. Rejects when there is no welcome within `timing.connect` ms, or when `signal` aborts; the error
   * names the address, and no event is called.
   */
  static open(
    options: ConnectionOptions,
    events: ConnectionEvents,
    signal: AbortSignal,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      let socket: Socket;
      try {
        socket = new options.webSocket(options.url);
      } catch (cause) {
        reject(new Error(`${options.url} cannot be connected to`, { cause }));
        return;
      }
      socket.binaryType = 'arraybuffer';
      const settle = (error: Error | null) => {
        stopTimer();
        signal.removeEventListener('abort', onAbort);
        if (!error) return;
        silence(socket);
        closeQuietly(socket);
        reject(error);
      };
      const onAbort = () => settle(new Error(`connecting to ${options.url} was called off`));
      const stopTimer = options.clock.after(options.timing.connect, () =>
        settle(new Error(`${options.url} did not answer within ${options.timing.connect} ms`)),
      );
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) return onAbort();
      socket.onopen = () =>
        socket.send(
          encodeMessage({
            type: 'hello',
            versions: [PROTOCOL_VERSION],
            token: options.token,
            client: options.client,
          }),
        );
      socket.onerror = (event: { message?: unknown }) => {
        const why = typeof event.message === 'string' && event.message !== '' ? `: ${event.message}` : '';
        settle(new Error(`${options.url} cannot be reached${why}`));
      };
      socket.onclose = (event: { code: number; reason: string }) =>
        settle(new Error(`${options.url} refused the connection${closeText(event)}`));
      socket.onmessage = (event: { data: unknown }) => {
        let welcome: Welcome;
        try {
          welcome = readWelcome(event.data);
        } catch (cause) {
          settle(
            new Error(`${options.url} is not a Strata server that this client understands: ${text(cause)}`, {
              cause,
            }),
          );
          return;
        }
        settle(null);
        const connection = new Connection(socket, welcome, options, events);
        events.onOpen(connection);
        resolve(connection);
      };
    });
  }

  /** Sends a message; does nothing on a connection that is over. */
  send(message: ClientMessage): void {
    if (!this.#over && this.#socket.readyState === OPEN) this.#socket.send(encodeMessage(message));
  }

  /** A piece of a level has been used up or put aside: it does not wait for any caller. */
  release(bytes: number): void {
    this.#credit = unfinished(this.#credit, bytes);
    this.#grant();
  }

  /** A level of `length` bytes is whole and goes to callers. */
  handedOut(length: number): void {
    this.#credit = handedOut(this.#credit, length);
  }

  /** Callers have consumed a level of `length` bytes, whose last piece had `bytes`. */
  consumed(length: number, bytes: number): void {
    this.#credit = consumed(this.#credit, length, bytes);
    this.#grant();
  }

  /** Whether the server waits for this client to consume before it can send more. */
  get blocked(): boolean {
    return isBlocked(this.#credit);
  }

  get over(): boolean {
    return this.#over;
  }

  /** Ends the connection; `onLost` is called with the error before this returns. */
  close(error: Error): void {
    this.#end(error);
  }

  #onMessage(data: unknown): void {
    if (this.#over) return;
    this.lastHeard = this.#clock.now();
    try {
      if (!(data instanceof ArrayBuffer)) throw new ProtocolError('malformed', 'A text message.');
      this.#events.onBytes(data.byteLength);
      const { message, payload } = decodeServerMessage(new Uint8Array(data));
      if (message.type === 'level') this.#credit = received(this.#credit, payload.byteLength);
      if (message.type === 'pong' && message.id === this.#heartbeat.ping) {
        this.#events.onRoundTrip(this, this.lastHeard - this.#pingSentAt);
      }
      this.#heartbeat = heard(this.#heartbeat);
      if (message.type !== 'pong') this.#events.onMessage(this, message, payload as Uint8Array<ArrayBuffer>);
      if (this.blocked) this.#grant();
    } catch (cause) {
      this.#end(new Error(`${this.url} sent what is not the protocol: ${text(cause)}`, { cause }));
    }
  }

  #grant(): void {
    const { credit, grant } = settle(this.#credit);
    this.#credit = credit;
    if (grant > 0) this.send({ type: 'credit', bytes: grant });
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.after(this.#timing.heartbeat / 4, () => {
      const now = this.#clock.now();
      const { state, action } = beat(this.#heartbeat, now, this.lastHeard, this.#timing);
      this.#heartbeat = state;
      if (action === 'dead') {
        this.#end(new Error(`${this.url} has been silent for ${Math.round(now - this.lastHeard)} ms`));
        return;
      }
      if (action === 'ping') {
        this.#pingSentAt = now;
        this.send({ type: 'ping', id: state.ping });
      }
      this.#schedule();
    });
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer();
    silence(this.#socket);
    closeQuietly(this.#socket);
    this.#events.onLost(this, error);
  }
}

function readWelcome(data: unknown): Welcome {
  if (!(data instanceof ArrayBuffer)) throw new ProtocolError('malformed', 'A text message.');
  const { message } = decodeServerMessage(new Uint8Array(data));
  if (message.type === 'error') throw refused(message);
  if (message.type !== 'welcome')
    throw new ProtocolError('bad-value', `A ${message.type} before the welcome.`);
  if (message.version !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      'bad-value',
      `It speaks version ${message.version}, this client ${PROTOCOL_VERSION}.`,
    );
  }
  return message;
}

function refused(failure: Failure): Error {
  return new Error(`${failure.code}: ${failure.message}`);
}

function closeText(event: { code: number; reason: string }): string {
  return event.reason ? ` (${event.code}: ${event.reason})` : ` (${event.code})`;
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function silence(socket: Socket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  // Closing a socket that is still connecting makes some implementations report an error later.
  socket.onerror = () => {};
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close(1000);
  } catch {
    // Already closed, or never open: gone either way.
  }
}
