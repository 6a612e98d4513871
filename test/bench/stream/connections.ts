// `npm run bench -- connections`: ten thousand idle connections on one server, and a thousand that open series meanwhile.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '../../support/strata.ts';
import { seeded } from '../failover/outcome.ts';
import { processTreeMs } from '../ingest/process-tree.ts';
import { clearProgress, progress } from '../progress.ts';
import { randomClicks } from './crowd.ts';
import { makeSeries } from './made-series.ts';
import { measure, print } from './measure.ts';
import { memoryOf } from './process-memory.ts';
import { filledStrata } from './servers.ts';

const USAGE = `npm run bench -- connections [--idle N] [--active N] [--within S] [--json]

  --idle N    connections that ping every 5 s, as the client does, and ask nothing (default 10000)
  --active N  connections that open one series each meanwhile (default 1000)
  --within S  seconds in which they do (default 10)
  --json      results as JSON on the standard output

Both ends of a connection are open files; where a process may not have so many (ulimit -Hn), fewer are possible.`;

const PING_EVERY = 5000;
/** Milliseconds over which the processor time of the idle is counted. */
const WATCH = 10_000;
const SERIES = 6;

/** @returns the exit code: 0 when every connection was kept and every series came */
export async function benchConnections(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      idle: { type: 'string', default: '10000' },
      active: { type: 'string', default: '1000' },
      within: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const idle = Number(values.idle);
  const { folder, remove } = temporaryFolder('bench-connections');
  let stop = async () => {};
  try {
    progress('filling the server');
    const series = makeSeries(`${folder}/images`, SERIES);
    const server = await filledStrata(folder, `${folder}/images`);
    stop = server.stop;
    const before = memoryOf(server.pid).now;
    progress(`opening ${idle} connections`);
    const worker = new Worker(new URL('./idle-worker.ts', import.meta.url), {
      workerData: { port: server.port, count: idle, pingEvery: PING_EVERY },
    });
    await once(worker, 'message');
    const [cpu, began] = [processTreeMs(server.pid), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, WATCH));
    const share = (processTreeMs(server.pid) - cpu) / (performance.now() - began);
    const perConnection = (memoryOf(server.pid).now - before) / idle;
    progress(`${values.active} open series`);
    const active = await measure(`with ${idle} idle connections`, server, {
      protocol: 'strata',
      port: server.port,
      clicks: randomClicks(Number(values.active), Number(values.within) * 1000, SERIES, seeded(1)),
      series: series.map((each) => ({ ...each, instances: each.instances.map(({ uid }) => uid) })),
      ...{ display: 512, accept: '', gzip: false, connections: 1 },
    });
    worker.postMessage('stop');
    const [{ open }] = (await once(worker, 'message')) as [{ open: number }];
    await worker.terminate();
    clearProgress();
    const result = { idle, kept: open, bytesPerIdle: perConnection, idleShareOfCore: share, active };
    if (values.json) console.log(JSON.stringify(result, null, 2));
    else {
      console.log(
        `${idle} idle connections, each pinging every ${PING_EVERY / 1000} s: ${(perConnection / 1024).toFixed(1)} KiB of the server's resident memory each, ${(100 * share).toFixed(1)} % of a core; ${open} kept to the end`,
      );
      print(active);
    }
    return open === idle && active.failures.length === 0 ? 0 : 1;
  } finally {
    await stop();
    remove();
  }
}
