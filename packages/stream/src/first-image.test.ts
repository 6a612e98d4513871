// What comes behind a manifest without having been asked for: the levels of the study's first image.
import type { ManifestPart } from '@strata/protocol/manifest';
import type { ClientMessage } from '@strata/protocol/messages';
import { expect, onTestFinished, test } from 'vitest';
import { StrataClient } from './client.ts';
import { answer, bytesOf, type Peer, scriptedServer } from './testing/scripted-server.ts';

const blob = 'ab'.repeat(32);
const frame = { blob, frame: 0 };
const place = { width: 800, height: 600 };
const heads: ManifestPart = {
  kind: 'heads',
  study: {
    uid: '1.2',
    id: '',
    date: '',
    time: '',
    description: '',
    accessionNumber: '',
    referringPhysician: '',
  },
  patient: { id: '', issuer: '', name: '', birthDate: '', sex: '' },
  series: [],
  instances: 0,
};

function connect(...servers: string[]): StrataClient {
  const timing = { connect: 300, backoff: 10, backoffMost: 50, progress: 2_000 };
  const client = new StrataClient({ random: () => 0, servers, timing });
  onTestFinished(() => client.close());
  return client;
}

/** Sends a manifest whose first image has levels 0 to 2, and so many of these. */
function open(message: ClientMessage, peer: Peer, levels = 3): void {
  if (message.type !== 'study') return;
  const { id } = message;
  const first = message.first && { ...frame, to: 2 };
  peer.send({ type: 'manifest', id, part: heads, last: true, ...(first && { first }) });
  if (!first) return;
  for (let level = 0; level < levels; level++) peer.level(id, blob, 0, level);
  if (levels < 3) return;
  const bytes = [0, 1, 2].reduce((sum, level) => sum + bytesOf(blob, 0, level).byteLength, 0);
  peer.send({ type: 'done', id, levels, bytes });
}

const getAll = async (client: StrataClient): Promise<number[]> => {
  const seen: number[] = [];
  await client.get({ target: { frames: [frame] } }, ({ level }) => void seen.push(level));
  return seen;
};

test('they serve who gets them, who asks the server for the rest alone', async () => {
  const server = await scriptedServer((message, peer) => {
    open(message, peer);
    answer(message, peer, 5);
  });
  const client = connect(server.url);
  await client.study('1.2', { first: place });
  expect(await getAll(client)).toEqual([0, 1, 2, 3, 4]);
  expect(server.heard.filter(({ type }) => type === 'get')).toMatchObject([{ from: 3 }]);
  expect(client.stats().wastedBytes).toBe(0);
});

test('they are called off when nobody gets them', async () => {
  const server = await scriptedServer((message, peer) => open(message, peer, 1));
  const client = connect(server.url);
  await client.study('1.2', { first: place });
  const { id } = await server.until('study');
  expect(await server.until('cancel')).toEqual({ type: 'cancel', id });
});

test('they are called off at once when they are here', async () => {
  const server = await scriptedServer((message, peer) => {
    if (message.type === 'study') open(message, peer, 1);
    answer(message, peer);
  });
  const client = connect(server.url);
  await getAll(client);
  await client.study('1.2', { first: place });
  expect(await server.until('cancel')).toMatchObject({ type: 'cancel' });
  expect(await getAll(client)).toEqual([0, 1, 2]);
});

test('what has not come when the connection is lost is asked for anew', async () => {
  const server = await scriptedServer((message, peer) => {
    open(message, peer, 1);
    if (message.type === 'study') setTimeout(() => peer.socket.terminate(), 20);
    answer(message, peer);
  });
  const client = connect(server.url);
  await client.study('1.2', { first: place });
  expect(await getAll(client)).toEqual([0, 1, 2]);
  expect(server.connections).toBe(2);
  const asked = server.heard.flatMap((message) => (message.type === 'get' ? [message.from] : []));
  expect(asked.sort()).toEqual([1, 3]);
});

test('what the server cannot send after all is asked for by who wants it, who is told why it cannot be had', async () => {
  const server = await scriptedServer((message, peer) => {
    if (message.type === 'study') {
      open(message, peer, 1);
      peer.send({ type: 'error', id: message.id, code: 'corrupt-blob', message: 'It is damaged.' });
    } else if (message.type === 'get')
      peer.send({ type: 'error', id: message.id, code: 'corrupt-blob', message: 'It is damaged.' });
  });
  const client = connect(server.url);
  await client.study('1.2', { first: place });
  await expect(getAll(client)).rejects.toMatchObject({ reason: 'corrupt-blob' });
});

test('a server that knows nothing of them sends the manifest alone', async () => {
  const server = await scriptedServer((message, peer) => {
    if (message.type === 'study') peer.send({ type: 'manifest', id: message.id, part: heads, last: true });
    answer(message, peer);
  });
  const client = connect(server.url);
  await client.study('1.2', { first: place });
  expect(await getAll(client)).toEqual([0, 1, 2]);
});
