// Random studies and random searches: every page of the worklist is what plainly going through all studies gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type InstanceRecord,
  reportStates,
  type WorklistQuery,
  type WorklistStudy,
  worklistSorts,
} from './records.ts';
import { openUntilTestEnds, serverOfThisFile } from './testing/databases.ts';
import { record } from './testing/records.ts';
import { slowWorklist } from './testing/slow-worklist.ts';

const newDatabase = serverOfThisFile();
const RUNS = Number(process.env.STRATA_QUERY_RUNS ?? 150);

// Few values, so that many match and many are equal.
const names = [
  'Müller-Lüdenscheidt^Jörg',
  'MULLER^HANS^^Dr.',
  "O'Brien^Zoë",
  'Yamada^Tarou=山田^太郎=やまだ^たろう',
  '김^희중',
  'Łukasiewicz^Żaneta',
  'Ångström^Straße',
  'Иванов^Пётр',
  'Σίσυφος^Ας',
  'محمد^علي',
  'van der Berg^A1c',
  '100%^Under_score',
  '^^=^',
  '',
];
const descriptions = [
  'CT Thorax nativ',
  'MR Schädel T2-w',
  'Mammographie bds.',
  '胸部CT',
  'ct-thorax KM',
  '',
];
const physicians = ['House^Gregory', 'Müller^Anna', 'Hausmann^G.', '山本^一', ''];
const identifiers = ['P1', 'p10', ' P2 ', 'A_1', 'A%1', '4711/a', ''];
const dates = ['20231231', '20240101', '20240115', ''];
const modalities = ['CT', 'MR', 'PT', ''];

const study = fc.record({
  name: fc.constantFrom(...names),
  id: fc.constantFrom(...identifiers),
  birthDate: fc.constantFrom('19700101', '20011231', ''),
  accession: fc.constantFrom(...identifiers),
  date: fc.constantFrom(...dates),
  time: fc.constantFrom('', '0815', '235959'),
  description: fc.constantFrom(...descriptions),
  physician: fc.constantFrom(...physicians),
  modalities: fc.uniqueArray(fc.constantFrom(...modalities), { minLength: 1, maxLength: 3 }),
  report: fc.constantFrom(...reportStates),
});

/** Parts of texts, some with wildcards, so that they are found or nearly. */
function asked(texts: readonly string[]): fc.Arbitrary<string> {
  const part = fc.tuple(fc.constantFrom(...texts), fc.nat(12), fc.integer({ min: 1, max: 8 }), fc.nat(5));
  return part.map(([text, at, length, how]) => {
    const letters = [...text];
    const from = how === 0 ? 0 : at % (letters.length + 1);
    const piece = letters.slice(from, from + length);
    if (how === 1) return `*${piece.join('')}`;
    if (how === 2) return piece.map((letter, index) => (index === 1 ? '?' : letter)).join('');
    if (how === 3) return `${piece.slice(0, 2).join('')}*${piece.slice(3).join('')}`;
    return how === 4 ? piece.join('').toUpperCase() : piece.join('');
  });
}

const someQuery: fc.Arbitrary<WorklistQuery> = fc.record(
  {
    patientName: fc.oneof(
      asked(names),
      fc.tuple(asked(names), asked(names)).map((both) => both.join(' ')),
    ),
    patientNameMatch: fc.constantFrom('beginnings', 'anywhere'),
    patientId: asked(identifiers),
    accessionNumber: asked(identifiers),
    description: asked(descriptions),
    referringPhysician: asked(physicians),
    modality: fc.uniqueArray(fc.constantFrom('CT', 'MR', 'PT', 'US'), { maxLength: 2 }),
    report: fc.uniqueArray(fc.constantFrom(...reportStates), { maxLength: 3 }),
    dateFrom: fc.constantFrom(...dates),
    dateTo: fc.constantFrom(...dates),
    limit: fc.integer({ min: 1, max: 60 }),
    sort: fc.constantFrom(...worklistSorts),
    direction: fc.constantFrom('ascending', 'descending'),
  },
  { requiredKeys: ['limit'] },
);
// With all filters at once nothing is found: each search has one or two.
const query = fc.tuple(someQuery, fc.nat(100), fc.nat(100)).map(([all, one, other]) => {
  const filters = [
    'patientName',
    'patientId',
    'accessionNumber',
    'description',
    'referringPhysician',
  ] as const;
  const more = ['modality', 'dateFrom', 'dateTo', 'report'] as const;
  const kept = [filters[one % filters.length], more[other % 8]];
  return Object.fromEntries(
    Object.entries(all).filter(
      ([key]) => kept.includes(key as 'modality') || ![...filters, ...more].includes(key as 'modality'),
    ),
  ) as unknown as WorklistQuery;
});

describe('every page of the worklist', () => {
  it('is what going through all studies gives, whatever is searched for and however it is sorted', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const made = fc.sample(study, { numRuns: 150, seed: 3 });
    const records = made.map((one, n) =>
      one.modalities.map((modality, series) =>
        record({
          study: `1.2.${n}`,
          series: String(series + 1),
          patient: { id: one.id, name: one.name, birthDate: one.birthDate },
          inStudy: {
            accessionNumber: one.accession,
            date: one.date,
            time: one.time,
            description: one.description,
            referringPhysician: one.physician,
          },
          inSeries: { modality },
          inInstance: {
            frames: 1 + (n % 4),
            ...(one.report !== 'unread' && { sopClassUid: '1.2.840.10008.5.1.4.1.1.88.11' }),
          },
          attributes: { '0040A496': { vr: 'CS', Value: [one.report.toUpperCase()] } },
        }),
      ),
    );
    const listed = records.map((of, n): WorklistStudy => listedStudy(of, made[n]?.report ?? 'unread'));
    for (const of of records) await metadata.commit(of);
    const hits = { none: 0, some: 0 };
    await fc.assert(
      fc.asyncProperty(query, async (asking) => {
        const expected = slowWorklist(listed, asking).map(({ studyUid }) => studyUid);
        const found: string[] = [];
        for (let after: string | null | undefined, pages = 0; after !== null && pages < 200; pages++) {
          const page = await metadata.worklist({ ...asking, ...(after && { after }) });
          found.push(...page.studies.map(({ studyUid }) => studyUid));
          expect(page).toMatchObject({ total: expected.length, totalKind: 'exact' });
          after = page.next;
        }
        expect(found).toEqual(expected);
        hits[expected.length === 0 ? 'none' : 'some']++;
      }),
      { numRuns: RUNS },
    );
    expect(hits.some).toBeGreaterThan(RUNS / 4);
    const [first] = slowWorklist(listed, { limit: 1, sort: 'name', studyUid: '1.2.7' });
    const page = await metadata.worklist({ limit: 1, studyUid: '1.2.7' });
    expect(page.studies[0]).toEqual(first);
  }, 120_000);
});

function listedStudy(records: readonly InstanceRecord[], report: WorklistStudy['report']): WorklistStudy {
  const [first] = records as [InstanceRecord];
  return {
    studyUid: first.study.uid,
    patientName: first.patient.name,
    patientId: first.patient.id,
    birthDate: first.patient.birthDate,
    sex: first.patient.sex,
    accessionNumber: first.study.accessionNumber,
    studyDate: first.study.date,
    studyTime: first.study.time,
    description: first.study.description,
    referringPhysician: first.study.referringPhysician,
    modalities: records
      .map(({ series }) => series.modality)
      .filter((one) => one !== '')
      .toSorted(),
    seriesCount: records.length,
    instanceCount: records.length,
    frameCount: records.reduce((sum, { instance }) => sum + instance.frames, 0),
    bytes: records.length * 1000,
    report,
  };
}
