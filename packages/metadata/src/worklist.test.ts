// The worklist: what a search finds, in which order, and page by page.
import { describe, expect, it } from 'vitest';
import type { Metadata } from './metadata.ts';
import type { WorklistQuery } from './records.ts';
import { openUntilTestEnds, query, serverOfThisFile } from './testing/databases.ts';
import { everyPage } from './testing/pages.ts';
import { record } from './testing/records.ts';

const newDatabase = serverOfThisFile();

async function uids(metadata: Metadata, query: Partial<WorklistQuery>): Promise<string[]> {
  const page = await metadata.worklist({ limit: 100, ...query });
  expect(page.total).toBe(page.studies.length);
  return page.studies.map((study) => study.studyUid.slice(4)).toSorted();
}

async function withNames(names: string[]): Promise<Metadata> {
  const metadata = await openUntilTestEnds(await newDatabase());
  await metadata.commit(
    names.map((name, n) => record({ study: `1.2.${n}`, patient: { id: `ID-${n}`, name } })),
  );
  return metadata;
}

describe('the worklist', () => {
  it('finds names by the beginnings of their parts, without regard to case, accents and carets', async () => {
    const metadata = await withNames([
      'Müller-Lüdenscheidt^Jörg',
      "O'Brien^Zoë^Anne",
      'MULLER^HANS',
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
      'Łukasiewicz^Żaneta',
      'Ångström^Straße',
    ]);
    const found = (patientName: string) => uids(metadata, { patientName });
    expect(await found('muller')).toEqual(['0', '2']);
    expect(await found('MÜL')).toEqual(['0', '2']);
    expect(await found('Jorg^Müller')).toEqual(['0']);
    expect(await found('ludens j')).toEqual(['0']);
    expect(await found('uller')).toEqual([]);
    expect(await found("o'brien, zoe")).toEqual(['1']);
    expect(await found('山田')).toEqual(['3']);
    expect(await found('lukas zan')).toEqual(['4']);
    expect(await found('angstrom strasse')).toEqual(['5']);
    expect(await found('')).toHaveLength(6);
    expect(await found('^')).toHaveLength(6);
  });

  it('takes * and ? as wildcards in names and identifiers', async () => {
    const metadata = await withNames(['Meier^A', 'Mayer^B', 'Maier^C', 'Meyer^D']);
    const found = (patientName: string) => uids(metadata, { patientName });
    expect(await found('m?ier')).toEqual(['0', '2']);
    expect(await found('*yer')).toEqual(['1', '3']);
    expect(await found('m*r ?')).toEqual(['0', '1', '2', '3']);
    expect(await found('*')).toEqual(['0', '1', '2', '3']);
    expect(await uids(metadata, { patientId: 'id-2' })).toEqual(['2']);
    expect(await uids(metadata, { patientId: 'ID' })).toEqual([]);
    expect(await uids(metadata, { patientId: '*-?' })).toEqual(['0', '1', '2', '3']);
    expect(await uids(metadata, { accessionNumber: 'a-1' })).toHaveLength(4);
    expect(await uids(metadata, { accessionNumber: 'b*' })).toEqual([]);
  });

  it('takes nothing in a search for SQL or for a pattern of SQL', async () => {
    const metadata = await withNames(['Doe^Jane', '100%^Sure', 'Under_score^X']);
    const strings = [
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
      'x'.repeat(1024),
    ];
    for (const text of strings) {
      for (const field of ['patientId', 'accessionNumber', 'studyUid'] as const) {
        expect(await uids(metadata, { [field]: text })).toEqual([]);
      }
      await metadata.worklist({ limit: 1, patientName: text });
      expect(await uids(metadata, { modality: [text] })).toEqual([]);
    }
    expect(await uids(metadata, { patientName: 'doe%' })).toEqual(['0']);
    expect(await uids(metadata, { patientName: 'd_e' })).toEqual([]);
    expect(await uids(metadata, { patientId: 'ID_0' })).toEqual([]);
    expect(await uids(metadata, {})).toHaveLength(3);
  });

  it('finds parts inside of names, descriptions and referring physicians, in every script', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const study = (n: number, name: string, description: string, referringPhysician: string) =>
      record({ study: `1.2.${n}`, patient: { name }, inStudy: { description, referringPhysician } });
    await metadata.commit([
      study(0, 'Müller-Lüdenscheidt^Jörg', 'CT Thorax/Abdomen', 'House^Gregory'),
      study(1, 'Yamada^Tarou=山田^太郎', '胸部CT', '山本^一'),
      study(2, 'Иванов^Пётр', 'МРТ головы', 'Bond^Бонд'),
    ]);
    const found = (patientName: string) => uids(metadata, { patientName, patientNameMatch: 'anywhere' });
    expect(await found('denscheidt')).toEqual(['0']);
    expect(await found('ÜLL ör')).toEqual([]);
    expect(await found('ÜLL jö')).toEqual(['0']);
    expect(await found('田')).toEqual(['1']);
    expect(await found('вано')).toEqual(['2']);
    expect(await found('ou')).toEqual([]);
    expect(await found('*ou')).toEqual(['1']);
    expect(await uids(metadata, { description: 'domen hora' })).toEqual(['0']);
    expect(await uids(metadata, { description: '部ct' })).toEqual(['1']);
    expect(await uids(metadata, { description: 'ЛОВ' })).toEqual(['2']);
    expect(await uids(metadata, { referringPhysician: 'bond' })).toEqual(['2']);
    expect(await uids(metadata, { referringPhysician: 'ouse', description: 'thorax' })).toEqual(['0']);
    expect(await uids(metadata, { referringPhysician: 'greg', description: '胸' })).toEqual([]);
  });

  it('says that there are more than it counts, and goes on through all of them in every order', async () => {
    const url = await newDatabase();
    const metadata = await openUntilTestEnds(url);
    await metadata.commit([record()]);
    await query(
      url,
      `insert into studies (uid, patient, patient_id, issuer, patient_name, birth_date, sex, study_id, accession_number, date,
          time, description, referring_physician, patient_id_key, accession_key, name_key, name_search, description_search,
          referring_search, modalities, attributes, search)
        select '1.9.' || n, patient, 'P' || n, '', 'Doe^' || n, '19700101', 'F', '', '', '2024010' || n % 7, '', 'Knee', '',
          'p' || n, '', 'doe ' || n, ' doe x' || n % 3 || ' ' || n,
          case when row_number() over (order by ('p' || n) collate "C") > 31000 then ' ankle' else ' knee' end,
          ' ', case n % 7 when 0 then '{CT,PT}' when 1 then '{US}' when 2 then '{CR,CT,MG,US}' else '{CT}' end::text[], '{}', '{}'
        from studies, generate_series(1, 45000) n where uid = '1.2.1'`,
    );
    const all = await metadata.worklist({ limit: 500, description: 'nee' });
    expect(all).toMatchObject({ total: 5_000, totalKind: 'moreThan' });
    const walks: [Partial<WorklistQuery>, number][] = [
      [{ sort: 'date', direction: 'ascending', patientName: 'x1' }, 15_000],
      [{ sort: 'birthDate', direction: 'descending', patientName: 'x1' }, 15_000],
      [{ sort: 'modality', modality: ['PT'] }, 6428],
      [{ sort: 'modality', direction: 'descending', modality: ['PT', 'US'] }, 19_286],
      // The first that match are behind more studies than are walked through.
      [{ sort: 'patientId', description: 'ankl' }, 14_000],
      [{ sort: 'description', direction: 'descending', description: 'ankl' }, 14_000],
      [{ sort: 'name', patientName: 'x?', description: 'ankl' }, 14_000],
    ];
    for (const [walk, studies] of walks) {
      const seen = new Set<string>();
      for await (const page of everyPage((from) => metadata.worklist({ limit: 500, ...walk, ...from }))) {
        for (const { studyUid } of page.studies) seen.add(studyUid);
      }
      expect(seen.size).toBe(studies);
    }
    await expect(metadata.worklist({ limit: 10, sort: 'images' })).rejects.toMatchObject({ code: 'invalid' });
    const few = await metadata.worklist({ limit: 10, sort: 'images', patientId: 'p1*1' });
    expect(few.totalKind).toBe('exact');
  });

  it('filters by dates, modalities, study, and all together', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const study = (n: number, date: string, modality: string) =>
      record({ study: `1.2.${n}`, inStudy: { date }, inSeries: { modality } });
    await metadata.commit([
      study(0, '20231231', 'CT'),
      study(1, '20240101', 'MR'),
      study(2, '20240102', 'CT'),
      study(3, '', 'US'),
      record({ study: '1.2.2', series: '2', inSeries: { modality: 'PT' } }),
    ]);
    expect(await uids(metadata, { dateFrom: '20240101' })).toEqual(['1', '2']);
    expect(await uids(metadata, { dateTo: '20240101' })).toEqual(['0', '1']);
    expect(await uids(metadata, { dateFrom: '20240101', dateTo: '20240101' })).toEqual(['1']);
    expect(await uids(metadata, { modality: ['PT', 'US'] })).toEqual(['2', '3']);
    expect(await uids(metadata, { modality: [] })).toHaveLength(4);
    expect(await uids(metadata, { studyUid: '1.2.3' })).toEqual(['3']);
    expect(
      await uids(metadata, {
        patientName: 'doe',
        patientId: 'P1',
        modality: ['CT'],
        dateFrom: '20240102',
        accessionNumber: 'A-1',
      }),
    ).toEqual(['2']);
  });

  it('gives every study exactly once over pages, newest first or by name, while others arrive', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const studies = Array.from({ length: 57 }, (_, n) =>
      record({
        study: `1.2.${n}`,
        patient: { name: `Name${n % 5}^X` },
        inStudy: { date: `202401${10 + (n % 7)}`, time: n % 2 === 0 ? '' : '120000' },
      }),
    );
    await metadata.commit(studies);
    for (const sort of ['date', 'name'] as const) {
      const seen: string[] = [];
      const keys: string[] = [];
      for await (const page of everyPage((from) => metadata.worklist({ limit: 10, sort, ...from }))) {
        seen.push(...page.studies.map((study) => study.studyUid));
        keys.push(
          ...page.studies.map((study) =>
            sort === 'date' ? study.studyDate + study.studyTime : study.patientName,
          ),
        );
        expect(page.total).toBeGreaterThanOrEqual(57);
        // One that sorts before all pages: it moves nothing.
        const name = {
          study: `1.9.${sort}.${seen.length}`,
          patient: { name: 'Aaa^X' },
          inStudy: { date: '20300101' },
        };
        await metadata.commit([record(name)]);
      }
      const old = seen.filter((uid) => uid.startsWith('1.2.'));
      expect(old.toSorted()).toEqual(studies.map((one) => one.study.uid).toSorted());
      expect(keys).toEqual(sort === 'date' ? keys.toSorted().toReversed() : keys.toSorted());
    }
  });

  it('refuses queries that make no sense', async () => {
    const metadata = await withNames(['Doe^Jane', 'Roe^Jane']);
    const { next } = await metadata.worklist({ limit: 1, sort: 'name' });
    const forged = (cursor: string) => Buffer.from(cursor).toString('base64url');
    const bad: Partial<WorklistQuery>[] = [
      { limit: 0 },
      { limit: 501 },
      { limit: Number.NaN },
      { dateFrom: '2024-01-01' },
      { dateTo: "20240101'" },
      { after: 'nonsense' },
      { after: next ?? '', sort: 'date' },
      { after: forged('["date descending",["20240101","\\u0000"],1,1,"exact"]') },
      { after: forged('["date descending",["20240101",""],-1,1,"exact"]') },
      { after: forged('["date descending",["20240101"],1,1,"exact"]') },
      { after: next ?? '', sort: 'name', direction: 'descending' },
      { after: 'x'.repeat(1_000_000) },
      { sort: 'uid' as 'name' },
      { sort: 'constructor' as 'name' },
      { direction: 'up' as 'ascending' },
      { patientNameMatch: 'exact' as 'anywhere' },
      { description: 'x'.repeat(1025) },
      { patientName: 'x'.repeat(1025) },
      { modality: Array.from({ length: 65 }, () => 'CT') },
    ];
    for (const asked of bad) {
      await expect(metadata.worklist({ limit: 10, ...asked }), JSON.stringify(asked)).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });
});
