// Manifests while the metadata service comes and goes.
import { MetadataError } from '@strata/metadata/errors';
import type { StudyRows } from '@strata/metadata/records';
import { expect, it, onTestFinished } from 'vitest';
import { Manifests } from './manifests.ts';

/** A metadata service with one study, as it is told to be. */
function service() {
  const state = { isAway: false, instances: 1, asked: 0 };
  const rows = (): StudyRows => ({
    patient: { id: '', issuer: '', name: '', birthDate: '', sex: '' },
    study: { uid: '1.2', id: String(state.instances) } as StudyRows['study'],
    series: [],
  });
  const metadata = {
    find: async (uid: string) => {
      state.asked++;
      if (state.isAway) throw new MetadataError('unavailable', 'It is away.');
      return uid === '1.2' ? ({ kind: 'study', studyUid: uid } as const) : null;
    },
    study: async () => rows(),
    series: async () => rows(),
    worklist: async () => ({ studies: [], next: null, total: 0, totalKind: 'exact' as const }),
  };
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const manifests = new Manifests(metadata, resolve);
  onTestFinished(() => manifests.close());
  return { state, manifests, told };
}

it('a study that is known is shown as it was while the service is away, and asked for again when it is back', async () => {
  const { state, manifests, told } = service();
  const before = await manifests.rows('1.2');
  state.isAway = true;
  manifests.forget('1.2');
  expect(await manifests.rows('1.2')).toBe(before);
  const { asked } = state;
  // Once that is known nobody waits for it any more.
  expect(await manifests.rows('1.2')).toBe(before);
  expect(state.asked).toBe(asked);
  await expect(manifests.rows('1.3')).rejects.toMatchObject({ code: 'unavailable' });
  state.instances = 2;
  state.isAway = false;
  expect(await told).toBe('1.2');
  expect((await manifests.rows('1.2')).study.id).toBe('2');
});

it('what has changed is not shown as it was while the service answers', async () => {
  const { state, manifests } = service();
  await manifests.rows('1.2');
  state.instances = 2;
  manifests.forget('1.2');
  expect((await manifests.rows('1.2')).study.id).toBe('2');
});

it('what was read while the study changed is shown as it was when the service goes away, and not before', async () => {
  const { state, manifests } = service();
  const reading = manifests.rows('1.2');
  manifests.forget('1.2');
  await reading;
  state.instances = 2;
  expect((await manifests.rows('1.2')).study.id).toBe('2');
  const other = service();
  const readingOther = other.manifests.rows('1.2');
  other.manifests.forget('1.2');
  const before = await readingOther;
  other.state.isAway = true;
  expect(await other.manifests.rows('1.2')).toBe(before);
});
