// Images come in and are looked at without a pause, while the primary is killed, heals, and is killed again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterNode } from '../../support/cluster/cluster-node.ts';
import { Sender } from '../../support/cluster/sender.ts';
import type { ClusterServers } from '../../support/cluster/servers.ts';
import type { Cluster } from '../../support/cluster/start-cluster.ts';
import { progress } from '../progress.ts';
import { makeSeries } from '../stream/made-series.ts';
import type { Figures } from './report.ts';
import { Viewer } from './viewer.ts';

interface Disturbed {
  readonly cluster: Cluster;
  readonly servers: ClusterServers;
  readonly folder: string;
  readonly random: () => number;
  readonly kills: number;
  readonly switchovers: number;
}

const LINES = 4;
const PAUSE_MS = 150;

/** Kills and switches over, so many times each. Throws when the cluster does not get well again. */
export async function disturb({ cluster, servers, folder, random, ...times }: Disturbed): Promise<Figures> {
  const sender = new Sender(servers, images(folder), { lines: LINES, pauseMs: PAUSE_MS });
  const viewer = await Viewer.start(servers.streams);
  const outages: number[] = [];
  const promotions: number[] = [];
  const handovers: number[] = [];
  const began = performance.now();
  try {
    await sender.untilStored();
    for (let at = 1; at <= times.kills; at++) {
      progress(`kill ${at} of ${times.kills}, ${sender.acknowledged.size} images stored`);
      await sleep(1000 + random() * 3000);
      const primary = await primaryOf(cluster);
      const killedAt = performance.now();
      await primary.kill9();
      await untilReplaced(cluster, primary);
      promotions.push(performance.now() - killedAt);
      await sender.untilStored();
      outages.push(longestGap(sender, killedAt));
      primary.start();
      await cluster.untilWell();
    }
    for (let at = 1; at <= times.switchovers; at++) {
      progress(`switchover ${at} of ${times.switchovers}`);
      await sleep(1000 + random() * 3000);
      const askedAt = performance.now();
      await cluster.switchover();
      await sender.untilStored();
      handovers.push(longestGap(sender, askedAt));
      await cluster.untilWell();
    }
    await servers.untilAlive();
    await sender.untilStored();
  } finally {
    await Promise.all([sender.stop(), viewer.stop()]);
  }
  progress('everything is compared with what was sent');
  const seconds = (performance.now() - began) / 1000;
  const lost = await sender.lost();
  const verified = await servers.server(0).run('verify', '--json');
  return {
    ...{ kills: times.kills, promotions, outages, switchovers: times.switchovers, handovers, seconds },
    ...{ acknowledged: sender.acknowledged.size, refused: sender.refused.length, lost: lost.length },
    ...{ viewed: viewer.answered, failed: viewer.failures.length, verified: verified.code },
    words: [
      ...lost,
      ...sender.refused.map(({ refused }) => refused ?? ''),
      ...viewer.failures,
      ...(verified.code === 0 ? [] : [verified.stdout + verified.stderr]),
    ].map((text) => text.slice(0, 300)),
  };
}

/** The longest time without any acknowledgement since a moment, in ms. */
function longestGap(sender: Sender, since: number): number {
  const stored = sender.answers.filter(({ refused, answeredAt }) => refused === null && answeredAt >= since);
  const moments = [since, ...stored.map(({ answeredAt }) => answeredAt).sort((a, b) => a - b)];
  return Math.max(...moments.slice(1).map((moment, at) => moment - (moments[at] ?? moment)));
}

async function primaryOf(cluster: Cluster): Promise<ClusterNode> {
  const primary = await cluster.primary();
  if (!primary) throw new Error('nobody is primary');
  return primary;
}

async function untilReplaced(cluster: Cluster, old: ClusterNode): Promise<void> {
  await cluster.until('another node is primary', async () => {
    const next = await cluster.primary();
    return next !== null && next !== old;
  });
}

function* images(folder: string): Generator<string> {
  for (let variant = 1; ; variant++) {
    for (const { instances } of makeSeries(`${folder}/sent`, 1, variant)) {
      for (const { file } of instances) yield file;
    }
  }
}
