// One client scrolls while a random server is disturbed every five seconds.
import type { FrameRef } from '@strata/protocol/messages';
import { StrataClient } from '@strata/stream/client';
import type { Pool, PoolServer } from '../../support/pool.ts';
import { progress } from '../progress.ts';
import { type Delays, delaysOf, type Outcome } from './outcome.ts';
import { scroll } from './scroll.ts';

const PER_SECOND = 20;
const EVERY = 5000;
/** A server that hangs does so for so long. */
const HANG = 4000;
const GOALS = { kill: { worst: 300, p99: 100 }, hang: { worst: 1500 } };

interface Run extends Delays {
  readonly what: string;
  readonly frames: number;
  readonly failed: number;
  /** Times that a server was disturbed. */
  readonly faults: number;
  /** Bytes of levels received, and of these, of no use. */
  readonly bytes: number;
  readonly wasted: number;
}

type Disturb = (server: PoolServer) => Promise<void>;

/** Undisturbed, with kill -9, and with SIGSTOP. @param seconds of each disturbed run, twice that of the calm one */
export async function oneClient(
  pool: Pool,
  frames: readonly FrameRef[],
  seconds: number,
  random: () => number,
): Promise<Outcome> {
  const measure = (what: string, length: number, disturb: Disturb | null) =>
    run(what, pool, frames, length, disturb, random);
  const calm = await measure('undisturbed', seconds / 2, null);
  const kill = await measure('kill -9', seconds, async (server) => {
    await server.kill();
    await server.start();
  });
  const hang = await measure('SIGSTOP', seconds, async (server) => {
    server.freeze();
    await new Promise((resolve) => setTimeout(resolve, HANG));
    server.thaw();
  });
  const [killed, hung] = [added(kill, calm), added(hang, calm)];
  return {
    figures: { calm, kill, hang },
    lines: table(calm, kill, hang),
    goals: [
      { name: 'no request fails', met: kill.failed + hang.failed === 0 },
      {
        name: `kill -9: worst frame at most ${GOALS.kill.worst} ms later`,
        met: killed.worst <= GOALS.kill.worst,
      },
      { name: `kill -9: p99 at most ${GOALS.kill.p99} ms above`, met: killed.p99 <= GOALS.kill.p99 },
      {
        name: `SIGSTOP: worst frame at most ${GOALS.hang.worst} ms later`,
        met: hung.worst <= GOALS.hang.worst,
      },
    ],
  };
}

async function run(
  what: string,
  { servers, streams }: Pool,
  frames: readonly FrameRef[],
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
  return {
    ...{ what, faults, frames: latencies.length + failures.length, failed: failures.length },
    ...delaysOf(latencies),
    bytes: after.payloadBytes - before.payloadBytes,
    wasted: after.wastedBytes - before.wastedBytes,
  };
}

function table(calm: Run, ...others: Run[]): string[] {
  return [
    `${PER_SECOND} frames/s, a server disturbed every ${EVERY / 1000} s; milliseconds`,
    '               frames failed   p50    p99  worst | added: p99  worst | faults  MB    wasted',
    ...[calm, ...others].map((each) => {
      const more = added(each, calm);
      const figures = [each.p50, each.p99, each.worst].map((ms) => ms.toFixed(1).padStart(6)).join(' ');
      const above = [more.p99, more.worst].map((ms) => ms.toFixed(1).padStart(6)).join(' ');
      const share = ((100 * each.wasted) / Math.max(1, each.bytes)).toFixed(2);
      return `${each.what.padEnd(14)} ${String(each.frames).padStart(6)} ${String(each.failed).padStart(6)} ${figures} |      ${above} | ${String(each.faults).padStart(6)}  ${(each.bytes / 1e6).toFixed(1)}  ${share} %`;
    }),
  ];
}

/** How much later frames came: the 99th percentile beside that undisturbed, the worst beside the usual frame. */
function added(run: Run, calm: Run): { p99: number; worst: number } {
  return { p99: run.p99 - calm.p99, worst: run.worst - calm.p50 };
}
