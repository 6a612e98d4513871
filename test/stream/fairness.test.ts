// Clients that are slow, greedy or many cost the others nothing but their share, and the server a bounded amount of memory.
import { randomBytes } from 'node:crypto';
import type { FrameFormat } from '@strata/codec/format';
import type { FrameRef, ServerMessage } from '@strata/protocol/messages';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LeanSocket } from '../bench/stream/lean-socket.ts';
import { type Archive, ImageServer, openArchive, putFrames } from '../support/image-server.ts';

const MIB = 2 ** 20;
const format: FrameFormat = { width: 1024, height: 1024, samples: 1, bits: 16, signed: false };

let archive: Archive;
let server: ImageServer;
/** Eight frames of noise, 16 MiB on the line. */
let huge: FrameRef[];
let small: FrameRef[];
const open: LeanClient[] = [];

beforeAll(async () => {
  archive = await openArchive();
  const noise = () => new Uint16Array(new Uint8Array(randomBytes(2 * MIB)).buffer);
  const plain = Uint16Array.from({ length: format.width * format.height }, (_, at) => at % 4096);
  const put = async (frames: Uint16Array[]) => {
    const { blob } = await putFrames(
      archive,
      frames.map((pixels) => ({ pixels, format })),
    );
    return frames.map((_, frame) => ({ blob: blob.digest, frame }));
  };
  huge = await put(Array.from({ length: 8 }, noise));
  small = await put([plain]);
  server = await ImageServer.start(archive);
});
afterEach(() => {
  for (const client of open.splice(0)) client.socket?.close();
});
afterAll(async () => {
  await server?.kill();
  await archive?.close();
});

/** A client that takes what comes and says so, or stops taking. */
class LeanClient {
  socket: LeanSocket | null = null;
  bytes = 0;
  readonly messages: ServerMessage[] = [];

  static async connect(): Promise<LeanClient> {
    const client = new LeanClient();
    open.push(client);
    client.socket = await LeanSocket.open(server.port, {
      onMessage: (message) => client.messages.push(message),
      onPayload: ({ length }) => {
        client.bytes += length;
        client.socket?.send({ type: 'credit', bytes: length });
      },
      onEnd: () => {},
      onClose: () => {},
    });
    client.socket.send({ type: 'hello', versions: [1], token: '', client: 'test' });
    await expect.poll(() => client.count('welcome')).toBe(1);
    return client;
  }

  count(type: ServerMessage['type']): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  get(id: number, frames: FrameRef[], priority = 0): void {
    this.socket?.send({ type: 'get', id, target: { frames }, from: 0, to: 255, priority });
  }

  /** Sixteen times all of the huge frames: 256 MiB. */
  getHugeSeries(priority = 0): void {
    this.get(1, Array.from({ length: 16 }, () => huge).flat(), priority);
  }
}

test('one huge series on the way to one client leaves every other client its turn', async () => {
  const greedy = await LeanClient.connect();
  const others = await Promise.all(Array.from({ length: 5 }, () => LeanClient.connect()));
  greedy.getHugeSeries();
  await expect.poll(() => greedy.bytes).toBeGreaterThan(MIB);
  const before = server.role.stats().bytes;
  for (const other of others) other.get(1, small);
  for (const other of others) await expect.poll(() => other.count('done'), { interval: 1 }).toBe(1);
  // All but what the others asked for went to the greedy one meanwhile.
  expect(server.role.stats().bytes - before).toBeLessThan(64 * MIB);
  expect(greedy.count('done')).toBe(0);
});

test('what is urgent to one client goes before what is not to twenty others', async () => {
  const reading = await Promise.all(Array.from({ length: 20 }, () => LeanClient.connect()));
  const urgent = await LeanClient.connect();
  for (const client of reading) client.get(1, huge, 9);
  await expect.poll(() => reading.every(({ bytes }) => bytes > 0)).toBe(true);
  urgent.get(1, small, 0);
  await expect.poll(() => urgent.count('done'), { interval: 1 }).toBe(1);
  expect(reading.filter((client) => client.count('done') > 0)).toEqual([]);
});

test('clients that take nothing cost bounded memory each, and others nothing', async () => {
  const slow = await Promise.all(Array.from({ length: 20 }, () => LeanClient.connect()));
  for (const client of slow) {
    client.socket?.pause();
    client.getHugeSeries();
  }
  // Until not one more byte can be sent to any of them.
  for (let before = -1, now = 0; before !== now; now = server.role.stats().bytes) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { buffered } = server.role.stats();
  expect(buffered).toBeGreaterThan(0);
  expect(buffered).toBeLessThanOrEqual(slow.length * 1.5 * MIB);
  const quick = await LeanClient.connect();
  quick.get(1, small);
  await expect.poll(() => quick.count('done')).toBe(1);
  for (const client of slow) client.socket?.resume();
  await expect.poll(() => slow.every((client) => client.bytes > 32 * MIB), { timeout: 30_000 }).toBe(true);
});

test('two thousand connections that ask nothing are kept, answer, and are forgotten when they leave', async () => {
  const { store, metadata } = archive;
  const patient = await ImageServer.start({ store, metadata }, 'patient');
  const sockets: LeanSocket[] = [];
  let [welcomes, pongs] = [0, 0];
  for (let i = 0; i < 40; i++) {
    const dialled = Array.from({ length: 50 }, () =>
      LeanSocket.open(patient.port, {
        onMessage: ({ type }) => {
          if (type === 'welcome') welcomes++;
          if (type === 'pong') pongs++;
        },
        onPayload: () => {},
        onEnd: () => {},
        onClose: () => {},
      }),
    );
    sockets.push(...(await Promise.all(dialled)));
    for (const socket of sockets.slice(-50))
      socket.send({ type: 'hello', versions: [1], token: '', client: 'test' });
  }
  await expect.poll(() => welcomes, { timeout: 20_000 }).toBe(2000);
  for (const socket of sockets) socket.send({ type: 'ping', id: 1 });
  await expect.poll(() => pongs, { timeout: 20_000 }).toBe(2000);
  expect(patient.role.stats().connections).toBe(2000);
  for (const socket of sockets) socket.close();
  await expect.poll(() => patient.role.stats().connections, { timeout: 20_000 }).toBe(0);
  await patient.kill();
});
