// A line between two sites: so many bits a second and so long a way, each way, shared by all connections that cross it.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes that are put on the line at once; others come in between. */
const SLICE = 4096;
/** Bytes of one connection that may wait for the line: enough that it never stands still. */
const WAITING = 64 * 1024;

interface Slice {
  readonly bytes: Buffer;
  readonly from: Socket;
  readonly to: Socket;
  /** When its last byte is on the line, and when that comes out at the other end. */
  readonly sentAt: number;
  readonly dueAt: number;
  /** Nothing follows from there. */
  readonly isLast: boolean;
}

/** One direction of the line. */
class Way {
  readonly #bytesPerMs: number;
  readonly #delay: number;
  readonly #waiting = new Map<Socket, number>();
  /** In the order in which they were put on the line: those not sent yet, and those that have not arrived. */
  readonly #unsent: Slice[] = [];
  readonly #underWay: Slice[] = [];
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;
  bytes = 0;

  constructor(bitsPerSecond: number, delay: number) {
    this.#bytesPerMs = bitsPerSecond / 8000;
    this.#delay = delay;
  }

  /** Whatever one socket gives goes to the other when the line has carried it; what waits for the line is bounded. */
  carry(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += SLICE)
        this.#put(bytes.subarray(at, at + SLICE), from, to, false);
      if ((this.#waiting.get(from) ?? 0) > WAITING) from.pause();
      this.#arm();
    });
    from.on('end', () => {
      this.#put(Buffer.alloc(0), from, to, true);
      this.#arm();
    });
    from.on('close', () => this.#waiting.delete(from));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #put(bytes: Buffer, from: Socket, to: Socket, isLast: boolean): void {
    this.#freeAt = Math.max(performance.now(), this.#freeAt) + bytes.length / this.#bytesPerMs;
    const dueAt = this.#freeAt + this.#delay;
    const slice = { bytes, from, to, sentAt: this.#freeAt, dueAt, isLast };
    this.bytes += bytes.length;
    this.#waiting.set(from, (this.#waiting.get(from) ?? 0) + bytes.length);
    this.#unsent.push(slice);
    this.#underWay.push(slice);
  }

  #arm(): void {
    if (this.#timer || this.#underWay.length === 0) return;
    // A timer rings every millisecond at most: whatever is due by then goes together.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pass();
      this.#arm();
    }, 1);
  }

  #pass(): void {
    const now = performance.now();
    for (let [slice] = this.#unsent; slice && slice.sentAt <= now; [slice] = this.#unsent) {
      this.#unsent.shift();
      const left = (this.#waiting.get(slice.from) ?? 0) - slice.bytes.length;
      if (this.#waiting.has(slice.from)) this.#waiting.set(slice.from, left);
      if (left <= WAITING && slice.from.isPaused()) slice.from.resume();
    }
    for (let [slice] = this.#underWay; slice && slice.dueAt <= now; [slice] = this.#underWay) {
      this.#underWay.shift();
      if (slice.isLast) slice.to.end();
      else if (slice.to.writable) slice.to.write(slice.bytes);
    }
  }
}

/** The line. Doors at each site lead to servers of the other. */
export class SlowLink {
  readonly #there: Way;
  readonly #back: Way;
  readonly #roundTrip: number;
  readonly #doors: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** @param bitsPerSecond each way @param roundTrip milliseconds there and back */
  constructor(bitsPerSecond: number, roundTrip: number) {
    this.#there = new Way(bitsPerSecond, roundTrip / 2);
    this.#back = new Way(bitsPerSecond, roundTrip / 2);
    this.#roundTrip = roundTrip;
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
    const door = createServer({ pauseOnConnect: true }, (client) => {
      const server = connect(targetPort, '127.0.0.1');
      const fail = () => {
        for (const socket of [client, server]) socket.destroy();
      };
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket
          .setNoDelay(true)
          .on('error', fail)
          .on('close', () => this.#sockets.delete(socket));
      }
      home.carry(server, client);
      // The handshake goes there and back before the first byte leaves.
      setTimeout(() => {
        out.carry(client, server);
        client.resume();
      }, this.#roundTrip);
    });
    door.listen(listen.port, listen.host);
    await once(door, 'listening');
    this.#doors.push(door);
    return (door.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const way of [this.#there, this.#back]) way.stop();
    await Promise.all(
      this.#doors.map((door) => {
        door.close();
        return once(door, 'close');
      }),
    );
  }
}
