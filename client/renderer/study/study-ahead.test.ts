import type { StudyManifest } from '@strata/protocol/manifest';
import type { LevelsRequest } from '@strata/stream/types';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StudyAhead } from './study-ahead.ts';

const instance = (uid: string, blob: string) => ({
  ...{ uid, sopClassUid: '1.2.840.10008.5.1.4.1.1.2', number: 1, frames: 1, blob, blobLength: 90, levels: 4 },
  format: { width: 512, height: 512, samples: 1, bits: 16, signed: true },
  presentation: { photometric: 'MONOCHROME2', windows: [] },
  frameSegments: [{ lengths: [10, 20, 30, 30], crc32c: [1, 2, 3, 4] }],
});
const manifestOf = (uid: string) =>
  ({
    ...{ study: { uid, description: '' }, patient: { name: 'A' } },
    series: [
      { uid: `${uid}.1`, modality: 'CT', instances: [instance('1', `${uid}a`), instance('2', `${uid}b`)] },
    ],
  }) as unknown as StudyManifest;

/** Answers at once, and notes what it was asked for. */
class Source {
  readonly studies: string[] = [];
  readonly levels: LevelsRequest[] = [];
  readonly ended: string[] = [];
  async study(uid: string, { signal }: { signal?: AbortSignal }): Promise<StudyManifest> {
    this.studies.push(uid);
    signal?.addEventListener('abort', () => this.ended.push(uid));
    if (uid === 'slow') return new Promise(() => {});
    if (uid === 'none') throw new Error('There is no such study.');
    return manifestOf(uid);
  }
  get(request: LevelsRequest) {
    this.levels.push(request);
    return Object.assign(Promise.resolve({}), { prioritise: () => {} }) as never;
  }
}
const screen = { innerWidth: 200, innerHeight: 160, devicePixelRatio: 1 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function looked(...uids: string[]) {
  const source = new Source();
  const ahead = new StudyAhead({ source, window: screen, onSlice: () => {} });
  for (const uid of uids) ahead.look(uid);
  await vi.runAllTimersAsync();
  return { source, ahead };
}

it('the study that is chosen is there when it is opened: its manifest and, as the screen needs it, its first image', async () => {
  const { source, ahead } = await looked('1.1');
  expect(source.levels).toMatchObject([{ target: { frames: [{ blob: '1.1a', frame: 0 }] }, from: 0, to: 2 }]);
  expect((await ahead.take('1.1'))?.study.uid).toBe('1.1');
  expect(source.studies).toEqual(['1.1']);
});

it('who goes along the list asks for nothing but where it stops', async () => {
  const { source } = await looked('1.1', '1.2', '1.3');
  expect(source.studies).toEqual(['1.3']);
});

it('what is under way for a study is called off when another is chosen, and what has come stays', async () => {
  const { source, ahead } = await looked('1.1');
  ahead.look('slow');
  await vi.advanceTimersByTimeAsync(100);
  ahead.look('1.2');
  await vi.runAllTimersAsync();
  expect(source.ended).toEqual(['slow']);
  expect(ahead.take('1.1')).not.toBe(null);
});

it('a study that has changed since is asked for anew', async () => {
  const { ahead } = await looked('1.1');
  ahead.forget('1.1');
  expect(ahead.take('1.1')).toBe(null);
});

it('a study that cannot be had is asked for again when it is opened', async () => {
  const { ahead } = await looked('none');
  expect(ahead.take('none')).toBe(null);
});

it('what was fetched long ago is not of now', async () => {
  const { ahead } = await looked('1.1');
  await vi.advanceTimersByTimeAsync(61_000);
  expect(ahead.take('1.1')).toBe(null);
});
