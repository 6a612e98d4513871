import type { CommitOutcome, InstanceRecord } from '@strata/metadata/records';
import { describe, expect, it } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

/** Only what the queue looks at; the name tells records apart. */
const record = (name: string, study = 'study') =>
  ({ transferSyntaxUid: name, study: { uid: study } }) as InstanceRecord;
const names = (records: InstanceRecord[]) => records.map(({ transferSyntaxUid }) => transferSyntaxUid);

class Away extends Error {}

function queueOn(
  commit: (records: InstanceRecord[]) => Promise<CommitOutcome[]>,
  patienceMs = 0,
  onStored: (studyUid: string) => void = () => undefined,
) {
  const replaceBlobs = async () => ['unneeded'];
  const patience = { isAway: (error: unknown) => error instanceof Away, patienceMs };
  return new CommitQueue({ commit, replaceBlobs }, patience, onStored);
}

describe('group commit', () => {
  it('commits together what arrives while a transaction runs', async () => {
    const groups: string[][] = [];
    const queue = queueOn(async (records) => {
      groups.push(names(records));
      await new Promise((resolve) => setImmediate(resolve));
      return records.map(() => 'stored');
    });
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => queue.commit(record(name))));
    expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('tells once per transaction which studies have grown, before it says stored', async () => {
    const told: string[] = [];
    const tell = (event: string) => told.push(event);
    const queue = queueOn(
      async (records) => names(records).map((name) => (name === 'old' ? 'already' : 'stored')),
      0,
      tell,
    );
    const commits = [record('first', 'a'), record('1', 'b'), record('2', 'b'), record('old', 'c')];
    await Promise.all(commits.map((one) => queue.commit(one).then(() => tell(one.transferSyntaxUid))));
    expect(told).toEqual(['a', 'first', 'b', '1', '2', 'old']);
  });

  it('tells of a study whose blobs were replaced too', async () => {
    const told: string[] = [];
    const queue = queueOn(
      async () => [],
      0,
      (study) => told.push(study),
    );
    expect(await queue.replaceBlobs(record('healed', 'a'))).toEqual(['unneeded']);
    expect(told).toEqual(['a']);
  });

  it('refuses only the record that the database refuses', async () => {
    const queue = queueOn(async (records) => {
      if (names(records).includes('bad')) throw new Error('a value it does not take');
      return records.map(() => 'stored');
    });
    const outcomes = await Promise.allSettled(
      ['first', 'a', 'bad', 'b'].map((name) => queue.commit(record(name))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('waits for a database that comes back', async () => {
    let tries = 0;
    const queue = queueOn(async (records) => {
      tries += 1;
      if (tries < 3) throw new Away();
      return records.map(() => 'stored');
    }, 60_000);
    expect(await queue.commit(record('a'))).toBe('stored');
  });

  it('gives up on a database that stays away, and works again afterwards', async () => {
    let away = true;
    const queue = queueOn(async (records) => {
      if (away) throw new Away();
      return records.map(() => 'stored');
    });
    const refused = await Promise.allSettled([queue.commit(record('a')), queue.commit(record('b'))]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    away = false;
    expect(await queue.commit(record('c'))).toBe('stored');
  });
});
