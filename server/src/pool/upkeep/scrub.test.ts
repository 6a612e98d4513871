// The scrub goes on where it was, and reads everything once a pass.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { freshDisks, freshFolder } from '../testing/wire-pair.ts';
import { Findings } from './findings.ts';
import { Pace } from './pace.ts';
import { Scrub, type ScrubParts } from './scrub.ts';

const { signal } = new AbortController();
const nobody = () => {
  throw new Error('not in this test');
};

async function scrubbed(count: number) {
  const { disks } = await freshDisks();
  for (let at = 0; at < count; at++) await disks.put([Buffer.from(`blob ${at}`)]);
  const read: string[] = [];
  const parts: ScrubParts = {
    ...{
      self: 'a',
      everyDays: 7,
      file: path.join(freshFolder(), 'scrub.json'),
      log: pino({ enabled: false }),
    },
    disks: {
      list: (after) => disks.list(after),
      verify: (digest, on) => {
        read.push(digest);
        return disks.verify(digest, on);
      },
    },
    ...{ findings: new Findings(), pace: new Pace(1e9), servers: () => [], copiesOf: nobody },
    own: { fetch: nobody, verify: nobody, remove: nobody },
    pool: {
      ...{ holders: nobody, keepReplicas: nobody, lostReplica: nobody },
      ...{ placedBlobsOf: nobody, queueSettling: nobody },
    },
  };
  return { parts, read };
}

it('reads every copy once, and not again until a week has passed or somebody wants it', async () => {
  const { parts, read } = await scrubbed(20);
  const scrub = new Scrub(parts);
  await scrub.goOn(signal);
  expect(new Set(read).size).toBe(20);
  await scrub.goOn(signal);
  await new Scrub(parts).goOn(signal);
  expect(read).toHaveLength(20);
  expect(scrub.state()).toMatchObject({ after: null, blobs: 20, bad: 0, passes: 1 });
  scrub.want();
  await scrub.goOn(signal);
  expect(read).toHaveLength(40);
});

it('goes on after a stop where it was', async () => {
  const { parts, read } = await scrubbed(20);
  const stop = new AbortController();
  const slow: ScrubParts = {
    ...parts,
    disks: {
      ...parts.disks,
      verify: (digest, on) => {
        if (read.length === 7) stop.abort();
        return parts.disks.verify(digest, on);
      },
    },
  };
  await expect(new Scrub(slow).goOn(stop.signal)).rejects.toThrow();
  const before = read.length;
  expect(before).toBeLessThan(20);
  await new Scrub(parts).goOn(signal);
  expect(read.length).toBe(20);
  expect(new Set(read).size).toBe(20);
});

it('begins anew when its file is damaged', async () => {
  const { parts, read } = await scrubbed(3);
  writeFileSync(parts.file, '{"after": "../../etc"');
  await new Scrub(parts).goOn(signal);
  expect(read).toHaveLength(3);
});
