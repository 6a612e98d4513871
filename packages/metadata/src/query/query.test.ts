// Queries at the levels of the information model: what matches, what is told, page by page.
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../metadata.ts';
import { openUntilTestEnds, serverOfThisFile } from '../testing/databases.ts';
import { everyPage } from '../testing/pages.ts';
import { record, type Wanted } from '../testing/records.ts';
import type { DicomJson, DicomQuery } from './types.ts';

const newDatabase = serverOfThisFile();

async function withStudies(...wanted: Wanted[]): Promise<Metadata> {
  const metadata = await openUntilTestEnds(await newDatabase());
  await metadata.commit(wanted.map((one, n) => record({ study: `1.2.${n}`, ...one })));
  return metadata;
}

const vrs: Record<string, string> = {
  '00080020': 'DA',
  '00080030': 'TM',
  '00080061': 'CS',
  '00080062': 'UI',
  '00100010': 'PN',
  '00101001': 'PN',
  '0020000D': 'UI',
  '00080018': 'UI',
  '0008002A': 'DT',
  '00201206': 'IS',
  '00200013': 'IS',
  '00180050': 'DS',
  '00280010': 'US',
};
const keysOf = (keys: Record<string, string | string[]>): DicomJson =>
  Object.fromEntries(
    Object.entries(keys).map(([tag, text]) => [
      tag,
      { vr: vrs[tag] ?? 'LO', ...(text !== '' && { Value: Array.isArray(text) ? text : [text] }) },
    ]),
  );

/** The last parts of the UIDs of the studies that match. */
async function studies(
  metadata: Metadata,
  keys: Record<string, string | string[]>,
  more: Partial<DicomQuery> = {},
): Promise<string[]> {
  const page = await metadata.query({ level: 'study', keys: keysOf(keys), include: [], limit: 100, ...more });
  expect(page.unsupportedKeys).toEqual([]);
  return page.matches.map((match) => String(match['0020000D']?.Value?.[0]).slice(4)).toSorted();
}

describe('a query for studies', () => {
  it('compares text as it is written, and takes * and ? for any', async () => {
    const metadata = await withStudies(
      { patient: { id: 'AB-1' }, inStudy: { description: 'Thorax nativ' } },
      { patient: { id: 'ab-1' }, inStudy: { description: '100% thorax' } },
      { patient: { id: 'AB_12' }, inStudy: { description: '' } },
    );
    expect(await studies(metadata, { '00100020': 'AB-1' })).toEqual(['0']);
    expect(await studies(metadata, { '00100020': ' AB-1 ' })).toEqual(['0']);
    expect(await studies(metadata, { '00100020': 'AB*' })).toEqual(['0', '2']);
    expect(await studies(metadata, { '00100020': 'AB_*' })).toEqual(['2']);
    expect(await studies(metadata, { '00100020': '?B-1' })).toEqual(['0']);
    expect(await studies(metadata, { '00081030': '*thorax' })).toEqual(['1']);
    expect(await studies(metadata, { '00081030': '100%*' })).toEqual(['1']);
    expect(await studies(metadata, { '00081030': '%' })).toEqual([]);
    expect(await studies(metadata, { '00081030': '' })).toEqual(['0', '1', '2']);
    expect(await studies(metadata, { '00081030': '*' })).toEqual(['0', '1', '2']);
    expect(await studies(metadata, { '00081030': '""' })).toEqual(['2']);
    expect(await studies(metadata, { '00100020': ['AB-1', 'AB_1?'] })).toEqual(['0', '2']);
    expect(await studies(metadata, { '0020000D': ['1.2.1', '1.2.2', '1.9'] })).toEqual(['1', '2']);
  });

  it('compares names without regard to case and accents, whole, by pattern, by component group', async () => {
    const metadata = await withStudies(
      { patient: { name: 'Müller^Jörg^^Dr.' } },
      { patient: { name: 'MULLER^JORG' } },
      { patient: { name: 'Yamada^Tarou=山田^太郎=やまだ^たろう' } },
      { patient: { name: '=王^小東' } },
      { patient: { name: '' } },
    );
    const found = (name: string, more = {}) => studies(metadata, { '00100010': name }, more);
    expect(await found('müller^jörg')).toEqual(['1']);
    expect(await found('muller^jorg^^^')).toEqual(['1']);
    expect(await found('Mueller*')).toEqual([]);
    expect(await found('MÜLL*')).toEqual(['0', '1']);
    expect(await found('*jorg*')).toEqual(['0', '1']);
    expect(await found('M?ller^J*')).toEqual(['0', '1']);
    expect(await found('Müller')).toEqual([]);
    expect(await found('山田*')).toEqual(['2']);
    expect(await found('=王*')).toEqual(['3']);
    expect(await found('Yamada*=*=やまだ*')).toEqual(['2']);
    expect(await found('Yamada*=王*')).toEqual([]);
    expect(await found('""')).toEqual(['4']);
    expect(await found('*')).toHaveLength(5);
    expect(await found('jorg mul', { fuzzy: true })).toEqual(['0', '1']);
    expect(await found('tar yam', { fuzzy: true })).toEqual(['2']);
    expect(await found('amada', { fuzzy: true })).toEqual([]);
    const json = await metadata.query({
      level: 'study',
      keys: { '00100010': { vr: 'PN', Value: [{ Ideographic: '山*' }] } },
      include: [],
      limit: 1,
    });
    expect(json.matches).toMatchObject([{ '00100010': { Value: [{ Phonetic: 'やまだ^たろう' }] } }]);
  });

  it('takes ranges of dates and times, open ones too, alone or together', async () => {
    const at = (date: string, time: string): Wanted => ({ inStudy: { date, time } });
    const metadata = await withStudies(
      at('20240101', '0800'),
      at('20240101', '180000.5'),
      at('20240102', '101530'),
      at('20240103', ''),
      at('', ''),
    );
    const date = '00080020';
    const time = '00080030';
    expect(await studies(metadata, { [date]: '20240101' })).toEqual(['0', '1']);
    expect(await studies(metadata, { [date]: '2024.01.02' })).toEqual(['2']);
    expect(await studies(metadata, { [date]: '20240102-' })).toEqual(['2', '3']);
    expect(await studies(metadata, { [date]: '-20240102' })).toEqual(['0', '1', '2']);
    expect(await studies(metadata, { [date]: '20231231 - 20240102' })).toEqual(['0', '1', '2']);
    expect(await studies(metadata, { [date]: '""' })).toEqual(['4']);
    expect(await studies(metadata, { [time]: '10' })).toEqual(['2']);
    expect(await studies(metadata, { [time]: '1015' })).toEqual(['2']);
    expect(await studies(metadata, { [time]: '101531-' })).toEqual(['1']);
    expect(await studies(metadata, { [time]: '-18:00' })).toEqual(['0', '1', '2']);
    expect(await studies(metadata, { [time]: '-180000.4' })).toEqual(['0', '2']);
    const both = { [date]: '20240101-20240102', [time]: '1000-1100' };
    expect(await studies(metadata, both)).toEqual(['2']);
    expect(await studies(metadata, both, { combineDateTime: true })).toEqual(['1', '2']);
    expect(
      await studies(metadata, { [date]: '20240101-', [time]: '12-' }, { combineDateTime: true }),
    ).toEqual(['1', '2']);
    await expect(studies(metadata, { [date]: 'yesterday' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('00080020 is no date'),
    });
  });

  it('finds by what is counted of a study, and tells it', async () => {
    const metadata = await withStudies({ inSeries: { modality: 'CT' } }, { inSeries: { modality: 'MR' } });
    await metadata.commit([
      record({
        study: '1.2.0',
        series: '2',
        inSeries: { modality: 'SR' },
        inInstance: { sopClassUid: '1.9' },
      }),
    ]);
    expect(await studies(metadata, { '00080061': 'SR' })).toEqual(['0']);
    expect(await studies(metadata, { '00080061': ['MR', 'SR'] })).toEqual(['0', '1']);
    expect(await studies(metadata, { '00080061': 'M*' })).toEqual(['1']);
    expect(await studies(metadata, { '00080062': '1.9' })).toEqual(['0']);
    expect(await studies(metadata, { '00201206': '2' })).toEqual(['0']);
    const { matches } = await metadata.query({
      level: 'study',
      keys: keysOf({ '0020000D': '1.2.0', '00080061': '', '00201206': '', '00102160': '' }),
      include: ['00201208', '00080062', '00080056', '00081030'],
      limit: 10,
    });
    expect(matches).toEqual([
      {
        '00080056': { vr: 'CS', Value: ['ONLINE'] },
        '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
        '00080062': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2', '1.9'] },
        '00081030': { vr: 'LO', Value: ['Thorax'] },
        '00100020': { vr: 'LO', Value: ['P1'] },
        '00102160': { vr: 'LO' },
        '0020000D': { vr: 'UI', Value: ['1.2.0'] },
        '00201206': { vr: 'IS', Value: [2] },
        '00201208': { vr: 'IS', Value: [2] },
      },
    ]);
  });

  it('says which keys it knows nothing of at this level, and matches without them', async () => {
    const metadata = await withStudies({});
    const { matches, unsupportedKeys } = await metadata.query({
      level: 'study',
      keys: {
        ...keysOf({ '00200013': '5', '00080052': 'STUDY', '00091001': 'x' }),
        '00420011': { vr: 'OB', Value: ['x'] },
      },
      include: 'all',
      limit: 10,
    });
    expect(unsupportedKeys.toSorted()).toEqual(['00091001', '00200013', '00420011']);
    expect(matches).toHaveLength(1);
  });
});

describe('a query at any level', () => {
  it('finds patients, series and instances under the keys of those above', async () => {
    const metadata = await withStudies(
      { patient: { id: 'P1' } },
      { patient: { id: 'P1' } },
      { patient: { id: 'P2', name: 'Roe^Richard' }, attributes: { '00180050': { vr: 'DS', Value: [1.5] } } },
    );
    await metadata.commit([record({ study: '1.2.2', series: '2', inSeries: { modality: 'MR' } })]);
    const find = async (level: DicomQuery['level'], keys: DicomJson, tag: string, include: string[] = []) => {
      const page = await metadata.query({ level, keys, include: [tag, ...include], limit: 10 });
      return page.matches.map((match) => [tag, ...include].map((one) => match[one]?.Value?.[0]).join(' '));
    };
    const counts = ['00201200', '00201202', '00201204'];
    expect(await find('patient', {}, '00100020', counts)).toEqual(['P2 1 2 2', 'P1 2 2 2']);
    expect(await find('patient', keysOf({ '00201200': '2' }), '00100020')).toEqual(['P1']);
    expect(await find('series', keysOf({ '00100020': 'P2' }), '00080060')).toEqual(['MR', 'CT']);
    expect(await find('series', keysOf({ '00080060': 'MR', '0020000D': '1.2.2' }), '0020000E')).toEqual([
      '1.2.2.2',
    ]);
    expect(await find('instance', keysOf({ '00100010': 'roe*' }), '00080018')).toEqual([
      '1.2.2.2.1',
      '1.2.2.1.1',
    ]);
    expect(await find('instance', keysOf({ '00180050': '1.50' }), '00080018', ['00083002'])).toEqual([
      '1.2.2.1.1 1.2.840.10008.1.2.1',
    ]);
    expect(
      await find('instance', keysOf({ '00280010': '512', '00080018': ['1.2.0.1.1', 'x'] }), '00080018'),
    ).toEqual(['1.2.0.1.1']);
  });

  it('matches items of sequences by their keys, and tells of them what was asked', async () => {
    const code = (value: string): DicomJson => ({
      '00080100': { vr: 'SH', Value: [value] },
      '00080102': { vr: 'SH', Value: ['L'] },
    });
    const request = (id: string, ...codes: string[]): DicomJson => ({
      '00401001': { vr: 'SH', Value: [id] },
      '00400007': { vr: 'LO', Value: ['Head'] },
      ...(codes.length > 0 && { '00321064': { vr: 'SQ', Value: codes.map(code) } }),
    });
    const series = (...items: DicomJson[]): Wanted => ({
      attributes: { '00400275': { vr: 'SQ', Value: items } },
    });
    const metadata = await withStudies(
      series(request('R1', 'A')),
      series(request('R2'), request('R1', 'B', 'C')),
      {},
    );
    const find = async (item: DicomJson) => {
      const keys: DicomJson = { '00400275': { vr: 'SQ', Value: [item] } };
      const page = await metadata.query({ level: 'series', keys, include: [], limit: 10 });
      return page.matches;
    };
    const uids = async (item: DicomJson) =>
      (await find(item)).map((match) => String(match['0020000D']?.Value?.[0]).slice(4));
    expect(await uids({ '00401001': { vr: 'SH', Value: ['R1'] } })).toEqual(['1', '0']);
    expect(await uids({ '00401001': { vr: 'SH', Value: ['R?'] } })).toEqual(['1', '0']);
    expect(await uids({ '00401001': { vr: 'SH' } })).toEqual(['2', '1', '0']);
    const nested = (value: string, id?: string): DicomJson => ({
      '00321064': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: [value] } }] },
      ...(id && { '00401001': { vr: 'SH', Value: [id] } }),
    });
    expect(await uids(nested('C'))).toEqual(['1']);
    expect(await uids(nested('C', 'R2'))).toEqual([]); // of another item
    expect((await find(nested('C', 'R1')))[0]?.['00400275']?.Value).toEqual([
      { '00321064': { vr: 'SQ' }, '00401001': { vr: 'SH', Value: ['R2'] } },
      {
        '00321064': {
          vr: 'SQ',
          Value: [{ '00080100': { vr: 'SH', Value: ['B'] } }, { '00080100': { vr: 'SH', Value: ['C'] } }],
        },
        '00401001': { vr: 'SH', Value: ['R1'] },
      },
    ]);
  });

  it('gives every match once, newest first, page by page or by number, with the total', async () => {
    const metadata = await withStudies(
      ...Array.from({ length: 23 }, (_, n) => ({
        inStudy: { date: `202401${10 + (n % 5)}`, time: n % 2 === 0 ? '' : '1200' },
      })),
    );
    for (const level of ['study', 'series', 'instance', 'patient'] as const) {
      const expected = level === 'patient' ? 1 : 23;
      const query = { level, keys: {}, include: ['00080020'], limit: 5, count: true };
      const seen: string[] = [];
      const dates: string[] = [];
      for await (const page of everyPage((from) => metadata.query({ ...query, ...from }))) {
        expect(page.total).toBe(expected);
        seen.push(...page.matches.map((match) => JSON.stringify(match)));
        dates.push(...page.matches.map((match) => String(match['00080020']?.Value?.[0])));
      }
      expect(new Set(seen).size).toBe(expected);
      if (level === 'study') expect(dates).toEqual(dates.toSorted().toReversed());
      const second = await metadata.query({ ...query, offset: 5 });
      expect(second.matches.map((match) => JSON.stringify(match))).toEqual(seen.slice(5, 10));
      const beyond = await metadata.query({ ...query, offset: 1000 });
      expect(beyond).toMatchObject({ matches: [], next: null, total: expected });
    }
  });

  it('refuses what is beyond a limit or makes no sense', async () => {
    const metadata = await withStudies({}, {});
    const good: DicomQuery = { level: 'study', keys: {}, include: [], limit: 1 };
    const { next } = await metadata.query(good);
    let nested: DicomJson = {};
    for (let depth = 0; depth < 9; depth++) nested = { '00400275': { vr: 'SQ', Value: [nested] } };
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [n.toString(16).toUpperCase().padStart(8, '0'), { vr: 'LO' }]),
    );
    const bad: Partial<DicomQuery>[] = [
      { limit: 0 },
      { limit: 1001 },
      { offset: -1 },
      { offset: 2_000_000 },
      { offset: 1, after: next ?? '' },
      { after: 'nonsense' },
      { level: 'series', after: next ?? '' },
      { include: ['PatientName'] },
      { keys: nested },
      { keys: many },
      { keys: { "'; drop": { vr: 'LO' } } },
      { keys: { '00100020': { vr: "LO'" } } },
      { keys: { '00100020': { vr: 'LO', Value: ['x'.repeat(2000)] } } },
      { keys: { '00100020': { vr: 'LO', Value: 'x' as unknown as unknown[] } } },
      { keys: { '0020000D': { vr: 'UI', Value: Array.from({ length: 10_001 }, () => '1.2') } } },
    ];
    for (const one of bad) {
      await expect(
        metadata.query({ ...good, ...one }),
        JSON.stringify(one).slice(0, 80),
      ).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });

  it('takes no value for SQL', async () => {
    const metadata = await withStudies({ patient: { id: 'P1' } });
    const texts = [
      "'; drop table studies; --",
      "' or 1=1 --",
      '\\',
      '%',
      '_',
      '$1',
      '\0',
      '\ud800',
      '{}',
      '"',
      '~',
      '"]}',
    ];
    for (const text of texts) {
      for (const tag of ['00100020', '00081030', '00080050', '00100010', '00200010']) {
        for (const value of [text, `${text}*`, `?${text}`]) {
          const page = await metadata.query({
            level: 'instance',
            keys: {
              [tag]: { vr: 'LO', Value: [value] },
              '00400275': { vr: 'SQ', Value: [{ [tag]: { vr: 'LO', Value: [value] } }] },
            },
            include: 'all',
            limit: 10,
          });
          expect(page.matches).toEqual([]);
        }
      }
    }
    expect(await studies(metadata, {})).toHaveLength(1);
  });
});
