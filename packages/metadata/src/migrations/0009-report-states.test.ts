// How far each study's report is: those from before, those that older servers store, and whatever arrives.
import { expect, it } from 'vitest';
import { commitRecords } from '../commit.ts';
import { openDatabase } from '../database.ts';
import { makeSchema } from '../dump/make-schema.ts';
import type { Metadata } from '../metadata.ts';
import type { DicomJson } from '../query/types.ts';
import { openUntilTestEnds, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';

const newDatabase = serverOfThisFile();

const BASIC = '1.2.840.10008.5.1.4.1.1.88.11';
const ENHANCED = '1.2.840.10008.5.1.4.1.1.88.22';

const said = (stage: string | null, verification: string | null, title: string | null = null): DicomJson => ({
  ...(stage && { '0040A496': { vr: 'CS', Value: [stage] } }),
  ...(verification && { '0040A493': { vr: 'CS', Value: [verification] } }),
  ...(title && {
    '0040A043': {
      vr: 'SQ',
      Value: [{ '00080100': { vr: 'SH', Value: [title] }, '00080102': { vr: 'SH', Value: ['DCM'] } }],
    },
  }),
});

const report = (study: string, sopClassUid: string, attributes: DicomJson, instance = '1') =>
  record({
    study,
    series: '99',
    instance,
    inSeries: { modality: 'SR' },
    inInstance: { sopClassUid },
    attributes,
  });

const statesOf = async (metadata: Metadata) => {
  const { studies } = await metadata.worklist({ limit: 100, sort: 'accession' });
  return Object.fromEntries(studies.map(({ studyUid, report: state }) => [studyUid, state]));
};

it('is read from what was stored before, and from what older servers store meanwhile', async () => {
  const url = await newDatabase();
  await makeSchema(url, '0008-study-keys');
  const older = openDatabase(url);
  try {
    await commitRecords(older, [record(), report('1.2.2', BASIC, said('FINAL', null))]);
    const meanwhile = async () => {
      await commitRecords(older, [
        report('1.2.3', BASIC, said('PRELIMINARY', null)),
        record({ study: '1.2.4' }),
      ]);
      await commitRecords(older, [report('1.2.4', BASIC, said(null, 'VERIFIED'))]);
    };
    const [metadata] = await Promise.all([openUntilTestEnds(url), meanwhile()]);
    expect(await statesOf(metadata)).toEqual({
      '1.2.1': 'unread',
      '1.2.2': 'final',
      '1.2.3': 'preliminary',
      '1.2.4': 'final',
    });
  } finally {
    await older.destroy();
  }
});

it('is that of the report that is furthest, whoever made it, and never goes back', async () => {
  const metadata = await openUntilTestEnds(await newDatabase());
  await metadata.commit([
    record({ study: '1.2.1' }),
    record({ study: '1.2.2' }),
    report('1.2.3', BASIC, said('FINAL', 'UNVERIFIED')),
    report('1.2.4', BASIC, said(null, 'VERIFIED')),
    report('1.2.5', ENHANCED, said(null, 'UNVERIFIED', '126000')),
    report('1.2.6', ENHANCED, said('PRELIMINARY', 'VERIFIED', '121070')),
    report('1.2.7', '1.2.840.10008.5.1.4.1.1.88.67', said(null, 'VERIFIED', '113701')),
    report('1.2.8', BASIC, {}),
  ]);
  expect(await statesOf(metadata)).toEqual({
    '1.2.1': 'unread',
    '1.2.2': 'unread',
    '1.2.3': 'final',
    '1.2.4': 'final',
    '1.2.5': 'unread',
    '1.2.6': 'preliminary',
    '1.2.7': 'unread',
    '1.2.8': 'preliminary',
  });
  // In a series of its own, in one that is known, and an addendum that is not final yet.
  await metadata.commit([report('1.2.1', BASIC, said('PRELIMINARY', null))]);
  await metadata.commit([report('1.2.2', BASIC, said('PRELIMINARY', null))]);
  await metadata.commit([report('1.2.2', BASIC, said('FINAL', null), '2')]);
  await metadata.commit([report('1.2.2', BASIC, said('PRELIMINARY', null), '3')]);
  expect(await statesOf(metadata)).toMatchObject({ '1.2.1': 'preliminary', '1.2.2': 'final' });
});

it('filters and sorts, what is unread first', async () => {
  const metadata = await openUntilTestEnds(await newDatabase());
  const dated = (study: string, date: string) => record({ study, inStudy: { date } });
  await metadata.commit([
    dated('1.2.1', '20240101'),
    dated('1.2.2', '20240102'),
    dated('1.2.3', '20240103'),
    dated('1.2.4', '20240104'),
  ]);
  await metadata.commit([
    report('1.2.4', BASIC, said('FINAL', null)),
    report('1.2.3', BASIC, said('PRELIMINARY', null)),
  ]);
  const uids = async (asking: Parameters<Metadata['worklist']>[0]) =>
    (await metadata.worklist(asking)).studies.map(({ studyUid }) => studyUid.slice(4)).join('');
  expect(await uids({ limit: 9, sort: 'report' })).toBe('2134');
  expect(await uids({ limit: 9, sort: 'report', direction: 'ascending' })).toBe('4312');
  expect(await uids({ limit: 9, report: ['unread'] })).toBe('21');
  expect(await uids({ limit: 9, report: ['unread', 'final'], sort: 'report' })).toBe('214');
  expect(await uids({ limit: 9, report: ['preliminary', 'final'] })).toBe('43');
  const first = await metadata.worklist({ limit: 3, sort: 'report' });
  expect(await uids({ limit: 3, sort: 'report', after: first.next ?? '' })).toBe('4');
  await expect(metadata.worklist({ limit: 1, report: ['read' as never] })).rejects.toMatchObject({
    code: 'invalid',
  });
});
