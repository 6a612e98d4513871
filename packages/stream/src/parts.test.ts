import type { ClientMessage } from '@strata/protocol/messages';
import { expect, onTestFinished, test } from 'vitest';
import { StrataClient } from './client.ts';
import { bytesOf, type Peer, scriptedServer } from './testing/scripted-server.ts';
import type { WantedPart } from './types.ts';

const blob = 'ab'.repeat(32);
const level = 2;
const whole = bytesOf(blob, 0, level);
const part = (offset: number, length: number): WantedPart => ({
  offset,
  length,
  isRight: (bytes) => bytes.every((byte, at) => byte === whole[offset + at]),
});

type Get = Extract<ClientMessage, { type: 'get' }>;

/** Sends bytes of the level. @param spoil what is made of them */
function send(peer: Peer, id: number, offset: number, length: number, spoil = (byte: number) => byte): void {
  const bytes = whole.subarray(offset, offset + length).map(spoil);
  const head = { type: 'level', id, blob, frame: 0, level, crc32c: 0 } as const;
  peer.send({ ...head, offset, length: whole.length }, bytes);
}

async function clientOf(answer: (get: Get, peer: Peer) => void) {
  const server = await scriptedServer((message, peer) => {
    if (message.type !== 'get') return;
    answer(message, peer);
    peer.send({ type: 'done', id: message.id, levels: 1, bytes: 0 });
  });
  const client = new StrataClient({ servers: [server.url], random: () => 0 });
  onTestFinished(() => client.close());
  const get = async (...parts: WantedPart[]) => {
    const got = new Map<number, number[]>();
    await client.parts({ frame: { blob, frame: 0 }, level, parts }, (index, bytes) => {
      got.set(index, [...bytes]);
    });
    return parts.map((_, index) => got.get(index));
  };
  return { client, server, get };
}

const asked = (messages: readonly ClientMessage[]) =>
  messages.flatMap((message) => (message.type === 'get' ? [message.ranges] : []));
const bytes = (offset: number, length: number) => [...whole.subarray(offset, offset + length)];
const sendAsked = ({ id, ranges = [] }: Get, peer: Peer) => {
  for (const { offset, length } of ranges) send(peer, id, offset, length);
};

test('parts are asked for as ranges, neighbours in one, and come once: the next time from the cache', async () => {
  const { server, client, get } = await clientOf(sendAsked);
  expect(await get(part(2, 3), part(5, 4), part(20, 5))).toEqual([bytes(2, 3), bytes(5, 4), bytes(20, 5)]);
  expect(asked(server.heard)).toEqual([
    [
      { offset: 2, length: 7 },
      { offset: 20, length: 5 },
    ],
  ]);
  expect(await get(part(5, 4), part(12, 2))).toEqual([bytes(5, 4), bytes(12, 2)]);
  expect(asked(server.heard).at(-1)).toEqual([{ offset: 12, length: 2 }]);
  expect(client.stats()).toMatchObject({ cacheHits: 1, badLevels: 0 });
});

test('of a server that sends the whole level, in pieces of its own, the parts are taken', async () => {
  const { get } = await clientOf(({ id }, peer) => {
    send(peer, id, 0, 7);
    send(peer, id, 7, 9);
    send(peer, id, 16, whole.length - 16);
  });
  expect(await get(part(2, 3), part(5, 4), part(20, 5))).toEqual([bytes(2, 3), bytes(5, 4), bytes(20, 5)]);
});

test('a part that is wrong is reported and asked for again, alone', async () => {
  let times = 0;
  const { server, client, get } = await clientOf(({ id, ranges = [] }, peer) => {
    for (const { offset, length } of ranges) {
      const spoiled = offset === 20 && times++ === 0;
      send(peer, id, offset, length, (byte) => (spoiled ? 255 - byte : byte));
    }
  });
  expect(await get(part(2, 3), part(20, 5))).toEqual([bytes(2, 3), bytes(20, 5)]);
  expect(asked(server.heard).at(-1)).toEqual([{ offset: 20, length: 5 }]);
  expect(server.heard.filter(({ type }) => type === 'report')).toHaveLength(1);
  expect(client.stats().badLevels).toBe(1);
});

test('a part that is wrong again and again fails the call, and is never handed out', async () => {
  const { get } = await clientOf(({ id, ranges = [] }, peer) => {
    for (const { offset, length } of ranges) send(peer, id, offset, length, (byte) => 255 - byte);
  });
  await expect(get(part(2, 3))).rejects.toMatchObject({ code: 'corrupt' });
});

test('an aborted call ends at once and is called off at the server', async () => {
  const server = await scriptedServer(() => {});
  const client = new StrataClient({ servers: [server.url], random: () => 0 });
  onTestFinished(() => client.close());
  const stop = new AbortController();
  const request = { frame: { blob, frame: 0 }, level, parts: [part(2, 3)], priority: 7 };
  const getting = client.parts(request, () => {}, { signal: stop.signal });
  await server.until('get');
  getting.prioritise(3);
  expect(await server.until('prioritise')).toMatchObject({ priority: 3 });
  stop.abort();
  await expect(getting).rejects.toThrow();
  await server.until('cancel');
});
