// One client and several servers, with bad lines and bad servers among them.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { crc32c } from '@strata/codec/crc32c';
import type { FrameFormat } from '@strata/codec/format';
import type { FrameRef, Server } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { scriptedServer } from '@strata/stream/testing/scripted-server';
import { seeded } from '@strata/stream/testing/seeded';
import type { StrataClientOptions } from '@strata/stream/types';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Archive, ImageServer, openArchive, putFrames } from '../support/image-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const FRAMES = 100;
const format: FrameFormat = { width: 256, height: 256, samples: 1, bits: 16, signed: false };

let archive: Archive;
let frames: FrameRef[];

beforeAll(async () => {
  archive = await openArchive();
  const random = seeded(4);
  const noise = () => Uint16Array.from({ length: format.width * format.height }, () => random() * 65536);
  const { blob } = await putFrames(
    archive,
    Array.from({ length: FRAMES }, () => ({ pixels: noise(), format })),
  );
  frames = Array.from({ length: FRAMES }, (_, frame) => ({ blob: blob.digest, frame }));
});

afterAll(() => archive?.close());

type Store = Pick<Archive['store'], 'size' | 'read'>;

async function serve(
  id: string,
  more: { store?: Store; pool?: Server[]; token?: string } = {},
): Promise<ImageServer> {
  const { store = archive.store, pool = [], token } = more;
  const admits = ({ token: given }: { token: string }) => token === undefined || given === token;
  const server = await ImageServer.start({ store, pool, admits, metadata: archive.metadata }, id);
  onTestFinished(() => server.kill());
  return server;
}

async function proxied(server: ImageServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(() => server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

function connect(servers: { url: string }[], options: Partial<StrataClientOptions> = {}): StrataClient {
  const client = new StrataClient({ servers: servers.map(({ url }) => url), cacheBytes: 0, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Waits until so many servers are connected. */
async function online(client: StrataClient, count: number): Promise<void> {
  await client.get({ target: { frames: frames.slice(0, 1) }, to: 0 }, () => {});
  await expect.poll(() => client.pool().connected).toBe(count);
}

/** Gets everything and proves that it came once, in order and right. @returns its bytes */
async function getAll(client: StrataClient): Promise<number> {
  const next = new Map<number, number>();
  const { bytes } = await client.get({ target: { frames } }, ({ frame, level, bytes, crc32c: expected }) => {
    expect(level).toBe(next.get(frame) ?? 0);
    expect(crc32c(bytes)).toBe(expected);
    next.set(frame, level + 1);
  });
  expect([...next.values()]).toEqual(Array.from({ length: FRAMES }, () => next.get(0)));
  expect(next.size).toBe(FRAMES);
  return bytes;
}

test('a series comes from all servers at once, and nothing of it twice', async () => {
  const servers = [await serve('one'), await serve('two'), await serve('three')];
  const client = connect(servers);
  await online(client, 3);
  const before = client.stats();
  const bytes = await getAll(client);
  for (const server of servers) expect(server.role.stats().levels).toBeGreaterThan(FRAMES / 2);
  expect(client.stats().payloadBytes - before.payloadBytes).toBe(bytes);
  expect(client.stats().wastedBytes).toBe(0);
});

test('the same frame comes from the same server when all is well', async () => {
  const servers = [await serve('one'), await serve('two')];
  const client = connect(servers);
  await online(client, 2);
  const first = servers.map((server) => server.role.stats().levels);
  for (let i = 0; i < 10; i++) await client.get({ target: { frames: frames.slice(3, 4) }, to: 0 }, () => {});
  const more = servers.map((server, i) => server.role.stats().levels - (first[i] as number));
  expect(more.toSorted()).toEqual([0, 10]);
});

test('a server on a slow line has the end of its work done by the others, and nothing comes twice', async () => {
  const servers = [await serve('one'), await serve('two')];
  const slow = await proxied(servers[0] as ImageServer);
  const client = connect([slow, servers[1] as ImageServer]);
  await online(client, 2);
  slow.rate = 20_000; // per 10 ms
  const before = client.stats();
  const bytes = await getAll(client);
  // Some megabytes are on their way in the buffers of sockets before the line turns out to be slow.
  const [behindSlow = 0, direct = 0] = servers.map((server) => server.role.stats().bytes);
  expect(direct).toBeGreaterThan(behindSlow);
  expect(client.stats().payloadBytes - before.payloadBytes).toBe(bytes);
});

test('a line that is cut again and again, beside a good one', async () => {
  const servers = [await serve('one'), await serve('two')];
  const bad = await proxied(servers[0] as ImageServer);
  const client = connect([bad, servers[1] as ImageServer]);
  await online(client, 2);
  let next = bad.down + 300_000;
  bad.onDown = () => {
    if (bad.down < next) return;
    next = bad.down + 300_000;
    bad.cut();
  };
  await getAll(client);
});

test('a line that passes nothing any more: the rest comes over the others', async () => {
  const servers = [await serve('one'), await serve('two')];
  const bad = await proxied(servers[0] as ImageServer);
  const client = connect([bad, servers[1] as ImageServer]);
  await online(client, 2);
  bad.onDown = () => bad.stall();
  await getAll(client);
  bad.onDown = () => {};
  bad.flow();
  await expect.poll(() => client.pool().connected).toBe(2);
});

test('a server that answers garbage is left for the others', async () => {
  const liar = await scriptedServer((_, peer) => peer.socket.send(Uint8Array.of(9, 9, 9, 9, 9)));
  const good = await serve('good');
  const client = connect([liar, good]);
  await online(client, 1).catch(() => {});
  for (let i = 0; i < 3; i++) await getAll(client);
});

test('a damaged replica is reported to its server, and the level comes from another', async () => {
  const damaged: Store = {
    size: (digest) => archive.store.size(digest),
    async read(digest, offset, length) {
      const bytes = Uint8Array.from(await archive.store.read(digest, offset, length));
      if (offset > 0) bytes[length >> 1] = (bytes[length >> 1] as number) ^ 1;
      return bytes;
    },
  };
  const bad = await serve('bad', { store: damaged });
  const client = connect([bad, await serve('good')]);
  await online(client, 2);
  await getAll(client);
  expect(client.stats().badLevels).toBeGreaterThan(0);
  expect(bad.role.stats().reports).toBe(client.stats().badLevels);
});

test('a server that does not hold the blob is passed over; that nobody holds it is said', async () => {
  const empty: Store = { size: async () => null, read: () => Promise.reject(new Error('nothing here')) };
  const client = connect([await serve('empty', { store: empty }), await serve('full')]);
  await online(client, 2);
  await getAll(client);
  const nowhere = [{ blob: '0'.repeat(64), frame: 0 }];
  await expect(client.get({ target: { frames: nowhere } }, () => {})).rejects.toMatchObject({
    code: 'failed',
    reason: 'missing-blob',
  });
});

test('of the addresses of a server the one that works is found, and remembered', async () => {
  const mute = createServer((socket) => void socket.on('error', () => {}));
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  onTestFinished(() => void mute.close());
  const inside = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}/stream`;
  const two = await serve('two');
  const pool = [{ id: 'two', name: 'Two', endpoints: [inside, two.url], load: 0 }];
  const one = await serve('one', { pool });
  const client = connect([one], { timing: { stagger: 50 } });
  await online(client, 2);
  expect(client.pool().servers.find(({ id }) => id === 'two')).toMatchObject({
    state: 'connected',
    url: two.url,
  });
});

test('a server that joins is used as soon as any server tells of it', async () => {
  const one = await serve('one');
  const client = connect([one]);
  await online(client, 1);
  const two = await serve('two');
  one.role.poolChanged([{ id: 'two', name: 'Two', endpoints: [two.url], load: 0 }]);
  await expect.poll(() => client.pool().connected).toBe(2);
  await getAll(client);
  expect(two.role.stats().levels).toBeGreaterThan(0);
});

test('the servers of the own site are asked first, those of the other when they are gone', async () => {
  const near = await serve('near');
  const far = await serve('far');
  const pool = [near, far].map(({ url }, i): Server => {
    const id = i === 0 ? 'near' : 'far';
    return { id, name: id, endpoints: [url], load: 0, site: id };
  });
  for (const server of [near, far]) server.role.poolChanged(pool);
  const client = connect([near, far], { site: 'near' });
  await online(client, 2);
  const before = far.role.stats().levels;
  await getAll(client);
  expect(far.role.stats().levels).toBe(before);
  await near.kill();
  await getAll(client);
});

test('the token that the client was given is what every server sees', async () => {
  const servers = [await serve('one', { token: 'mine' }), await serve('two', { token: 'mine' })];
  const client = connect(servers, { token: 'mine' });
  await online(client, 2);
  await servers[0]?.kill();
  await getAll(client);
});
