// Servers in processes of their own that are killed and frozen while a client scrolls.
import { crc32c } from '@strata/codec/crc32c';
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { ImageProcess } from '../support/image-process.ts';
import { type Archive, addFiles, openArchive } from '../support/image-server.ts';

let archive: Archive;
let frames: FrameRef[];
let servers: ImageProcess[] = [];

beforeAll(async () => {
  archive = await openArchive();
  const slices = await addFiles(archive, dataFiles('series/mr-t1').slice(0, 12));
  frames = slices.map(({ blob, frame }) => ({ blob, frame }));
});

beforeEach(async () => {
  servers = await ImageProcess.startPool(3, { store: archive.storeFolder, database: archive.databaseUrl });
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.kill()));
  });
});

afterAll(() => archive?.close());

/** Scrolls at 20 frames/s for so many frames; `at` does something at some of them. Every frame must come whole. */
async function scroll(client: StrataClient, count: number, at: Record<number, () => unknown>): Promise<void> {
  const gets: Promise<unknown>[] = [];
  const happening: unknown[] = [];
  for (let i = 0; i < count; i++) {
    happening.push(at[i]?.());
    const next = { level: 0 };
    const target = { frames: [frames[i % frames.length] as FrameRef] };
    gets.push(
      client.get({ target }, ({ level, bytes, crc32c: expected }) => {
        expect(level).toBe(next.level++);
        expect(crc32c(bytes)).toBe(expected);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await Promise.all([...gets, ...happening]);
}

/** A client that knows one server and learns of the others. */
function connect(): StrataClient {
  const client = new StrataClient({ servers: [servers[0]?.url ?? ''], cacheBytes: 0 });
  onTestFinished(() => client.close());
  return client;
}

test('one server is enough to know them all', async () => {
  const client = connect();
  await client.get({ target: { frames }, to: 0 }, () => {});
  await expect.poll(() => client.pool().connected).toBe(3);
  expect(client.stats().server).toBe('server-1, server-2, server-3');
});

test('any server is killed while a client scrolls, and started again: nothing fails', async () => {
  const client = connect();
  const killed = async (i: number) => {
    await servers[i]?.kill();
    await servers[i]?.start();
  };
  await scroll(client, 60, { 10: () => killed(0), 25: () => killed(1), 40: () => killed(2) });
  await expect.poll(() => client.pool().connected, { timeout: 10_000 }).toBe(3);
});

test('any server hangs while a client scrolls: nothing fails, and it is used again when it goes on', async () => {
  const client = connect();
  await scroll(client, 70, {
    10: () => servers[1]?.freeze(),
    35: () => servers[1]?.thaw(),
    40: () => servers[2]?.freeze(),
    60: () => servers[2]?.thaw(),
  });
  await expect.poll(() => client.pool().connected, { timeout: 10_000 }).toBe(3);
});

test('all servers are restarted one after the other, saying so before: nothing fails', async () => {
  const client = connect();
  let before: Promise<void> = Promise.resolve();
  const restart = (i: number) => {
    before = before.then(async () => {
      await servers[i]?.leave();
      await servers[i]?.start();
    });
    return before;
  };
  await scroll(client, 60, { 5: () => restart(0), 20: () => restart(1), 35: () => restart(2) });
});

test('all servers are gone: the client says so, and since when, and recovers by itself', async () => {
  const states: string[] = [];
  const client = new StrataClient({
    servers: servers.map(({ url }) => url),
    cacheBytes: 0,
    timing: { backoffMost: 200 },
    onPool: ({ state, connected }) => states.push(`${state} ${connected}`),
  });
  onTestFinished(() => client.close());
  await client.get({ target: { frames }, to: 0 }, () => {});
  await Promise.all(servers.map((server) => server.kill()));
  await expect.poll(() => client.state).toBe('offline');
  const { connected, offlineFor, nextTryIn } = client.pool();
  expect(connected).toBe(0);
  expect(offlineFor).toBeGreaterThan(0);
  expect(nextTryIn).toBeLessThanOrEqual(200);
  const waiting = client.get({ target: { frames } }, () => {});
  await servers[1]?.start();
  await waiting;
  expect(client.pool()).toMatchObject({ state: 'online', connected: 1, offlineFor: null, nextTryIn: null });
  expect(states.at(-1)).toMatch(/online/);
});
