import { describe, expect, onTestFinished, test } from 'vitest';
import { StrataClient } from './client.ts';
import { answer, bytesOf, scriptedServer } from './testing/scripted-server.ts';
import type { KeptLevels } from './types.ts';

const blob = 'ab'.repeat(32);
const frames = [0, 1, 2].map((frame) => ({ blob, frame }));

class MemoryDisk implements KeptLevels {
  readonly values = new Map<string, Uint8Array<ArrayBuffer>>();
  async get(keys: readonly string[]) {
    return keys.map((key) => this.values.get(key) ?? null);
  }
  async put(key: string, bytes: Uint8Array<ArrayBuffer>) {
    this.values.set(key, bytes);
  }
}

async function clientWith(kept: KeptLevels): Promise<StrataClient> {
  const server = await scriptedServer(answer);
  const client = new StrataClient({ servers: [server.url], kept, random: () => 0 });
  onTestFinished(() => client.close());
  return client;
}

async function bytesFrom(client: StrataClient): Promise<Map<string, Uint8Array>> {
  const got = new Map<string, Uint8Array>();
  await client.get({ target: { frames }, to: 2 }, ({ frame, level, bytes }) => {
    got.set(`${frame}/${level}`, bytes);
  });
  return got;
}

describe('levels kept from an earlier day', () => {
  test('are not fetched again', async () => {
    const disk = new MemoryDisk();
    const first = await bytesFrom(await clientWith(disk));
    expect(disk.values.size).toBe(9);
    const client = await clientWith(disk);
    expect(await bytesFrom(client)).toEqual(first);
    expect(client.stats()).toMatchObject({ levels: 0, payloadBytes: 0, cacheHits: 9 });
  });

  test('are fetched again when they are damaged', async () => {
    const disk = new MemoryDisk();
    await bytesFrom(await clientWith(disk));
    const [key = ''] = disk.values.keys();
    disk.values.get(key)?.set([255, 255, 255], 4);
    const client = await clientWith(disk);
    const got = await bytesFrom(client);
    expect(client.stats().levels).toBe(1);
    for (const [name, bytes] of got) {
      const [frame, level] = name.split('/').map(Number);
      expect(bytes).toEqual(bytesOf(blob, frame ?? 0, level ?? 0));
    }
  });

  test.each([
    [
      'fails',
      { get: () => Promise.reject(new Error('unplugged')), put: () => Promise.reject(new Error('full')) },
    ],
    ['never answers', { get: () => new Promise<never>(() => {}), put: () => new Promise<never>(() => {}) }],
    ['answers nonsense', { get: async () => [new Uint8Array(2)], put: async () => {} }],
  ] satisfies [string, KeptLevels][])('a disk that %s is done without', async (_, disk) => {
    expect((await bytesFrom(await clientWith(disk))).size).toBe(9);
  });
});
