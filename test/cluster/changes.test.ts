// Following the changes of a cluster whose primary is handed over, and killed, while studies are committed to it.
import { setTimeout as sleep } from 'node:timers/promises';
import { FollowedTo } from '@strata/metadata/changes/follow';
import { Metadata } from '@strata/metadata/metadata';
import { record } from '@strata/metadata/testing/records';
import { afterAll, expect, test } from 'vitest';
import { missingForCluster } from '../support/cluster/missing.ts';
import { type Cluster, startCluster } from '../support/cluster/start-cluster.ts';

const missing = missingForCluster();
if (missing) console.log(missing);

const LANES = 4;

let cluster: Cluster | undefined;
const opened: Metadata[] = [];
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await cluster?.close();
});

test.skipIf(missing)('a follower ends with the last state of each study, at whichever primary', async () => {
  const running = await startCluster();
  cluster = running;
  for (const _ of ['writer', 'follower']) opened.push(await Metadata.open(running.url));
  const [writer, follower] = opened as [Metadata, Metadata];

  const known = new Map<string, number>();
  const studies = new Set<string>();
  const asked = new Set<string>();
  const ended = new AbortController();
  let everything = 0;
  const following = follower.changes.follow(
    (news) => {
      if (news === 'everything') everything += 1;
      for (const uid of news === 'everything' ? studies : news.map((change) => change.uid)) asked.add(uid);
    },
    { signal: ended.signal, from: new FollowedTo() },
  );
  const reading = (async () => {
    for (; !ended.signal.aborted; await sleep(20)) {
      for (const uid of [...asked]) {
        asked.delete(uid);
        const rows = await follower.study(uid).catch(() => null);
        if (rows)
          known.set(
            uid,
            rows.series.reduce((sum, { instances }) => sum + instances.length, 0),
          );
        else asked.add(uid);
      }
    }
  })();

  const stored = new Map<string, number>();
  let isCommitting = true;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let n = 1; isCommitting; n++) {
      const study = `1.2.${lane}.${Math.ceil(n / 50)}`;
      studies.add(study);
      const outcomes = await writer.commit([record({ study, instance: String(n) })]).catch(() => null);
      // One that was refused is sent again, as its sender would.
      if (outcomes === null) n -= 1;
      else stored.set(study, (stored.get(study) ?? 0) + 1);
      await sleep(5);
    }
  });
  const total = () => [...stored.values()].reduce((sum, count) => sum + count, 0);
  const more = async (count: number) => {
    for (const from = total(); total() < from + count; ) await sleep(20);
  };

  await more(100);
  await running.switchover();
  await more(100);
  await running.untilWell();
  await (await running.primary())?.kill9();
  await more(100);
  isCommitting = false;
  await Promise.all(lanes);

  while (JSON.stringify([...known].sort()) !== JSON.stringify([...stored].sort())) await sleep(50);
  // When it began, and for each new primary.
  expect(everything).toBeGreaterThanOrEqual(3);
  ended.abort();
  await Promise.all([following, reading]);
});
