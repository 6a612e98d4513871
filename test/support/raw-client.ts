// A client that speaks the protocol by hand, to do what the real one never does.
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import type { ClientMessage, ServerMessage } from '@strata/protocol/messages';

export interface Got {
  readonly message: ServerMessage;
  readonly payload: Uint8Array;
}

type Type = ServerMessage['type'];

export class RawClient {
  /** Everything that came, in order. */
  readonly got: Got[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #wake: () => void = () => {};
  #over = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      this.got.push(decodeServerMessage(new Uint8Array(data as ArrayBuffer)));
      this.#wake();
    };
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason }) => {
        this.#over = true;
        resolve({ code, reason });
        this.#wake();
      };
    });
  }

  /** Opens the socket and says nothing. */
  static async open(url: string): Promise<RawClient> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`${url} cannot be opened`));
    });
    return new RawClient(socket);
  }

  /** Opens the socket and is welcomed. */
  static async greet(url: string): Promise<RawClient> {
    const client = await RawClient.open(url);
    client.send({ type: 'hello', versions: [1], token: '', client: 'test' });
    await client.until('welcome');
    return client;
  }

  send(message: ClientMessage): void {
    this.#socket.send(encodeMessage(message));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(bytes);
  }

  /** All messages of a type so far. */
  all<T extends Type>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.got.map(({ message }) => message).filter((message) => message.type === type) as never;
  }

  /** Waits until there are `count` messages of the type; returns the last of these. Throws when the socket closes before. */
  async until<T extends Type>(type: T, count = 1): Promise<Extract<ServerMessage, { type: T }>> {
    for (;;) {
      const found = this.all(type)[count - 1];
      if (found) return found;
      if (this.#over) throw new Error(`The socket closed before ${count} ${type} had come.`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}
