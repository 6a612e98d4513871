import { crc32c } from '@strata/codec/crc32c';
import type { FrameFormat } from '@strata/codec/format';
import { levelCount } from '@strata/codec/levels';
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Archive, ImageServer, openArchive, putFrames } from '../support/image-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const format: FrameFormat = { width: 256, height: 256, samples: 1, bits: 16, signed: false };
const FRAMES = 24;

let archive: Archive;
let frames: FrameRef[];

beforeAll(async () => {
  archive = await openArchive();
  const random = seeded(99);
  const { blob } = await putFrames(
    archive,
    Array.from({ length: FRAMES }, () => ({
      pixels: Uint16Array.from({ length: format.width * format.height }, () => random() * 65536),
      format,
    })),
  );
  frames = Array.from({ length: FRAMES }, (_, frame) => ({ blob: blob.digest, frame }));
});

afterAll(() => archive?.close());

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A disk that now and then gives a wrong byte. */
function shaky(random: () => number): Pick<Archive['store'], 'size' | 'read'> {
  return {
    size: (digest) => archive.store.size(digest),
    async read(digest, offset, length) {
      const bytes = Uint8Array.from(await archive.store.read(digest, offset, length));
      if (offset > 0 && random() < 0.01) bytes[length >> 1] = (bytes[length >> 1] as number) ^ 4;
      return bytes;
    },
  };
}

test.each([1, 2, 3])(
  'under random faults (seed %i) every call is answered rightly or aborted',
  async (seed) => {
    const random = seeded(seed);
    const { metadata } = archive;
    const server = await ImageServer.start({ store: shaky(random), metadata }, 'one');
    const other = await ImageServer.start({ store: shaky(random), metadata }, 'two');
    const proxies = [await TcpProxy.start(() => server.port), await TcpProxy.start(() => other.port)];
    const client = new StrataClient({
      servers: proxies.map((proxy) => proxy.url),
      cacheBytes: random() < 0.5 ? 0 : 2_000_000,
      timing: { connect: 300, heartbeat: 100, silence: 300, progress: 600, backoff: 5, backoffMost: 50 },
      random,
    });
    onTestFinished(async () => {
      client.close();
      for (const proxy of proxies) await proxy.close();
      await server.kill();
      await other.kill();
    });
    const below = (limit: number) => Math.floor(random() * limit);
    let faults = 12;
    for (const proxy of proxies) {
      let next = 200_000;
      proxy.onDown = () => {
        if (proxy.down < next || faults <= 0) return;
        next = proxy.down + 100_000 + below(400_000);
        faults--;
        if (random() < 0.25) proxy.freeze();
        else proxy.cut();
      };
    }

    async function one(): Promise<void> {
      const from = below(3);
      const to = random() < 0.5 ? 255 : from + below(4);
      const chosen = frames.filter(() => random() < 0.5);
      const abort = new AbortController();
      let left = random() < 0.25 ? below(20) : Number.POSITIVE_INFINITY;
      const next = new Map<number, number>();
      const getting = client.get(
        { target: { frames: chosen }, from, to, priority: below(4) },
        ({ frame, level, bytes, crc32c: expected }) => {
          expect(abort.signal.aborted).toBe(false);
          expect(crc32c(bytes)).toBe(expected);
          expect(level).toBe(next.get(frame) ?? from);
          next.set(frame, level + 1);
          if (left-- <= 0) abort.abort();
          return random() < 0.1 ? new Promise<void>((resolve) => setTimeout(resolve, below(20))) : undefined;
        },
        { signal: abort.signal },
      );
      if (random() < 0.3) getting.prioritise(below(8));
      try {
        await getting;
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        return;
      }
      const lastLevel = levelCount(format.width, format.height);
      for (const { frame } of chosen) expect((next.get(frame) ?? from) - 1).toBe(Math.min(to, lastLevel));
      expect(next.size).toBe(chosen.length);
    }

    for (let round = 0; round < 6; round++) await Promise.all(Array.from({ length: 8 }, one));
    expect(client.stats().waiting).toBe(0);
    await expect.poll(() => server.role.stats().openRequests + other.role.stats().openRequests).toBe(0);
  },
);
