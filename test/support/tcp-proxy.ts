// A network between a client and a server that a test can cut, stall and slow down.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class TcpProxy {
  readonly port: number;
  /** Bytes that have passed from server to client. */
  down = 0;
  /** Called after each piece that passed from server to client. */
  onDown: () => void = () => {};
  /** Most bytes per 10 ms from server to client; Infinity for a fast line. */
  rate = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #stalled = false;

  private constructor(server: Server, targetPort: () => number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#join(client, connect(targetPort(), '127.0.0.1')));
  }

  /** @param targetPort the port on 127.0.0.1 that it leads to */
  static async start(targetPort: () => number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, targetPort);
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Breaks all connections at once; new ones are possible. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  /** Connections that there are now pass nothing any more, without being closed; later ones are not touched. */
  freeze(): void {
    for (const { client, server } of this.#pairs) {
      client.removeAllListeners('data').pause();
      server.removeAllListeners('data').pause();
    }
  }

  /** Nothing passes from servers to clients until `flow`. */
  stall(): void {
    this.#stalled = true;
    for (const { server } of this.#pairs) server.pause();
  }

  flow(): void {
    this.#stalled = false;
    for (const { server } of this.#pairs) server.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    const pair = { client, server };
    this.#pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end).setNoDelay(true);
    client.on('data', (bytes) => void server.write(bytes));
    server.on('data', (bytes) => this.#passDown(pair, bytes));
    if (this.#stalled) server.pause();
  }

  #passDown({ client, server }: Pair, bytes: Buffer): void {
    client.write(bytes);
    this.down += bytes.length;
    this.onDown();
    if (this.rate === Number.POSITIVE_INFINITY || this.#stalled) return;
    server.pause();
    setTimeout(() => this.#stalled || server.resume(), (bytes.length / this.rate) * 10);
  }
}
