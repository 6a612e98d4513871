import { crc32c } from '@strata/codec/crc32c';
import type { FrameFormat } from '@strata/codec/format';
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { decodeFrame } from '@strata/stream/frame-loader';
import type { Segment, StrataClientOptions } from '@strata/stream/types';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Archive, ImageServer, openArchive, putFrames, testCodec } from '../support/image-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

// Noise does not compress: these frames are as many bytes on the line as in memory, 2 MiB each.
const FRAMES = 8;
const format: FrameFormat = { width: 1024, height: 1024, samples: 1, bits: 16, signed: false };

let archive: Archive;
let server: ImageServer;
let proxy: TcpProxy;
let frames: FrameRef[];
const pixels: Uint16Array[] = [];

beforeAll(async () => {
  archive = await openArchive();
  for (let frame = 0; frame < FRAMES; frame++) pixels.push(noise(frame + 1));
  const { blob } = await putFrames(
    archive,
    pixels.map((each) => ({ pixels: each, format })),
  );
  frames = pixels.map((_, frame) => ({ blob: blob.digest, frame }));
});

beforeEach(async () => {
  server = await ImageServer.start(archive);
  proxy = await TcpProxy.start(() => server.port);
  onTestFinished(async () => {
    await proxy.close();
    await server.kill();
  });
});

afterAll(() => archive?.close());

function noise(seed: number): Uint16Array {
  let state = seed;
  return Uint16Array.from({ length: format.width * format.height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  });
}

function connect(options: Partial<StrataClientOptions> = {}): StrataClient {
  const client = new StrataClient({ servers: [proxy.url], cacheBytes: 0, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Collects what is handed out, and proves at the end that it was everything, once, in order and right. */
function collector() {
  const received = new Map<number, Segment[]>();
  return {
    add(segment: Segment): void {
      expect(crc32c(segment.bytes)).toBe(segment.crc32c);
      const own = received.get(segment.frame) ?? [];
      expect(segment.level).toBe(own.length);
      received.set(segment.frame, [...own, segment]);
    },
    async proveComplete(): Promise<void> {
      const codec = await testCodec();
      for (const [frame, source] of pixels.entries()) {
        const decoded = await decodeFrame(codec, received.get(frame) ?? []);
        expect(decoded.level).toBe(decoded.lastLevel);
        expect(Buffer.compare(Buffer.from(decoded.pixels.buffer), Buffer.from(source.buffer))).toBe(0);
      }
    },
  };
}

describe('a line that fails', () => {
  test('cut five times in the middle of a get: every level arrives once and right', async () => {
    let next = 1_500_000;
    proxy.onDown = () => {
      if (proxy.down < next || next > 9_000_000) return;
      next += 1_500_000;
      proxy.cut();
    };
    const client = connect();
    const all = collector();
    const result = await client.get({ target: { frames } }, all.add);
    await all.proveComplete();
    expect(client.stats().connectionsMade).toBeGreaterThanOrEqual(6);
    // Asked again was only what was missing: of each cut no more is lost than was on the way.
    expect(client.stats().payloadBytes).toBeLessThan(result.bytes * 1.6);
  });

  test('frozen in the middle of a get, without being closed: the heartbeat notices, the rest comes over a new one', async () => {
    proxy.onDown = () => {
      if (proxy.down < 2_000_000) return;
      proxy.onDown = () => {};
      proxy.freeze();
    };
    const client = connect({ timing: { heartbeat: 200, silence: 300 } });
    const all = collector();
    await client.get({ target: { frames } }, all.add);
    await all.proveComplete();
    expect(client.stats().connectionsMade).toBe(2);
  });

  test('a slow line is not taken for a dead one', async () => {
    proxy.rate = 80_000; // per 10 ms
    const client = connect({ timing: { heartbeat: 500, silence: 3000, progress: 3000 } });
    const all = collector();
    await client.get({ target: { frames } }, all.add);
    await all.proveComplete();
    expect(client.stats().connectionsMade).toBe(1);
  });
});

describe('a server that fails', () => {
  test('killed in the middle of a get and started again on the same port: the get completes', async () => {
    const client = connect();
    const all = collector();
    let killed: Promise<void> | null = null;
    const restart = async () => {
      await server.kill();
      await server.start();
    };
    await client.get({ target: { frames } }, (segment) => {
      all.add(segment);
      if (segment.level === 4) killed ??= restart();
    });
    await killed;
    await all.proveComplete();
  });

  test('killed for good: another server of the list takes over', async () => {
    const other = await ImageServer.start(archive, 'two');
    onTestFinished(() => other.kill());
    const client = connect({ servers: [proxy.url, other.url], random: () => 0 });
    const all = collector();
    let killed: Promise<void> | null = null;
    await client.get({ target: { frames } }, (segment) => {
      all.add(segment);
      if (segment.level === 4) killed ??= server.kill();
    });
    await killed;
    await all.proveComplete();
    expect(client.stats().server).toBe('two');
  });

  test('going away politely: what runs is finished there, what comes next goes elsewhere', async () => {
    const other = await ImageServer.start(archive, 'two');
    onTestFinished(() => other.kill());
    const client = connect({ servers: [proxy.url, other.url], random: () => 0 });
    const all = collector();
    let closing: Promise<void> | null = null;
    await client.get({ target: { frames } }, (segment) => {
      all.add(segment);
      closing ??= server.role.close('graceful');
    });
    await all.proveComplete();
    await client.get({ target: { frames: frames.slice(0, 1) }, to: 0 }, () => {});
    await closing;
    expect(client.stats().server).toBe('two');
  });

  test('gone for good: calls end with an error that names the servers, and the client recovers by itself', async () => {
    const states: string[] = [];
    const client = connect({
      timing: { giveUp: 200, backoffMost: 50 },
      onState: (state) => states.push(state),
    });
    await server.kill();
    await expect(client.get({ target: { frames } }, () => {})).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(proxy.url),
    });
    expect(client.state).toBe('offline');
    await server.start();
    await client.get({ target: { frames }, to: 0 }, () => {});
    expect(states).toEqual(['connecting', 'offline', 'online']);
  });
});

describe('bytes that are wrong', () => {
  /** The archive's store with a disk that gives a wrong byte there, as long as it is bad. */
  function badDisk(at: number, isBad: () => boolean): Pick<Archive['store'], 'size' | 'read'> {
    return {
      size: (digest) => archive.store.size(digest),
      async read(digest, offset, length) {
        const bytes = Uint8Array.from(await archive.store.read(digest, offset, length));
        const place = at - offset;
        if (place >= 0 && place < length && isBad()) bytes[place] = (bytes[place] as number) ^ 1;
        return bytes;
      },
    };
  }

  async function startWith(store: Pick<Archive['store'], 'size' | 'read'>): Promise<ImageServer> {
    const started = await ImageServer.start({ store, metadata: archive.metadata }, 'bad');
    onTestFinished(() => started.kill());
    return started;
  }

  /** A byte of a level. */
  async function byteOf(frame: number, level: number): Promise<number> {
    const { parseFrameIndex } = await import('@strata/codec/frames-blob');
    const index = parseFrameIndex(await archive.store.read(frames[0]?.blob ?? '', 0, 16 + FRAMES * 56 + 4));
    const segment = index[frame]?.segments[level];
    return segment ? segment.offset + (segment.length >> 1) : -1;
  }

  test('a damaged level is reported, asked for again and handed out right and in order', async () => {
    const bad: ImageServer = await startWith(badDisk(await byteOf(3, 2), () => bad.role.stats().reports < 2));
    const client = connect({ servers: [bad.url] });
    const all = collector();
    await client.get({ target: { frames } }, all.add);
    await all.proveComplete();
    expect(client.stats().badLevels).toBe(2);
    expect(bad.role.stats().reports).toBe(2);
  });

  test('a level that stays damaged fails the get after three tries, naming frame and level', async () => {
    const bad = await startWith(badDisk(await byteOf(3, 2), () => true));
    const client = connect({ servers: [bad.url] });
    await expect(client.get({ target: { frames } }, () => {})).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('Level 2 of frame 3'),
    });
    await client.get({ target: { frames: frames.slice(0, 2) } }, () => {});
    expect(client.stats().connectionsMade).toBe(1);
  });
});

describe('clients that are slow, or want no more', () => {
  test('a client that takes nothing costs the server a bounded amount of memory', async () => {
    const client = connect({ timing: { heartbeat: 60_000, progress: 60_000 } });
    await client.get({ target: { frames: frames.slice(0, 1) }, to: 0 }, () => {});
    proxy.stall();
    const all = collector();
    const getting = client.get({ target: { frames } }, all.add);
    let most = 0;
    for (let quiet = 0, before = -1; quiet < 20; ) {
      const { bytes, buffered } = server.role.stats();
      most = Math.max(most, buffered);
      quiet = bytes === before ? quiet + 1 : 0;
      before = bytes;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(1024 * 1024 + 2 * 256 * 1024);
    proxy.flow();
    await getting;
    await all.proveComplete();
  });

  test('a caller that takes its time to consume is not taken for a stalled server', async () => {
    const client = connect({ timing: { progress: 300 } });
    let release = () => {};
    const consumed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const all = collector();
    const getting = client.get({ target: { frames } }, (segment) => {
      all.add(segment);
      return consumed;
    });
    // Longer than the progress timeout: waiting for oneself is no stall.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(client.stats().connectionsMade).toBe(1);
    release();
    await getting;
    await all.proveComplete();
  });

  test('an aborted get rejects at once with AbortError, and its bytes stop', async () => {
    // On a line without any delay all may be sent before the server can hear of it.
    proxy.rate = 80_000; // per 10 ms
    const client = connect();
    const abort = new AbortController();
    let after = 0;
    const getting = client.get(
      { target: { frames } },
      () => {
        if (abort.signal.aborted) after++;
        abort.abort();
      },
      { signal: abort.signal },
    );
    await expect(getting).rejects.toMatchObject({ name: 'AbortError' });
    expect(after).toBe(0);
    await client.get({ target: { frames: frames.slice(7) }, to: 0 }, () => {});
    // What is left of the first request may have served the second: the rest of it is called off a moment later.
    await expect.poll(() => server.role.stats().openRequests).toBe(0);
    expect(server.role.stats().bytes).toBeLessThan(8_000_000);
  });

  test('after close() every call is settled', async () => {
    const client = connect();
    const calls = [
      client.worklist({ limit: 1 }),
      client.study('1.2.3'),
      client.get({ target: { frames } }, () => client.close()),
      client.get({ target: { series: '1.2.3' } }, () => {}),
    ];
    const settled = await Promise.allSettled(calls);
    client.close();
    expect(settled.map(({ status }) => status)).toContain('rejected');
    await expect(client.worklist({ limit: 1 })).rejects.toMatchObject({ code: 'closed' });
    expect(client.stats()).toMatchObject({ state: 'closed', connections: 0, waiting: 0 });
  });
});
