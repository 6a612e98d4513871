import type { StudyManifest } from '@strata/protocol/manifest';
import { expect, it } from 'vitest';
import { StudyModel } from './study-model.ts';

const instance = (uid: string) => ({
  ...{ uid, sopClassUid: '1.2', blob: null, format: null, levels: 0 },
  ...{ frameSegments: [], presentation: {} },
});
const series = (uid: string, ...instances: string[]) => ({ uid, instances: instances.map(instance) });
const manifest = (...all: ReturnType<typeof series>[]) =>
  ({ study: { uid: '1.9' }, patient: { name: 'A' }, series: all }) as unknown as StudyManifest;

it('what did not change of a study that is read again stays the very same, so that nobody looks at it anew', async () => {
  const answers = [
    manifest(series('a', '1', '2'), series('b', '3')),
    manifest(series('a', '1', '2'), series('b', '3', '4'), series('c', '5')),
    { ...manifest(series('a', '1', '2')), patient: { name: 'B' } } as unknown as StudyManifest,
  ];
  const study = new StudyModel(
    { study: async () => structuredClone(answers.shift()) as StudyManifest },
    '1.9',
  );
  await study.load();
  const [a, b] = study.series.value;
  await study.load();
  expect(study.series.value[0]).toBe(a);
  expect(study.series.value[1]).not.toBe(b);
  expect(study.series.value).toHaveLength(3);
  await study.load();
  expect(study.series.value[0]).not.toBe(a);
});
