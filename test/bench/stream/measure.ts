// What a crowd saw of a server, and what it cost the server.
import { processTreeMs } from '../ingest/process-tree.ts';
import { quantile } from '../statistics.ts';
import { runCrowd } from './crowd.ts';
import type { Orders } from './opening.ts';
import { memoryOf } from './process-memory.ts';
import type { Filled } from './servers.ts';

/** Of the crowd. */
export const THREADS = 2;

export interface Result {
  readonly name: string;
  readonly clients: number;
  readonly failures: readonly string[];
  readonly images: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** Milliseconds, 50th and 99th percentile. */
  readonly first: readonly [number, number];
  readonly all: readonly [number, number];
  /** Of the server's processes: milliseconds for an image, seconds for a gigabyte sent. */
  readonly cpuPerImage: number;
  readonly cpuPerGigabyte: number;
  /** Bytes resident in the server before and at the most. */
  readonly memory: readonly [number, number];
  /** Of the crowd itself, seconds of processor. */
  readonly crowdCpu: number;
}

/** Lets the crowd click, and counts what that takes. */
export async function measure(name: string, { pid }: Filled, orders: Orders): Promise<Result> {
  let [cpu, memory] = [0, 0];
  const {
    openings,
    failures,
    wall,
    cpu: crowd,
  } = await runCrowd(orders, THREADS, () => {
    cpu = processTreeMs(pid);
    memory = memoryOf(pid).now;
  });
  const used = processTreeMs(pid) - cpu;
  const sum = (of: (opening: (typeof openings)[number]) => number) =>
    openings.reduce((all, each) => all + of(each), 0);
  const [images, bytes] = [sum((each) => each.images), sum((each) => each.bytes)];
  const percentiles = (of: (opening: (typeof openings)[number]) => number): [number, number] => {
    const sorted = openings.map(of).sort((a, b) => a - b);
    return [quantile(sorted, 0.5), quantile(sorted, 0.99)];
  };
  return {
    ...{ name, clients: orders.clicks.length, failures, images },
    ...{ megabytes: bytes / 1e6, seconds: wall / 1000, crowdCpu: crowd / 1000 },
    ...{ first: percentiles(({ first }) => first), all: percentiles(({ all }) => all) },
    ...{ cpuPerImage: used / images, cpuPerGigabyte: used / 1000 / (bytes / 1e9) },
    memory: [memory, memoryOf(pid).peak],
  };
}

export function print(each: Result): void {
  const ms = ([middle, late]: readonly [number, number]) =>
    `p50 ${middle.toFixed(0)}, p99 ${late.toFixed(0)} ms`;
  const [before, peak] = each.memory.map((bytes) => (bytes / 1e6).toFixed(0));
  console.log(
    `${each.name}: ${each.clients} clients, ${each.images} images, ${each.megabytes.toFixed(0)} MB in ${each.seconds.toFixed(1)} s, ${each.failures.length} failed`,
  );
  console.log(`  first image     ${ms(each.first)}`);
  console.log(`  whole series    ${ms(each.all)}`);
  console.log(
    `  server          ${each.cpuPerImage.toFixed(3)} ms of processor an image, ${each.cpuPerGigabyte.toFixed(2)} s a GB, ${before} MB resident before, ${peak} MB at most`,
  );
  console.log(`  the crowd took  ${each.crowdCpu.toFixed(1)} s of processor`);
  for (const failure of each.failures.slice(0, 3)) console.log(`  failed: ${failure}`);
}
