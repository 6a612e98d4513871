// `npm run bench -- failover`: a client scrolls while its servers are killed, and then while they hang.
import { parseArgs } from 'node:util';
import { StrataClient } from '@strata/stream/client';
import { dataFiles } from '../../support/data.ts';
import { Pool, type PoolServer } from '../../support/pool.ts';
import { clearProgress, progress } from '../progress.ts';
import { quantile } from '../statistics.ts';
import { scroll } from './scroll.ts';
import { framesOf } from './study-frames.ts';

const USAGE = `npm run bench -- failover [--seconds N] [--series FOLDER] [--frames N] [--seed N] [--json]

  --seconds N      of each of the two disturbed runs (default 30); half of that undisturbed before
  --series FOLDER  below the test images (default series/mr-t1)
  --frames N       of the series, scrolled through again and again (default 60)
  --seed N         of the choice of servers (default: a random one, which is printed)
  --json           results as JSON on the standard output`;

const PER_SECOND = 20;
const EVERY = 5000;
/** A server that hangs does so for so long. */
const HANG = 4000;
const GOALS = { kill: { worst: 300, p99: 100 }, hang: { worst: 1500, p99: Number.POSITIVE_INFINITY } };

interface Run {
  readonly what: string;
  readonly frames: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** Times that a server was disturbed. */
  readonly faults: number;
  /** Bytes of levels received, and of these, of no use. */
  readonly bytes: number;
  readonly wasted: number;
}

type Disturb = (server: PoolServer) => Promise<void>;

/** @returns the exit code: 0 when the goals are met */
export async function benchFailover(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '30' },
      series: { type: 'string', default: 'series/mr-t1' },
      frames: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seconds = Number(values.seconds);
  const random = seeded(Number(values.seed));
  progress('starting servers');
  const pool = await Pool.start(3);
  try {
    const files = dataFiles(values.series).slice(0, Number(values.frames));
    progress(`importing ${files.length} images`);
    const ran = await pool.server(0).run('import', ...files);
    if (ran.code !== 0) throw new Error(`strata import ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    const frames = await framesOf(pool.streams);
    const measure = (what: string, length: number, disturb: Disturb | null) =>
      run(what, pool, frames, length, disturb, random);
    const calm = await measure('undisturbed', seconds / 2, null);
    const kill = await measure('kill -9', seconds, async (server) => {
      await server.kill();
      await server.start();
    });
    const hang = await measure('SIGSTOP', seconds, async (server) => {
      server.freeze();
      await sleep(HANG);
      server.thaw();
    });
    clearProgress();
    return report({ seed: Number(values.seed), calm, kill, hang }, values.json);
  } finally {
    await pool.close();
  }
}

async function run(
  what: string,
  { servers, streams }: Pool,
  frames: Parameters<typeof scroll>[1],
  seconds: number,
  disturb: Disturb | null,
  random: () => number,
): Promise<Run> {
  progress(`${what}, ${seconds} s`);
  const client = new StrataClient({ servers: streams, cacheBytes: 0, client: 'bench' });
  // The servers' and the client's code is warm before anything is measured.
  await scroll(client, frames, { perSecond: PER_SECOND * 2, seconds: 2 });
  const before = client.stats();
  let faults = 0;
  const disturbing: Promise<void>[] = [];
  const timer = setInterval(() => {
    const server = servers[Math.floor(random() * servers.length)];
    if (!disturb || !server) return;
    faults++;
    disturbing.push(disturb(server));
  }, EVERY);
  const { latencies, failures } = await scroll(client, frames, { perSecond: PER_SECOND, seconds });
  clearInterval(timer);
  await Promise.all(disturbing);
  const after = client.stats();
  client.close();
  for (const failure of failures.slice(0, 3)) console.error(failure);
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    ...{ what, faults, frames: latencies.length + failures.length, failed: failures.length },
    ...{ p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), worst: quantile(sorted, 1) },
    bytes: after.payloadBytes - before.payloadBytes,
    wasted: after.wastedBytes - before.wastedBytes,
  };
}

function report(result: { seed: number; calm: Run; kill: Run; hang: Run }, json: boolean): number {
  const { calm, kill, hang, seed } = result;
  const judged = [
    { name: 'no request fails', met: kill.failed + hang.failed === 0 },
    {
      name: `kill -9: worst frame at most ${GOALS.kill.worst} ms later`,
      met: added(kill, calm).worst <= GOALS.kill.worst,
    },
    { name: `kill -9: p99 at most ${GOALS.kill.p99} ms above`, met: added(kill, calm).p99 <= GOALS.kill.p99 },
    {
      name: `SIGSTOP: worst frame at most ${GOALS.hang.worst} ms later`,
      met: added(hang, calm).worst <= GOALS.hang.worst,
    },
  ];
  if (json) console.log(JSON.stringify({ ...result, goals: judged }, null, 2));
  else {
    console.log(
      `${PER_SECOND} frames/s from 3 servers, one disturbed every ${EVERY / 1000} s (seed ${seed}); milliseconds`,
    );
    console.log(
      '               frames failed   p50    p99  worst | added: p99  worst | faults  MB    wasted',
    );
    for (const each of [calm, kill, hang]) {
      const more = added(each, calm);
      const figures = [each.p50, each.p99, each.worst].map((ms) => ms.toFixed(1).padStart(6)).join(' ');
      const above = [more.p99, more.worst].map((ms) => ms.toFixed(1).padStart(6)).join(' ');
      const share = ((100 * each.wasted) / Math.max(1, each.bytes)).toFixed(2);
      console.log(
        `${each.what.padEnd(14)} ${String(each.frames).padStart(6)} ${String(each.failed).padStart(6)} ${figures} |      ${above} | ${String(each.faults).padStart(6)}  ${(each.bytes / 1e6).toFixed(1)}  ${share} %`,
      );
    }
    for (const { name, met } of judged) console.log(`${met ? 'met    ' : 'NOT MET'} ${name}`);
  }
  return judged.every(({ met }) => met) ? 0 : 1;
}

/** How much later frames came: the 99th percentile beside that undisturbed, the worst beside the usual frame. */
function added(run: Run, calm: Run): { p99: number; worst: number } {
  return { p99: run.p99 - calm.p99, worst: run.worst - calm.p50 };
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
