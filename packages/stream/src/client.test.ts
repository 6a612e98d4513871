import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { encodeMessage } from '@strata/protocol/encoding';
import type { ManifestPart } from '@strata/protocol/manifest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket as WsSocket } from 'ws';
import { StrataClient } from './client.ts';
import { answer, bytesOf, scriptedServer, welcome } from './testing/scripted-server.ts';
import type { Segment, SocketConstructor, StrataClientOptions } from './types.ts';

const blob = 'ab'.repeat(32);
const frames = [0, 1, 2].map((frame) => ({ blob, frame }));

function connect(servers: string[], options: Partial<StrataClientOptions> = {}): StrataClient {
  const timing = { connect: 300, backoff: 10, backoffMost: 50, progress: 200, ...options.timing };
  const client = new StrataClient({ random: () => 0, ...options, servers, timing });
  onTestFinished(() => client.close());
  return client;
}

const keyOf = ({ frame, level }: Segment) => `${frame}/${level}`;
const everyLevel = [0, 1, 2].flatMap((level) => frames.map(({ frame }) => `${frame}/${level}`));

/** A TCP port that accepts connections and never says a word. */
async function muteServer(): Promise<string> {
  const server = createServer((socket) => void socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
}

describe('finding a server', () => {
  test('a server that never answers, and one that is not there, are passed over', async () => {
    const good = await scriptedServer(answer);
    const client = connect([await muteServer(), 'ws://127.0.0.1:1/stream', good.url]);
    expect((await client.get({ target: { frames } }, () => {})).levels).toBe(9);
    expect(client.stats()).toMatchObject({ state: 'online', server: 'Scripted', connectionsMade: 1 });
  });

  test.each([
    ['says garbage', Uint8Array.of(1, 2, 3)],
    ['says text', 'hello'],
    ['speaks another version', encodeMessage({ ...welcome, version: 9 })],
    ['refuses', encodeMessage({ type: 'error', id: null, code: 'unauthorised', message: 'Who are you?' })],
  ])('a server that %s instead of a welcome is passed over', async (_, words) => {
    const odd = await scriptedServer(
      () => {},
      (peer) => peer.socket.send(words),
    );
    const good = await scriptedServer(answer);
    const client = connect([odd.url, good.url]);
    await client.get({ target: { frames } }, () => {});
    expect(odd.connections).toBe(1);
  });

  test('the error of a server that refuses is told when there is no other', async () => {
    const odd = await scriptedServer(
      () => {},
      (peer) => peer.send({ type: 'error', id: null, code: 'unauthorised', message: 'Who are you?' }),
    );
    const client = connect([odd.url], { timing: { giveUp: 50 } });
    await expect(client.worklist({ limit: 1 })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('Who are you?'),
    });
  });

  test('servers that the pool names are used when the first one is gone', async () => {
    const second = await scriptedServer(answer);
    const server = { id: 'second', name: 'Second', endpoints: [second.url], load: 0 };
    const first = await scriptedServer(
      (_, peer) => peer.socket.terminate(),
      (peer) => peer.send({ ...welcome, pool: [server] }),
    );
    const client = connect([first.url]);
    expect((await client.get({ target: { frames } }, () => {})).levels).toBe(9);
    expect(second.connections).toBe(1);
  });

  test('messages that come in one piece with the welcome are understood', async () => {
    const leaving = await scriptedServer(
      () => {},
      (peer) => {
        peer.send(welcome);
        peer.send({ type: 'goaway', reason: 'restart' });
      },
    );
    const good = await scriptedServer(answer);
    const client = connect([leaving.url, good.url]);
    await client.get({ target: { frames } }, () => {});
    expect(good.connections).toBe(1);
  });

  test('the sockets of the ws package do as well', async () => {
    const good = await scriptedServer(answer);
    const client = connect([good.url], { webSocket: WsSocket as unknown as SocketConstructor });
    expect((await client.get({ target: { frames } }, () => {})).levels).toBe(9);
  });

  test('without a server or a socket there is no client', () => {
    expect(() => new StrataClient({ servers: [] })).toThrow('at least one server');
  });
});

describe('what servers do wrong', () => {
  test('a level that is sent twice is handed out once', async () => {
    const server = await scriptedServer((message, peer) => {
      if (message.type !== 'get') return;
      for (const frame of [0, 0, 1, 2]) peer.level(message.id, blob, frame, 0);
      peer.level(message.id, blob, 77, 0);
      peer.send({ type: 'done', id: message.id, levels: 5, bytes: 50 });
    });
    const client = connect([server.url]);
    const seen: string[] = [];
    await client.get({ target: { frames }, to: 0 }, (segment) => void seen.push(keyOf(segment)));
    expect(seen).toEqual(['0/0', '1/0', '2/0']);
  });

  test('a server that welcomes and pongs but never answers is left for another', async () => {
    const lazy = await scriptedServer(() => {});
    const good = await scriptedServer(answer);
    const client = connect([lazy.url, good.url], { timing: { heartbeat: 40 } });
    expect((await client.get({ target: { frames } }, () => {})).levels).toBe(9);
  });

  test('a request that nobody answers ends with an error, not never', async () => {
    const lazy = await scriptedServer(() => {});
    const client = connect([lazy.url], { timing: { progress: 30, giveUp: 60_000 } });
    await expect(client.get({ target: { frames } }, () => {})).rejects.toMatchObject({ code: 'stalled' });
    await expect(client.study('1.2')).rejects.toMatchObject({ code: 'stalled' });
  });

  test.each<[string, Parameters<typeof scriptedServer>[0]]>([
    ['garbage', (_, peer) => peer.socket.send(Uint8Array.of(9, 9, 9, 9, 9))],
    [
      'an answer of another kind',
      (message, peer) => 'id' in message && (peer.send({ type: 'pong', id: 1 }) as never),
    ],
    [
      'done without what it claims',
      (message, peer) =>
        message.type === 'get' && (peer.send({ type: 'done', id: message.id, levels: 4, bytes: 1 }) as never),
    ],
    [
      'done without anything',
      (message, peer) =>
        message.type === 'get' && (peer.send({ type: 'done', id: message.id, levels: 0, bytes: 0 }) as never),
    ],
    [
      'pieces that do not fit',
      (message, peer) =>
        message.type === 'get' && (peer.level(message.id, blob, 0, 0, { offset: 5 }) as never),
    ],
  ])('a server that answers %s is tried a bounded number of times', async (_, script) => {
    const bad = await scriptedServer(script);
    const client = connect([bad.url], { timing: { progress: 50 } });
    await expect(client.get({ target: { frames } }, () => {})).rejects.toMatchObject({ code: 'stalled' });
    expect(bad.heard.filter((message) => message.type === 'get').length).toBeLessThanOrEqual(10);
  });

  test('a passing refusal is tried again, a final one is told with its code', async () => {
    let refusals = 2;
    const server = await scriptedServer((message, peer) => {
      if (message.type === 'study') {
        peer.send({ type: 'error', id: message.id, code: 'not-found', message: 'No such study.' });
      } else if (message.type === 'get' && refusals-- > 0) {
        peer.send({ type: 'error', id: message.id, code: 'unavailable', message: 'Not now.' });
      } else answer(message, peer);
    });
    const client = connect([server.url]);
    expect((await client.get({ target: { frames } }, () => {})).levels).toBe(9);
    await expect(client.study('1.2')).rejects.toMatchObject({
      code: 'failed',
      reason: 'not-found',
      message: 'No such study.',
    });
  });
});

describe('calls that share what is on the way', () => {
  test('one that is aborted does not take it from the other; what only it wanted is called off', async () => {
    const asked = Promise.withResolvers<() => void>();
    const server = await scriptedServer((message, peer) => {
      if (message.type === 'get')
        asked.resolve(() => answer({ ...message, target: { frames: [frames[0] as never] } }, peer));
    });
    const client = connect([server.url], { timing: { progress: 5000 } });
    const abort = new AbortController();
    const all = client.get({ target: { frames }, priority: 7 }, () => {}, { signal: abort.signal });
    const seen: string[] = [];
    const reply = await asked.promise;
    const one = client.get(
      { target: { frames: frames.slice(0, 1) } },
      (segment) => void seen.push(keyOf(segment)),
    );
    expect(await server.until('prioritise')).toMatchObject({ priority: 0, frames: [0] });
    abort.abort();
    await expect(all).rejects.toMatchObject({ name: 'AbortError' });
    expect(await server.until('cancel')).toMatchObject({ frames: [1, 2] });
    reply();
    await one;
    expect(seen).toEqual(['0/0', '0/1', '0/2']);
  });

  test('one that only joined does not fail with the request of the other', async () => {
    let first = true;
    const asked = Promise.withResolvers<() => void>();
    const server = await scriptedServer((message, peer) => {
      if (message.type !== 'get') return;
      if (!first) answer(message, peer);
      else {
        const error = {
          type: 'error',
          id: message.id,
          code: 'missing-blob',
          message: 'Frame 2 is gone.',
        } as const;
        asked.resolve(() => peer.send(error));
      }
      first = false;
    });
    const client = connect([server.url], { timing: { progress: 5000 } });
    const all = client.get({ target: { frames } }, () => {});
    const refuse = await asked.promise;
    const one = client.get({ target: { frames: frames.slice(0, 1) } }, () => {});
    await new Promise((resolve) => setTimeout(resolve));
    refuse();
    await expect(all).rejects.toMatchObject({ code: 'failed', reason: 'missing-blob' });
    expect((await one).levels).toBe(3);
  });

  test('priority can be changed while it runs, and what is there already is not asked for', async () => {
    const server = await scriptedServer((message, peer) => {
      if (message.type === 'get' && message.to === 1) answer(message, peer);
    });
    const client = connect([server.url], { timing: { progress: 5000 } });
    await client.get({ target: { frames }, to: 1 }, () => {});
    const getting = client.get({ target: { frames }, priority: 9 }, () => {});
    getting.catch(() => {});
    expect(await server.until('get', 2)).toMatchObject({ from: 2, priority: 9 });
    getting.prioritise(1);
    expect(await server.until('prioritise')).toMatchObject({ priority: 1 });
  });

  test('a caller that throws fails its own call only', async () => {
    const server = await scriptedServer(answer);
    const client = connect([server.url]);
    const seen: string[] = [];
    const bad = client.get({ target: { frames } }, () => {
      throw new Error('no room');
    });
    const good = client.get({ target: { frames } }, (segment) => void seen.push(keyOf(segment)));
    await expect(bad).rejects.toThrow('no room');
    await good;
    expect(seen).toEqual(everyLevel);
    expect(client.stats().connectionsMade).toBe(1);
  });
});

test('what is handed out is what was sent', async () => {
  const server = await scriptedServer(answer);
  const client = connect([server.url]);
  await client.get({ target: { frames } }, ({ frame, level, bytes }) => {
    expect(bytes).toEqual(bytesOf(blob, frame, level));
  });
});

test('every call can be aborted, before and while it runs', async () => {
  const lazy = await scriptedServer(() => {});
  const client = connect([lazy.url], { timing: { progress: 5000 } });
  const abort = new AbortController();
  const { signal } = abort;
  const calls = [
    client.worklist({ limit: 1 }, { signal }),
    client.study('1.2', { signal }),
    client.get({ target: { frames } }, () => {}, { signal }),
    client.get({ target: { series: '1.2' } }, () => {}, { signal }),
  ];
  await lazy.until('get');
  abort.abort();
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ name: 'AbortError' })));
  await expect(client.study('1.2', { signal })).rejects.toMatchObject({ name: 'AbortError' });
  await lazy.until('cancel', 4);
  expect(client.stats().waiting).toBe(0);
});

describe('bytes of a call that was aborted while they were on the way', () => {
  const aborted = async () => {
    const asked = Promise.withResolvers<() => void>();
    let first = true;
    const server = await scriptedServer((message, peer) => {
      if (message.type !== 'get' || !first) return;
      first = false;
      asked.resolve(() => answer(message, peer));
    });
    const client = connect([server.url], { timing: { progress: 5000 } });
    const abort = new AbortController();
    const call = client.get({ target: { frames } }, () => {}, { signal: abort.signal });
    const reply = await asked.promise;
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    return { server, client, reply };
  };

  test('serve who asks for them anew', async () => {
    const { server, client, reply } = await aborted();
    const seen: string[] = [];
    const again = client.get({ target: { frames } }, (segment) => void seen.push(keyOf(segment)), {});
    again.catch(() => {});
    await server.until('get', 2);
    reply();
    // The server would never answer the second request, which does not know where the frames end.
    await expect.poll(() => seen).toEqual(everyLevel);
  });

  test('are kept for whoever asks later', async () => {
    const { client, reply } = await aborted();
    reply();
    await expect.poll(() => client.stats().payloadBytes).toBe(180);
    const result = await client.get({ target: { frames }, to: 2 }, () => {});
    expect(result).toEqual({ levels: everyLevel.length, bytes: 180, fromCache: 180 });
  });
});

test('arguments that cannot be right are refused', async () => {
  const client = connect(['ws://127.0.0.1:1/stream']);
  for (const request of [{ from: 3, to: 1 }, { from: -1 }, { to: 9 }, { priority: 256 }, { priority: 0.5 }]) {
    await expect(client.get({ target: { frames }, ...request }, () => {})).rejects.toMatchObject({
      code: 'bad-request',
    });
  }
  const wrong = { frames: [{ blob: 'nonsense', frame: 0 }] };
  for (const call of [
    client.get({ target: wrong }, () => {}),
    client.get({ target: { series: '../etc' } }, () => {}),
    client.study('1'.repeat(65)),
    client.worklist({ limit: 0 }),
    client.worklist({ limit: 1, dateFrom: '2024-01-31' }),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'bad-request' });
  }
});

test('what was given up before there was a connection is not asked for', async () => {
  const server = await scriptedServer(answer);
  const client = connect([server.url]);
  const abort = new AbortController();
  const all = client.get({ target: { frames } }, () => {}, { signal: abort.signal });
  const one = client.get({ target: { frames: frames.slice(1, 2) } }, () => {});
  await Promise.resolve().then(() => abort.abort());
  await expect(all).rejects.toMatchObject({ name: 'AbortError' });
  expect((await one).levels).toBe(3);
  expect(await server.until('cancel')).toMatchObject({ frames: [0, 2] });
});

test('a study arrives in parts; a progress listener that throws fails its own call only', async () => {
  const text = { description: '', date: '', time: '' };
  const study = { uid: '1.2', id: '', accessionNumber: '', referringPhysician: '', ...text };
  const patient = { id: '', issuer: '', name: '', birthDate: '', sex: '' };
  const series = [{ uid: '1.2.3', number: 1, modality: 'CT', bodyPart: '', laterality: '', ...text }];
  const segments = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ lengths: [i], crc32c: [i] }));
  const instance = {
    uid: '1.2.3.4',
    sopClassUid: '1',
    number: 1,
    frames: 5,
    format: null,
    presentation: { ...plain },
    blob,
    blobLength: 9,
    levels: 1,
    frameSegments: segments(2),
  };
  const server = await scriptedServer((message, peer) => {
    if (message.type !== 'study') return;
    const { id } = message;
    const part = (part: ManifestPart, last: boolean) => peer.send({ type: 'manifest', id, part, last });
    part({ kind: 'heads', study, patient, series, instances: 1 }, false);
    part({ kind: 'instances', series: '1.2.3', instances: [instance] }, false);
    part({ kind: 'segments', series: '1.2.3', instance: '1.2.3.4', segments: segments(3) }, true);
  });
  const client = connect([server.url]);
  const bad = client.study('1.2', {
    onProgress: () => {
      throw new Error('no bar');
    },
  });
  await expect(bad).rejects.toThrow('no bar');
  const whole = { ...instance, frameSegments: [...segments(2), ...segments(3)] };
  expect(await client.study('1.2')).toEqual({
    study,
    patient,
    series: [{ ...series[0], instances: [whole] }],
  });
  expect(server.connections).toBe(1);
});

const plain = {
  photometric: 'MONOCHROME2',
  windows: [],
  voiFunction: '',
  rescale: null,
  pixelSpacing: null,
  pixelAspectRatio: null,
  imagePosition: null,
  imageOrientation: null,
  sliceLocation: null,
  pixelPadding: null,
  frameTime: null,
  burnedInLossy: '',
  palette: null,
};

test('those who want to know are told of states and figures', async () => {
  const server = await scriptedServer(answer);
  const states: string[] = [];
  const told = Promise.withResolvers<number>();
  const client = connect([server.url], {
    onState: (state) => states.push(state),
    onStats: ({ levels }) => levels === 9 && told.resolve(levels),
    timing: { stats: 1 },
  });
  await client.get({ target: { frames } }, () => {});
  expect(await told.promise).toBe(9);
  client.close();
  expect(states).toEqual(['connecting', 'online', 'closed']);
});

describe('a worklist that changes', () => {
  const page = { studies: [], next: null, total: 0 };

  test('is told of once, and again when it was asked for again', async () => {
    const server = await scriptedServer((message, peer) => {
      if (message.type !== 'worklist') return;
      peer.send({ type: 'worklistPage', id: message.id, page });
      for (const _ of [1, 2]) peer.send({ type: 'worklistChanged' });
    });
    let told = 0;
    const client = connect([server.url], { onWorklistChanged: () => told++ });
    await client.worklist({ limit: 1 });
    expect(told).toBe(0);
    expect(await server.until('worklist')).not.toHaveProperty('news');
    await client.worklist({ limit: 1 }, { news: true });
    await expect.poll(() => told).toBe(1);
    await client.worklist({ limit: 1 }, { news: true });
    await expect.poll(() => told).toBe(2);
  });

  test('may have changed when the connection is lost that would have told of it', async () => {
    const server = await scriptedServer((message, peer) => {
      if (message.type !== 'worklist') return;
      peer.send({ type: 'worklistPage', id: message.id, page });
      if (peer.number === 1) peer.socket.terminate();
    });
    let told = 0;
    const client = connect([server.url], { onWorklistChanged: () => told++ });
    await client.worklist({ limit: 1 }, { news: true });
    await expect.poll(() => told).toBe(1);
    await client.worklist({ limit: 1 }, { news: true });
    expect(told).toBe(1);
  });
});
