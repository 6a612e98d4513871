// `npm run bench -- repair`: how fast a pool makes lost copies anew while it is read, and finds and mends damaged bytes.

import path from 'node:path';
import { parseArgs } from 'node:util';
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import { seeded } from '@strata/stream/testing/seeded';
import { flipBit, LossyPool, NAMES } from '../../pool/lossy-pool.ts';
import { temporaryFolder } from '../../support/strata.ts';
import { scroll } from '../failover/scroll.ts';
import { clearProgress, progress } from '../progress.ts';
import { makeSeries } from '../stream/made-series.ts';

const USAGE = `npm run bench -- repair [--series N] [--flips N] [--seed N] [--json]

  --series N  made from the three of the test images, with different pixels each (default 24)
  --flips N   blobs of which one copy is damaged (default 100)
  --seed N    of the choice of blobs and bits (default 1)
  --json      results as JSON on the standard output`;

const READS_PER_SECOND = 20;
/** No limits but the disks': what a site sets is what it gets. */
const SETTINGS = {
  repair: { megabytesPerSecond: 10_000, atOnce: 8 },
  scrub: { megabytesPerSecond: 10_000 },
};

interface Loss {
  readonly what: string;
  readonly copies: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly read: number;
  readonly failed: number;
}

/** @returns the exit code: 0 when nothing was lost, shown wrong or left behind */
export async function benchRepair(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      series: { type: 'string', default: '24' },
      flips: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const made = temporaryFolder('made-series');
  let pool: LossyPool | null = null;
  try {
    progress('making series');
    const series = makeSeries(made.folder, Number(values.series));
    pool = await LossyPool.start(SETTINGS);
    progress('storing them');
    const imported = await pool.run('a', 'import', '--json', made.folder);
    if (imported.code !== 0) throw new Error(imported.stdout + imported.stderr);
    await pool.settled();
    const frames = await framesOf(
      pool,
      series.map(({ study }) => study),
    );
    const losses = [
      await loseDisk(pool, 'the folder of a server', pool.disks('b')[0] ?? '', frames),
      await loseDisk(pool, 'one of two disks of another', pool.disks('c')[0] ?? '', frames),
    ];
    const verified = await timed(() => (pool as LossyPool).verify());
    const flips = await flipBytes(pool, Number(values.flips), Number(values.seed), frames);
    const last = await pool.verify();
    clearProgress();
    return report({ losses, verified, flips, isClean: verified.value.clean && last.clean }, values.json);
  } finally {
    await pool?.remove();
    made.remove();
  }
}

async function framesOf(pool: LossyPool, studies: readonly string[]): Promise<FrameRef[]> {
  const client = clientOf(pool);
  try {
    const frames: FrameRef[] = [];
    for (const study of studies) {
      const { series } = await client.study(study);
      for (const { blob } of series.flatMap(({ instances }) => instances))
        if (blob) frames.push({ blob, frame: 0 });
    }
    return frames;
  } finally {
    client.close();
  }
}

function clientOf(pool: LossyPool): StrataClient {
  const servers = NAMES.map((name) => `${pool.url(name).replace('http', 'ws')}/stream`);
  return new StrataClient({ servers, cacheBytes: 0, client: 'bench' });
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000 };
}

async function bytesCopied(pool: LossyPool): Promise<{ copies: number; bytes: number }> {
  const { servers } = await pool.report();
  const add = (of: (counts: { copied: number; bytes: number }) => number) =>
    servers.reduce((sum, { upkeep }) => sum + (upkeep ? of(upkeep.settling) : 0), 0);
  return { copies: add(({ copied }) => copied), bytes: add(({ bytes }) => bytes) };
}

/** Wipes a disk while a client reads, and waits until every blob has its two copies again. */
async function loseDisk(
  pool: LossyPool,
  what: string,
  disk: string,
  frames: readonly FrameRef[],
): Promise<Loss> {
  progress(`losing ${what}`);
  const before = await bytesCopied(pool);
  const client = clientOf(pool);
  let isOver = false;
  const reading = (async () => {
    const sum = { read: 0, failed: 0 };
    for (let at = 0; !isOver; at++) {
      const some = frames.filter((_, index) => index % 37 === at % 37);
      const { latencies, failures } = await scroll(client, some, { perSecond: READS_PER_SECOND, seconds: 1 });
      for (const failure of failures.slice(0, 3)) console.error(failure);
      sum.read += latencies.length;
      sum.failed += failures.length;
    }
    return sum;
  })();
  const { seconds } = await timed(async () => {
    pool.wipe(disk);
    await pool.settled();
  });
  isOver = true;
  const seen = await reading;
  client.close();
  const after = await bytesCopied(pool);
  const megabytes = (after.bytes - before.bytes) / 1e6;
  return { what, copies: after.copies - before.copies, megabytes, seconds, ...seen };
}

interface Flips {
  readonly flipped: number;
  readonly found: number;
  readonly read: number;
  readonly failed: number;
  /** Until all copies had been read again and the bad ones replaced. */
  readonly seconds: number;
  readonly scrubbedMegabytes: number;
}

/** Damages one copy of so many random blobs, reads all images, and then has every copy read again. */
async function flipBytes(
  pool: LossyPool,
  count: number,
  seed: number,
  frames: readonly FrameRef[],
): Promise<Flips> {
  progress(`damaging ${count} blobs`);
  const random = seeded(seed);
  const files = NAMES.flatMap((name) => pool.blobFiles(name)).sort();
  const flipped = new Set<string>();
  while (flipped.size < count) {
    const file = files[Math.floor(random() * files.length)] as string;
    if (flipped.has(path.basename(file))) continue;
    flipped.add(path.basename(file));
    flipBit(file, random());
  }
  progress('reading all images');
  const client = clientOf(pool);
  const seen = { read: 0, failed: 0 };
  for (let at = 0; at < frames.length; at += 16) {
    const some = frames.slice(at, at + 16);
    // Every level is compared with its checksum before it counts.
    const got = await Promise.allSettled(
      some.map((frame) => client.get({ target: { frames: [frame] } }, () => {})),
    );
    seen.read += got.filter(({ status }) => status === 'fulfilled').length;
    seen.failed += got.filter(({ status }) => status === 'rejected').length;
  }
  client.close();
  progress('reading every copy again');
  const { seconds } = await timed(async () => {
    for (const name of NAMES) await fetch(`${pool.url(name)}/admin/pool/scrub`, { method: 'POST' });
    await pool.until(async () =>
      (await pool.report()).servers.every(({ upkeep }) => (upkeep?.scrub?.passes ?? 0) > 0),
    );
    await pool.settled();
  });
  const { servers } = await pool.report();
  const found = new Set(
    servers.flatMap(({ upkeep }) => upkeep?.findings.latest.map(({ digest }) => digest) ?? []),
  );
  const scrubbed = servers.reduce((sum, { upkeep }) => sum + (upkeep?.scrub?.bytes ?? 0), 0);
  return {
    ...{ flipped: flipped.size, found: [...flipped].filter((digest) => found.has(digest)).length, ...seen },
    ...{ seconds, scrubbedMegabytes: scrubbed / 1e6 },
  };
}

interface Results {
  readonly losses: readonly Loss[];
  readonly verified: {
    readonly value: { readonly blobs: number; readonly bytes: number };
    readonly seconds: number;
  };
  readonly flips: Flips;
  readonly isClean: boolean;
}

function report(results: Results, json: boolean): number {
  const { losses, verified, flips, isClean } = results;
  const isGood =
    isClean &&
    flips.found === flips.flipped &&
    flips.failed === 0 &&
    losses.every(({ failed }) => failed === 0);
  if (json) {
    console.log(JSON.stringify({ ...results, isGood }));
    return isGood ? 0 : 1;
  }
  for (const { what, copies, megabytes, seconds, read, failed } of losses) {
    console.log(
      `${what}: ${copies} copies (${megabytes.toFixed(0)} MB) made anew in ${seconds.toFixed(1)} s, ` +
        `${(megabytes / seconds).toFixed(1)} MB/s, ${(copies / seconds).toFixed(0)} copies/s; ` +
        `meanwhile ${read} frames read, ${failed} failed`,
    );
  }
  const { value, seconds } = verified;
  console.log(
    `strata verify: ${value.blobs} blobs, ${(value.bytes / 1e6).toFixed(0)} MB of copies in ${seconds.toFixed(1)} s`,
  );
  console.log(
    `${flips.flipped} blobs damaged: ${flips.read} frames shown right, ${flips.failed} failed; ${flips.found} found and ` +
      `reported; ${flips.scrubbedMegabytes.toFixed(0)} MB read again in ${flips.seconds.toFixed(1)} s`,
  );
  console.log(isGood ? 'All as it should be, verify is clean.' : 'NOT all as it should be.');
  return isGood ? 0 : 1;
}
