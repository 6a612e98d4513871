// `npm run bench -- failover`: what clients of three real servers notice when these are killed, hang, restart or are far away.
import { parseArgs } from 'node:util';
import { dataFiles } from '../../support/data.ts';
import { Pool } from '../../support/pool.ts';
import { temporaryFolder } from '../../support/strata.ts';
import { clearProgress, progress } from '../progress.ts';
import { makeSeries } from '../stream/made-series.ts';
import { killDuringIngest } from './ingest-kills.ts';
import { oneClient } from './one-client.ts';
import { delaysOf, delayText, type Outcome, seeded } from './outcome.ts';
import { rollingRestart } from './rolling.ts';
import { twoSites } from './sites.ts';
import { framesOf } from './study-frames.ts';

const USAGE = `npm run bench -- failover [--only PART,...] [--seconds N] [--kills N] [--clients N] [--seed N] [--json]

  --only PART,...  scroll, rolling, ingest, sites (default all)
  --seconds N      of each of the two disturbed runs of one client (default 30); half of that undisturbed before
  --kills N        of processes while images are taken in (default 50)
  --clients N      that scroll while all servers are restarted (default 50)
  --seed N         of what is chosen (default: a random one, which is printed)
  --json           results as JSON on the standard output`;

const SERVERS = 3;
const IMAGES = 60;
const PARTS = ['scroll', 'rolling', 'ingest', 'sites'] as const;
/** Frames a second of each of many clients. */
const CROWD_PER_SECOND = 2;
const IMAGES_PER_KILL = 12;

/** @returns the exit code: 0 when the goals are met */
export async function benchFailover(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: PARTS.join() },
      seconds: { type: 'string', default: '30' },
      kills: { type: 'string', default: '50' },
      clients: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const random = seeded(Number(values.seed));
  const runs = {
    scroll: () => withSeries((pool, frames) => oneClient(pool, frames, Number(values.seconds), random)),
    rolling: () => withSeries((pool, frames) => rolling(pool, frames, Number(values.clients))),
    ingest: () => ingest(Number(values.kills), random),
    sites: twoSites,
  };
  const outcomes: Record<string, Outcome> = {};
  for (const part of PARTS.filter((each) => values.only.split(',').includes(each))) {
    progress(part);
    const outcome = await runs[part]();
    clearProgress();
    outcomes[part] = outcome;
    if (values.json) continue;
    for (const line of outcome.lines) console.log(line);
    for (const { name, met } of outcome.goals) console.log(`${met ? 'met    ' : 'NOT MET'} ${name}`);
  }
  if (values.json) console.log(JSON.stringify({ seed: values.seed, ...outcomes }, null, 2));
  else console.log(`seed ${values.seed}`);
  return Object.values(outcomes).every(({ goals }) => goals.every(({ met }) => met)) ? 0 : 1;
}

/** Runs a part on servers that hold a series. */
async function withSeries(
  part: (pool: Pool, frames: Awaited<ReturnType<typeof framesOf>>) => Promise<Outcome>,
): Promise<Outcome> {
  const pool = await Pool.start(SERVERS);
  try {
    const ran = await pool.server(0).run('import', ...dataFiles('series/mr-t1').slice(0, IMAGES));
    if (ran.code !== 0) throw new Error(`strata import ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    return await part(pool, await framesOf(pool.streams));
  } finally {
    await pool.close();
  }
}

async function rolling(
  pool: Pool,
  frames: Awaited<ReturnType<typeof framesOf>>,
  clients: number,
): Promise<Outcome> {
  const ran = await rollingRestart(pool, frames, { clients, perSecond: CROWD_PER_SECOND, seconds: 10 });
  const [calm, restarting] = [delaysOf(ran.calm.latencies), delaysOf(ran.restarting.latencies)];
  const failed = ran.calm.failures.length + ran.restarting.failures.length;
  for (const failure of ran.restarting.failures.slice(0, 3)) console.error(failure);
  return {
    figures: { clients, failed, calm, restarting, seconds: ran.seconds, code: ran.code },
    lines: [
      `rolling restart of ${SERVERS} servers in ${ran.seconds.toFixed(1)} s, ${clients} clients with ${CROWD_PER_SECOND} frames/s each, ${failed} of ${ran.restarting.latencies.length + failed} failed`,
      `  undisturbed  ${delayText(calm)}`,
      `  restarting   ${delayText(restarting)}`,
      ...(ran.code === 0 ? [] : [ran.said]),
    ],
    goals: [
      { name: 'all servers are restarted, no request fails', met: failed === 0 && ran.code === 0 },
      { name: 'p99 at most 2 x undisturbed', met: restarting.p99 <= 2 * calm.p99 },
    ],
  };
}

async function ingest(kills: number, random: () => number): Promise<Outcome> {
  const { folder, remove } = temporaryFolder('sent');
  const pool = await Pool.start(SERVERS);
  try {
    const wanted = kills * IMAGES_PER_KILL;
    const files: string[] = [];
    for (let variant = 0; files.length < wanted; variant += 3) {
      const made = makeSeries(`${folder}/${variant}`, 3, variant);
      files.push(...made.flatMap(({ instances }) => instances.map(({ file }) => file)));
    }
    const groups = Array.from({ length: kills }, (_, at) =>
      files.slice(at * IMAGES_PER_KILL, (at + 1) * IMAGES_PER_KILL),
    );
    const result = await killDuringIngest(pool, groups, random);
    for (const words of result.lost.slice(0, 10)) console.error(words);
    return {
      figures: result,
      lines: [
        `${result.kills} kills of one of ${pool.all.length} processes during ingest: ${result.acknowledged} of ${result.sent} images acknowledged before all was well again, ${result.lost.length} of them lost; verify ended with ${result.verified.code}`,
        ...(result.verified.code === 0 ? [] : [result.verified.said.slice(0, 2000)]),
      ],
      goals: [
        { name: 'nothing acknowledged is lost', met: result.lost.length === 0 },
        { name: 'nothing is stored half: verify is clean', met: result.verified.code === 0 },
      ],
    };
  } finally {
    await pool.close();
    remove();
  }
}
