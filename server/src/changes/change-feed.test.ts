// What has changed in a real database, as a server tells its parts.
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@strata/metadata/metadata';
import { serverOfThisFile } from '@strata/metadata/testing/databases';
import { record } from '@strata/metadata/testing/records';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../config/log.ts';
import { standIn } from '../process/metadata/stand-in.ts';
import { ChangeFeed } from './change-feed.ts';
import { spreadNews } from './spread-news.ts';

const newDatabase = serverOfThisFile();

/** Metadata that can be closed and opened again, and what parts were told of their changes. */
async function followed(blindMs = 60_000) {
  const url = await newDatabase();
  let current: Metadata | null = await Metadata.open(url);
  const metadata = standIn({
    get: () => current,
    wait: async () => {
      while (!current) await sleep(5);
      return current;
    },
  });
  const told: string[] = [];
  const parts = {
    image: {
      studyChanged: (uid: string) => told.push(`study ${uid}`),
      worklistChanged: () => told.push('worklist'),
      everythingChanged: () => told.push('everything'),
    },
    store: { holdersChanged: (digest: string | null) => told.push(`holders ${digest}`) },
    membership: { hurry: () => told.push('servers') },
  };
  const feed = ChangeFeed.start({
    ...{ metadata, blindMs, log: createLog('silent') },
    onNews: (news) => spreadNews(news, parts),
    onBlind: () => told.push('blind'),
  });
  onTestFinished(async () => {
    await feed.stop();
    await current?.close();
  });
  const next = async (count: number) => {
    while (told.length < count) await sleep(5);
    return told.splice(0).toSorted();
  };
  const reopen = async (meanwhile: () => Promise<void>) => {
    const closed = current;
    current = null;
    await closed?.close();
    await meanwhile();
    current = await Metadata.open(url);
  };
  return { url, metadata, next, reopen };
}

it('tells each part of what it has to know', async () => {
  const { metadata, next } = await followed();
  expect(await next(3)).toEqual(['everything', 'holders null', 'servers']);
  const one = record();
  await metadata.commit([one]);
  expect(await next(2)).toEqual([`study ${one.study.uid}`, 'worklist']);
  await metadata.pool.keepReplicas([{ digest: one.objectBlob.digest, server: 'a', disk: 'd' }]);
  expect(await next(1)).toEqual([`holders ${one.objectBlob.digest}`]);
  await metadata.pool.lostDisk('d');
  expect(await next(1)).toEqual(['holders null']);
});

it('goes on where it was when the metadata are opened anew', async () => {
  const { url, next, reopen } = await followed();
  await next(3);
  await reopen(async () => {
    const other = await Metadata.open(url);
    await other.commit([record({ study: '1.2.9' })]);
    await other.close();
  });
  expect(await next(2)).toEqual(['study 1.2.9', 'worklist']);
});

it('says again and again that nothing can be heard, until it can', async () => {
  const { metadata, next, reopen } = await followed(3_000);
  expect(await next(3)).not.toContain('blind');
  await reopen(async () => {
    expect(await next(2)).toEqual(['blind', 'blind']);
  });
  await metadata.commit([record()]);
  while (!(await next(1)).includes('worklist'));
});
