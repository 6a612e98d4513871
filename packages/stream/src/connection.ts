// One socket to one server: kept alive, its messages decoded, its credit kept.
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import { ProtocolError } from '@strata/protocol/errors';
import type { ClientMessage, ServerMessage, Welcome } from '@strata/protocol/messages';
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
import { type ConnectionOptions, closeQuietly, closeText, greet, reasonOf, silence } from './handshake.ts';
import { beat, type Heartbeat, heard, pinged, startHeartbeat } from './heartbeat.ts';
import type { Socket, Timing } from './types.ts';

const OPEN = 1;

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** First of all, once the server has welcomed this client: other messages may follow in the same turn. */
  onOpen(connection: Connection): void;
  /** Every message after the welcome but pongs. */
  onMessage(connection: Connection, message: ServerMessage, payload: Uint8Array<ArrayBuffer>): void;
  /** The answer to a ping, and to all before it. @param milliseconds null when a later ping is under way */
  onPong(connection: Connection, ping: number, milliseconds: number | null): void;
  /** Before each message, with all its bytes. */
  onBytes(connection: Connection, bytes: number): void;
  /** Called once, when the connection is over for whatever reason; nothing is called after it. */
  onLost(connection: Connection, error: Error): void;
}

/** A welcomed connection. */
export class Connection {
  /** The number of the dial that it came from. */
  readonly id: number;
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
    this.id = options.id;
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
    return greet(options, signal, (socket, welcome) => {
      const connection = new Connection(socket, welcome, options, events);
      events.onOpen(connection);
      return connection;
    });
  }

  /** Sends a message; does nothing on a connection that is over. */
  send(message: ClientMessage): void {
    if (!this.#over && this.#socket.readyState === OPEN) this.#socket.send(encodeMessage(message));
  }

  /** Asks the server for a word. @returns the number of the ping, which `onPong` will be called with */
  ping(): number {
    this.#pingSentAt = this.#clock.now();
    this.#heartbeat = pinged(this.#heartbeat, this.#pingSentAt);
    this.send({ type: 'ping', id: this.#heartbeat.ping });
    return this.#heartbeat.ping;
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
      this.#events.onBytes(this, data.byteLength);
      const { message, payload } = decodeServerMessage(new Uint8Array(data));
      if (message.type === 'level') this.#credit = received(this.#credit, payload.byteLength);
      if (message.type === 'pong') {
        const isLast = message.id === this.#heartbeat.ping;
        this.#events.onPong(this, message.id, isLast ? this.lastHeard - this.#pingSentAt : null);
      }
      this.#heartbeat = heard(this.#heartbeat);
      if (message.type !== 'pong') this.#events.onMessage(this, message, payload as Uint8Array<ArrayBuffer>);
      if (this.blocked) this.#grant();
    } catch (cause) {
      this.#end(new Error(`${this.url} sent what is not the protocol: ${reasonOf(cause)}`, { cause }));
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
