// A thread with some hundred viewers in it: connects them, lets each click at its time, and reports.
import { parentPort, workerData } from 'node:worker_threads';
import type { Click, Opening, Orders, Report } from './opening.ts';
import { StrataViewer } from './strata-client.ts';
import { openByWado, sharedConnections } from './wado-client.ts';

/** Connections that are opened at the same time. */
const DIALS = 20;

const orders = workerData as Orders;
const openings: Opening[] = [];
const failures: string[] = [];

const viewers = orders.protocol === 'strata' ? orders.clicks.map(() => new StrataViewer(orders)) : [];
const agent = sharedConnections(orders);
const dialling = viewers.values();
await Promise.all(
  Array.from({ length: DIALS }, async () => {
    for (const viewer of dialling) await viewer.connect();
  }),
);
parentPort?.postMessage('connected');

parentPort?.once('message', async () => {
  const before = process.threadCpuUsage();
  const began = performance.now();
  await Promise.all(
    orders.clicks.map(async (click, at) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, click.at + began - performance.now())));
      try {
        openings.push(await open(click, at));
      } catch (error) {
        failures.push(String(error));
      }
    }),
  );
  const { user, system } = process.threadCpuUsage(before);
  const report: Report = { openings, failures, cpu: (user + system) / 1000 };
  parentPort?.postMessage(report);
  for (const viewer of viewers) viewer.close();
  agent.destroy();
});

function open(click: Click, at: number): Promise<Opening> {
  return viewers[at]?.open(click) ?? openByWado(orders, agent, click);
}
