// `npm run bench -- cluster`: what senders and viewers notice when the primary of the metadata is killed or replaced.
import { parseArgs } from 'node:util';
import { missingForCluster } from '../../support/cluster/missing.ts';
import { ClusterServers } from '../../support/cluster/servers.ts';
import { startCluster } from '../../support/cluster/start-cluster.ts';
import { temporaryFolder } from '../../support/strata.ts';
import { seeded } from '../failover/outcome.ts';
import { clearProgress } from '../progress.ts';
import { makeSeries } from '../stream/made-series.ts';
import { disturb } from './disturb.ts';
import { type Figures, goalsOf, reportOf } from './report.ts';

const USAGE = `npm run bench -- cluster [--kills N] [--switchovers N] [--seed N] [--json]

  --kills N        of the primary: PostgreSQL and its Patroni, kill -9 (default 20)
  --switchovers N  planned ones, after that (default 5)
  --seed N         of the moments (default: a random one, which is printed)
  --json           results as JSON on the standard output`;

const SERVERS = 3;
const SHOWN = 60;

/** @returns the exit code: 0 when the goals are met */
export async function benchCluster(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: 'string', default: '20' },
      switchovers: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const missing = missingForCluster();
  if (missing) {
    console.error(missing);
    return 2;
  }
  const figures = await measure(
    Number(values.kills),
    Number(values.switchovers),
    seeded(Number(values.seed)),
  );
  clearProgress();
  const goals = goalsOf(figures);
  if (values.json) console.log(JSON.stringify({ seed: values.seed, ...figures, goals }, null, 2));
  else {
    for (const line of reportOf(figures)) console.log(line);
    for (const { name, met } of goals) console.log(`${met ? 'met    ' : 'NOT MET'} ${name}`);
    console.log(`seed ${values.seed}`);
  }
  return goals.every(({ met }) => met) ? 0 : 1;
}

async function measure(kills: number, switchovers: number, random: () => number): Promise<Figures> {
  const { folder, remove } = temporaryFolder('bench-cluster');
  // What a commit costs on a disk belongs to what is measured.
  const cluster = await startCluster({ onDisk: true });
  try {
    const servers = await ClusterServers.start(cluster.url, SERVERS);
    try {
      const [shown] = makeSeries(`${folder}/shown`, 1, 0);
      const files = shown?.instances.slice(0, SHOWN).map(({ file }) => file) ?? [];
      const ran = await servers.server(0).run('import', ...files);
      if (ran.code !== 0) throw new Error(`strata import ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
      return await disturb({ cluster, servers, folder, random, kills, switchovers });
    } finally {
      await servers.close();
    }
  } finally {
    await cluster.close();
    remove();
  }
}
