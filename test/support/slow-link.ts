// A line between two sites: so many bits a second and so long a way, each way, shared by all connections that cross it.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes that are put on the line at once; others come in between. */
const SLICE = 4096;

/** One direction of the line. */
class Way {
  readonly #bytesPerMs: number;
  readonly #delay: number;
  #freeAt = 0;
  bytes = 0;

  constructor(bitsPerSecond: number, delay: number) {
    this.#bytesPerMs = bitsPerSecond / 8000;
    this.#delay = delay;
  }

  /** Whatever one socket gives goes to the other when the line has carried it; no more is taken before it is on the line. */
  carry(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      from.pause();
      this.#slices(bytes, to, () => from.resume());
    });
  }

  #slices(bytes: Buffer, to: Socket, onSent: () => void): void {
    const slice = bytes.subarray(0, SLICE);
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + slice.length / this.#bytesPerMs;
    this.bytes += slice.length;
    const wait = this.#freeAt - now;
    setTimeout(() => to.writable && to.write(slice), wait + this.#delay);
    setTimeout(
      () => (bytes.length > SLICE ? this.#slices(bytes.subarray(SLICE), to, onSent) : onSent()),
      wait,
    );
  }
}

/** The line. Doors at each site lead to servers of the other. */
export class SlowLink {
  readonly #there: Way;
  readonly #back: Way;
  readonly #doors: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** @param bitsPerSecond each way @param roundTrip milliseconds there and back */
  constructor(bitsPerSecond: number, roundTrip: number) {
    this.#there = new Way(bitsPerSecond, roundTrip / 2);
    this.#back = new Way(bitsPerSecond, roundTrip / 2);
  }

  /** Bytes that have crossed, both ways. */
  get bytes(): number {
    return this.#there.bytes + this.#back.bytes;
  }

  /**
   * Opens a door to a port of 127.0.0.1.
   * @param listen where the door is; default any free port of 127.0.0.1 @returns its port
   */
  async door(
    targetPort: number,
    side: 'here' | 'there',
    listen: { host: string; port: number } = { host: '127.0.0.1', port: 0 },
  ): Promise<number> {
    const [out, home] = side === 'here' ? [this.#there, this.#back] : [this.#back, this.#there];
    const door = createServer((client) => {
      const server = connect(targetPort, '127.0.0.1');
      const end = () => {
        for (const socket of [client, server]) {
          this.#sockets.delete(socket);
          socket.destroy();
        }
      };
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true).on('error', end).on('close', end);
      }
      out.carry(client, server);
      home.carry(server, client);
    });
    door.listen(listen.port, listen.host);
    await once(door, 'listening');
    this.#doors.push(door);
    return (door.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#doors.map((door) => {
        door.close();
        return once(door, 'close');
      }),
    );
  }
}
