import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { rm, truncate } from 'node:fs/promises';
import { request } from 'node:http';
import { crc32c } from '@strata/codec/crc32c';
import type { FrameFormat } from '@strata/codec/format';
import { encodeMessage } from '@strata/protocol/encoding';
import { MAX_CLIENT_MESSAGE, MAX_PAYLOAD } from '@strata/protocol/limits';
import type { ClientMessage, FrameRef } from '@strata/protocol/messages';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { dataFiles } from '../support/data.ts';
import {
  type Archive,
  addFiles,
  ImageServer,
  type KnownFrame,
  openArchive,
  putFrames,
} from '../support/image-server.ts';
import { RawClient } from '../support/raw-client.ts';

const format: FrameFormat = { width: 1024, height: 1024, samples: 1, bits: 16, signed: false };

let archive: Archive;
let server: ImageServer;
let slices: KnownFrame[];
/** Eight frames of noise that no coding makes smaller: 16 MiB on the line, as much as the credit. */
let big: FrameRef[];

beforeAll(async () => {
  archive = await openArchive();
  slices = await addFiles(archive, dataFiles('series/mr-t1').slice(0, 6));
  const { blob } = await putFrames(
    archive,
    Array.from({ length: 8 }, (_, seed) => ({ pixels: noise(seed), format })),
  );
  big = Array.from({ length: 8 }, (_, frame) => ({ blob: blob.digest, frame }));
  server = await ImageServer.start(archive);
});

afterAll(async () => {
  await server?.kill();
  await archive?.close();
});

/** A frame of the key stream of a cipher: what simpler generators give has patterns that the codec finds. */
function noise(seed: number): Uint16Array {
  const pixels = new Uint16Array(format.width * format.height);
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  new Uint8Array(pixels.buffer).set(cipher.update(new Uint8Array(pixels.byteLength)));
  return pixels;
}

async function greet(): Promise<RawClient> {
  const client = await RawClient.greet(server.url);
  onTestFinished(() => client.close());
  return client;
}

function get(
  id: number,
  frames: FrameRef[],
  more: Partial<Extract<ClientMessage, { type: 'get' }>> = {},
): ClientMessage {
  const plain = frames.map(({ blob, frame }) => ({ blob, frame }));
  return { type: 'get', id, target: { frames: plain }, from: 0, to: 255, priority: 0, ...more };
}

describe('what is asked is answered', () => {
  test('a series is sent level by level, with checksums, and done says how much that was', async () => {
    const client = await greet();
    client.send({
      type: 'get',
      id: 1,
      target: { series: slices[0]?.series ?? '' },
      from: 0,
      to: 2,
      priority: 0,
    });
    const done = await client.until('done');
    const levels = client.got.filter(({ message }) => message.type === 'level');
    expect(levels.map(({ message }) => message.type === 'level' && message.level)).toEqual(
      [0, 1, 2].flatMap((level) => slices.map(() => level)),
    );
    for (const { message, payload } of levels) {
      if (message.type === 'level') expect(crc32c(payload)).toBe(message.crc32c);
    }
    expect(done).toMatchObject({ id: 1, levels: levels.length });
    expect(done.bytes).toBe(levels.reduce((sum, { payload }) => sum + payload.length, 0));
  });

  test('long levels come in pieces, and a more urgent request passes between them', async () => {
    const client = await greet();
    client.send(get(1, big, { from: 5, priority: 9 }));
    await client.until('level');
    client.send(get(2, slices, { to: 0 }));
    await client.until('done');
    expect(client.all('done')[0]?.id).toBe(2);
    const pieces = client.got.filter(({ message }) => message.type === 'level' && message.id === 1);
    for (const { payload } of pieces) expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD);
  });

  test('no more is sent than the credit allows, until the client grants more', async () => {
    const client = await greet();
    const { credit } = client.all('welcome')[0]?.limits ?? { credit: 0 };
    client.send(get(1, [...big, ...big.slice(0, 4)]));
    const received = () => client.got.reduce((sum, { payload }) => sum + payload.length, 0);
    await expect.poll(received, { timeout: 20_000 }).toBeGreaterThanOrEqual(credit);
    client.send({ type: 'ping', id: 1 });
    await client.until('pong');
    expect(received()).toBeLessThan(credit + MAX_PAYLOAD);
    expect(client.all('done')).toEqual([]);
    client.send({ type: 'credit', bytes: received() });
    await client.until('done');
  });

  test('after a cancel not one more message of the request is sent', async () => {
    const client = await greet();
    client.send(get(1, big));
    await client.until('level', 3);
    client.send({ type: 'cancel', id: 1 });
    client.send({ type: 'ping', id: 1 });
    await client.until('pong');
    const before = client.all('level').length;
    client.send(get(2, slices, { to: 0 }));
    await client.until('done');
    expect(
      client
        .all('level')
        .slice(before)
        .map(({ id }) => id),
    ).toEqual(slices.map(() => 2));
    expect(client.all('done').map(({ id }) => id)).toEqual([2]);
  });

  test('a cancel of some frames leaves the others', async () => {
    const client = await greet();
    client.send(get(1, slices));
    client.send({ type: 'cancel', id: 1, frames: [0, 1, 2, 3, 4] });
    await client.until('done');
    const full = client.all('level').filter(({ level }) => level === 3);
    expect(full.map(({ blob }) => blob)).toContain(slices[5]?.blob);
    expect(server.role.stats().openRequests).toBe(0);
  });
});

describe('the first image of a study', () => {
  const place = { width: 128, height: 128 };
  const open = async (): Promise<RawClient> => {
    const client = await greet();
    const { studies } = await archive.metadata.worklist({ limit: 1 });
    client.send({ type: 'study', id: 1, uid: studies[0]?.studyUid ?? '', first: place });
    return client;
  };

  test('follows its manifest as far as the place for it can show, for who asks for that', async () => {
    const client = await open();
    const done = await client.until('done');
    const { first } = client.all('manifest').at(-1) ?? {};
    expect(first).toMatchObject({ blob: slices[0]?.blob, frame: 0, to: 4 });
    expect(client.all('level').map(({ id, level }) => [id, level])).toEqual(
      [0, 1, 2, 3, 4].map((l) => [1, l]),
    );
    expect(done).toMatchObject({ id: 1, levels: 5 });
    expect(server.role.stats().openRequests).toBe(0);
  });

  test('is sent no further when it is called off', async () => {
    const client = await open();
    client.send({ type: 'cancel', id: 1 });
    client.send({ type: 'ping', id: 7 });
    await client.until('pong');
    expect(client.all('done')).toEqual([]);
    expect(server.role.stats().openRequests).toBe(0);
  });
});

describe('a request that cannot be answered fails alone', () => {
  test.each<[string, ClientMessage, string, RegExp]>([
    ['an unknown study', { type: 'study', id: 7, uid: '1.2.3.4' }, 'not-found', /1\.2\.3\.4/],
    ['a blob that is not here', get(7, [{ blob: 'ab'.repeat(32), frame: 0 }]), 'missing-blob', /abab/],
    ['a range that is none', get(7, [], { from: 3, to: 1 }), 'bad-request', /3 to 1/],
    [
      'a series that is none',
      { type: 'get', id: 7, target: { series: '9.9' }, from: 0, to: 0, priority: 0 },
      'not-found',
      /9\.9/,
    ],
    [
      'a cursor that is none',
      { type: 'worklist', id: 7, query: { limit: 5, after: '?' } },
      'bad-request',
      /./,
    ],
  ])('%s', async (_, message, code, text) => {
    const client = await greet();
    client.send(message);
    const error = await client.until('error');
    expect(error).toMatchObject({ id: 7, code });
    expect(error.message).toMatch(text);
    client.send(get(8, slices, { to: 0 }));
    expect(await client.until('done')).toMatchObject({ id: 8, levels: slices.length });
  });

  test('a frame that the blob does not have', async () => {
    const client = await greet();
    client.send(get(1, [...slices, { blob: slices[0]?.blob ?? '', frame: 99 }]));
    expect(await client.until('error')).toMatchObject({ id: 1, code: 'not-found', message: /frame 99/ });
  });

  test('a blob that was cut short or removed on the disk, named in the error', async () => {
    const { blob } = await putFrames(archive, [
      { pixels: Uint16Array.from({ length: format.width * format.height }, (_, i) => i % 60_000), format },
    ]);
    const file = `${archive.folder}/store/blobs/${blob.digest.slice(0, 2)}/${blob.digest.slice(2, 4)}/${blob.digest}`;
    await truncate(file, blob.length - 10);
    const fresh = await ImageServer.start(archive, 'fresh');
    onTestFinished(() => fresh.kill());
    const client = await RawClient.greet(fresh.url);
    onTestFinished(() => client.close());
    client.send(get(1, [{ blob: blob.digest, frame: 0 }]));
    expect(await client.until('error')).toMatchObject({
      id: 1,
      code: 'corrupt-blob',
      message: new RegExp(blob.digest),
    });
    await rm(file);
    client.send(get(2, [{ blob: blob.digest, frame: 0 }]));
    const second = await client.until('error', 2);
    expect(second).toMatchObject({ id: 2, message: new RegExp(blob.digest) });
    client.send(get(3, slices, { to: 0 }));
    await client.until('done');
  });

  test('more requests than the limit are refused, the others are answered', async () => {
    const client = await greet();
    const { maxRequests } = client.all('welcome')[0]?.limits ?? { maxRequests: 0 };
    for (let id = 1; id <= maxRequests + 5; id++) client.send(get(id, big));
    await client.until('error', 5);
    expect(client.all('error').map(({ code }) => code)).toEqual(Array(5).fill('too-many-requests'));
  });
});

describe('a client that breaks the protocol is told so and closed, nobody else', () => {
  const noise = Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) >>> 3);
  test.each<[string, (client: RawClient) => void, number]>([
    ['garbage', (client) => client.sendBytes(noise), 1002],
    ['text', (client) => client.sendBytes('hello'), 1002],
    ['an empty message', (client) => client.sendBytes(new Uint8Array(0)), 1002],
    [
      'a message of the other side',
      (client) => client.sendBytes(encodeMessage({ type: 'pong', id: 1 })),
      1002,
    ],
    [
      'a second hello',
      (client) => client.send({ type: 'hello', versions: [1], token: '', client: '' }),
      1002,
    ],
    [
      'more bytes than are allowed',
      (client) => client.sendBytes(new Uint8Array(MAX_CLIENT_MESSAGE + 1)),
      1009,
    ],
    [
      'an id that is in use',
      (client) => {
        client.send(get(1, big));
        client.send(get(1, big));
      },
      1002,
    ],
  ])('%s', async (_, misbehave, code) => {
    const bystander = await greet();
    const client = await greet();
    misbehave(client);
    const closed = await client.closed;
    expect(closed.code).toBe(code);
    if (code === 1002) {
      expect(closed.reason).not.toBe('');
      expect(client.all('error')[0]).toMatchObject({ id: null, code: 'protocol' });
    }
    bystander.send(get(1, slices, { to: 0 }));
    await bystander.until('done');
  });

  test('a request before the hello', async () => {
    const client = await RawClient.open(server.url);
    client.send({ type: 'ping', id: 1 });
    expect(await client.closed).toMatchObject({
      code: 1002,
      reason: expect.stringContaining('before the hello'),
    });
  });

  test('a version that the server does not speak', async () => {
    const client = await RawClient.open(server.url);
    client.send({ type: 'hello', versions: [77], token: '', client: '' });
    expect((await client.closed).reason).toContain('version 1');
    expect(client.all('error')[0]?.code).toBe('unsupported-version');
  });

  test('frames of WebSocket that are none', async () => {
    const bystander = await greet();
    const upgrade = request({ port: server.port, path: '/stream', headers: handshake });
    upgrade.end();
    const [, socket] = await once(upgrade, 'upgrade');
    socket.write(Buffer.alloc(4096, 0xff));
    socket.resume();
    await once(socket, 'close');
    bystander.send({ type: 'ping', id: 1 });
    await bystander.until('pong');
  });
});

const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('who may connect', () => {
  test.each([
    ['a page of another origin', '/stream', { origin: 'http://evil.example' }, 403],
    ['another path', '/elsewhere', {}, 404],
  ])('%s is refused', async (_, path, headers, status) => {
    const upgrade = request({ port: server.port, path, headers: { ...handshake, ...headers } });
    upgrade.end();
    const [response] = await once(upgrade, 'response');
    expect(response.statusCode).toBe(status);
  });
});

describe('who is sent away', () => {
  async function impatient(timing: {
    hello?: number;
    silence?: number;
    idle?: number;
  }): Promise<ImageServer> {
    const { store, metadata } = archive;
    const started = await ImageServer.start(
      { store, metadata, timing: { purge: 20, ...timing } },
      'impatient',
    );
    onTestFinished(() => started.kill());
    return started;
  }

  test('who connects and says no hello', async () => {
    const client = await RawClient.open((await impatient({ hello: 50 })).url);
    expect(await client.closed).toEqual({ code: 1008, reason: 'no hello' });
  });

  test('who is silent, whoever pings may stay', async () => {
    const impatience = await impatient({ silence: 300 });
    const silent = await RawClient.greet(impatience.url);
    const pinging = await RawClient.greet(impatience.url);
    const pings = setInterval(() => pinging.send({ type: 'ping', id: 1 }), 50);
    onTestFinished(() => clearInterval(pings));
    await silent.closed;
    await expect.poll(() => impatience.role.stats().connections).toBe(1);
    const pongs = pinging.all('pong').length;
    await pinging.until('pong', pongs + 2);
  });

  test('who has asked nothing for long, politely', async () => {
    const client = await RawClient.greet((await impatient({ idle: 50 })).url);
    await client.until('goaway');
    expect((await client.closed).code).toBe(1000);
  });
});

test('clients are told when the pool changes', async () => {
  const client = await greet();
  const pool = [
    { id: 'far', name: 'Far', endpoints: ['ws://10.0.0.1:4280/stream'], load: 0.5, site: 'north' },
  ];
  server.role.poolChanged(pool);
  expect(await client.until('servers')).toEqual({ type: 'servers', pool });
  expect((await greet()).all('welcome')[0]?.pool).toEqual(pool);
  server.role.poolChanged([]);
});

test('a client whose token is not admitted is told so and sees nothing', async () => {
  const { store, metadata } = archive;
  const strict = await ImageServer.start(
    { store, metadata, admits: ({ token }) => token === 'open sesame' },
    'strict',
  );
  onTestFinished(() => strict.kill());
  const stranger = await RawClient.open(strict.url);
  stranger.send({ type: 'hello', versions: [1], token: 'guess', client: 'test' });
  stranger.send(get(1, slices));
  expect((await stranger.closed).code).toBe(1008);
  expect(stranger.got.map(({ message }) => message)).toMatchObject([
    { type: 'error', id: null, code: 'unauthorised' },
  ]);
  const friend = await RawClient.open(strict.url);
  friend.send({ type: 'hello', versions: [1], token: 'open sesame', client: 'test' });
  expect(await friend.until('welcome')).toMatchObject({ serverId: 'strict' });
  friend.close();
});

test('clients are told when a study has grown', async () => {
  const client = await greet();
  server.role.studyChanged('1.2.3');
  expect(await client.until('changed')).toEqual({ type: 'changed', study: '1.2.3' });
});

test('clients that show a worklist are told once when it is another, others are not', async () => {
  const [asks, watches] = [await greet(), await greet()];
  const page = { type: 'worklist' as const, query: { limit: 1 } };
  for (const [client, news] of [
    [asks, {}],
    [watches, { news: true }],
  ] as const) {
    client.send({ ...page, id: 1, ...news });
    await client.until('worklistPage');
  }
  server.role.worklistChanged();
  await watches.until('worklistChanged');
  server.role.worklistChanged();
  watches.send({ ...page, id: 2, news: true });
  await watches.until('worklistChanged', 2);
  for (const client of [asks, watches]) {
    client.send({ type: 'ping', id: 1 });
    await client.until('pong');
  }
  expect([asks, watches].map((client) => client.all('worklistChanged').length)).toEqual([0, 2]);
});

test('when anything may have changed, clients are told of the studies that they have asked for', async () => {
  const client = await greet();
  const { studies } = await archive.metadata.worklist({ limit: 1 });
  client.send({ type: 'study', id: 1, uid: studies[0]?.studyUid ?? '' });
  await client.until('manifest');
  server.role.everythingChanged();
  expect(await client.until('changed')).toEqual({ type: 'changed', study: studies[0]?.studyUid });
});

test('before it stops, the server says goaway, refuses what is new and finishes what runs', async () => {
  const leaving = await ImageServer.start(archive, 'leaving');
  onTestFinished(() => leaving.kill());
  const client = await RawClient.greet(leaving.url);
  client.send(get(1, big.slice(0, 7)));
  await client.until('level');
  const closing = leaving.role.close('graceful');
  await client.until('goaway');
  client.send({ type: 'study', id: 2, uid: '1.2' });
  expect(await client.until('error')).toMatchObject({ id: 2, code: 'leaving' });
  expect(await client.until('done')).toMatchObject({ id: 1 });
  expect((await client.closed).code).toBe(1001);
  await closing;
});
