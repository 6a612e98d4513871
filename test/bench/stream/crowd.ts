// A crowd of viewers in a few threads, and what they saw.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Click, Orders, Report } from './opening.ts';

export interface CrowdReport extends Report {
  /** From the first click to the last image, in milliseconds. */
  readonly wall: number;
}

/** Clicks at random moments of the first `within` ms on random series. */
export function randomClicks(
  count: number,
  within: number,
  series: number,
  random: () => number,
): readonly Click[] {
  return Array.from({ length: count }, () => ({
    series: Math.floor(random() * series),
    at: random() * within,
  }));
}

/**
 * Lets the viewers connect, then click, each at its time.
 * @param onReady called between the two: what is measured begins here
 */
export async function runCrowd(
  orders: Orders,
  threads: number,
  onReady: () => void = () => {},
): Promise<CrowdReport> {
  const workers = Array.from(
    { length: threads },
    (_, thread) =>
      new Worker(new URL('./crowd-worker.ts', import.meta.url), {
        workerData: { ...orders, clicks: orders.clicks.filter((_click, at) => at % threads === thread) },
      }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    onReady();
    const began = performance.now();
    const reports = await Promise.all(
      workers.map(async (worker) => {
        worker.postMessage('go');
        const [report] = await once(worker, 'message');
        return report as Report;
      }),
    );
    return {
      openings: reports.flatMap(({ openings }) => openings),
      failures: reports.flatMap(({ failures }) => failures),
      cpu: reports.reduce((sum, { cpu }) => sum + cpu, 0),
      wall: performance.now() - began,
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
