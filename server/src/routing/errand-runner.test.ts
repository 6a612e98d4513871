// Errands are done to the end, whatever fails on the way: on a real database.
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewErrand, Settlement } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import { openUntilTestEnds, serverOfThisFile } from '@strata/metadata/testing/databases';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwayError, ErrandRunner, type ErrandRunnerParts } from './errand-runner.ts';
import { afterRefusal, pauseAfter } from './patience.ts';

const newDatabase = serverOfThisFile();
const log = pino({ enabled: false });
const errand = (uid: string, target = 'dicom:PACS'): NewErrand => ({
  ...{ kind: 'forward', target, rule: 'all', uid },
});

async function database(...errands: NewErrand[]): Promise<Metadata> {
  const metadata = await openUntilTestEnds(await newDatabase());
  await metadata.errands.add(errands);
  return metadata;
}

function runner(metadata: Metadata, perform: ErrandRunnerParts['perform'], batch = 10): ErrandRunner {
  const started = new ErrandRunner({ errands: metadata.errands, kind: 'forward', batch, perform, log });
  onTestFinished(() => started.stop());
  return started;
}

const done = (id: number): Settlement => ({ id, outcome: 'done', remember: false });

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(10);
}

describe('the runner of errands', () => {
  it('does all that is due, and what comes later when it is woken', async () => {
    const metadata = await database(...Array.from({ length: 25 }, (_, at) => errand(`1.${at}`)));
    const seen: string[] = [];
    const running = runner(metadata, async (_, errands, settle) => {
      for (const { id, uid } of errands) {
        seen.push(uid);
        settle(done(id));
      }
    });
    await until(() => seen.length === 25);
    await metadata.errands.add([errand('2.1')]);
    running.wake();
    await until(() => seen.length === 26);
    await running.stop();
    expect(new Set(seen).size).toBe(26);
    expect(await metadata.errands.list({}, 100)).toEqual([]);
  });

  it('works for one target while another is away, and tries that one again', async () => {
    const metadata = await database(errand('1.1', 'dicom:GONE'), errand('1.1.2', 'dicom:GONE'));
    await metadata.errands.add([{ ...errand('1.1'), rule: 'other' }]);
    let calls = 0;
    const running = runner(metadata, async (target, errands, settle) => {
      if (target === 'dicom:GONE' && ++calls === 1) throw new AwayError('connection refused');
      for (const { id } of errands) settle(done(id));
    });
    await until(async () =>
      (await metadata.errands.targets()).every(({ target }) => target !== 'dicom:PACS'),
    );
    const [gone] = await metadata.errands.list({ target: 'dicom:GONE' }, 10);
    expect(gone).toMatchObject({ state: 'waiting', attempts: 0, error: 'connection refused' });
    await metadata.errands.retry({});
    running.hurry();
    await until(async () => (await metadata.errands.targets()).length === 0);
  });

  it('keeps what was done before the target went away', async () => {
    const metadata = await database(errand('1.1'), errand('1.2'), errand('1.3'));
    runner(metadata, async (_, [first], settle) => {
      settle(done(first?.id ?? 0));
      throw new AwayError('cut');
    });
    await until(async () => (await metadata.errands.list({}, 10)).length === 2);
    expect((await metadata.errands.list({}, 10)).map(({ uid }) => uid)).toEqual(['1.2', '1.3']);
  });

  it('leaves to a person what is refused again and again', async () => {
    const metadata = await database(errand('1.1'));
    const running = runner(metadata, async (_, errands, settle) => {
      for (const one of errands) settle(afterRefusal({ ...one, attempts: 5 }, 'refused: A900H'));
    });
    await until(async () => (await metadata.errands.list({ state: 'failed' }, 1)).length === 1);
    await running.stop();
    expect(await metadata.errands.targets()).toMatchObject([{ failed: 1, error: 'refused: A900H' }]);
  });

  it('gives back what it holds when it is stopped', async () => {
    const metadata = await database(errand('1.1'));
    let began = false;
    const running = runner(metadata, async (_, __, ___, signal) => {
      began = true;
      await sleep(60_000, undefined, { signal });
    });
    await until(() => began);
    await running.stop();
    expect(await metadata.errands.claim('forward', 'dicom:PACS', 1, 1000)).toMatchObject([{ attempts: 1 }]);
  });
});

it('pauses grow from two seconds to a quarter of an hour, and are never the same for everyone', () => {
  expect(pauseAfter(1, () => 1)).toBe(2000);
  expect(pauseAfter(3, () => 1)).toBe(8000);
  expect(pauseAfter(100, () => 1)).toBe(900_000);
  expect(pauseAfter(1, () => 0)).toBe(1000);
});
