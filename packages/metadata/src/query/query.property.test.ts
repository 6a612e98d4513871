// Random data sets and random queries: what is found is what a plain reading of the standard finds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../metadata.ts';
import { openUntilTestEnds, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';
import { slowlyMatches } from '../testing/slow-matcher.ts';
import { levels } from './attribute-levels.ts';
import type { DicomJson, DicomJsonElement, DicomQuery, QueryLevel } from './types.ts';

const newDatabase = serverOfThisFile();
const RUNS = Number(process.env.STRATA_QUERY_RUNS ?? 700);

// Few values, so that many match; some that mean something to SQL, to LIKE and to JSON.
const text = fc.constantFrom(
  'A',
  'AB',
  'ab',
  'A B',
  'AxB',
  'A%',
  'A_B',
  'Ä',
  'é',
  '50%',
  'a"b',
  "o'c",
  '{}',
  '山',
  'Ω',
  'x',
);
const name = fc.constantFrom(
  { Alphabetic: 'Doe^Jane' },
  { Alphabetic: 'DOE^JOHN^^Dr.' },
  { Alphabetic: 'Müller^Jörg' },
  { Alphabetic: 'Muller' },
  { Alphabetic: 'de la Cruz^Ana' },
  { Alphabetic: "O'Brien^Zoë" },
  { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
  { Ideographic: '王^小東' },
  { Alphabetic: 'Σίσυφος^Ας' },
  { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' },
  { Alphabetic: '김희중^각' },
);
const date = fc.constantFrom('20231231', '20240101', '20240115', '20240229', '20250101');
const time = fc.constantFrom('00', '0815', '081530', '081530.5', '101500.000001', '2359');
const dateTime = fc.constantFrom(
  '2024',
  '202402',
  '20240229',
  '2024022910',
  '20240229101530.25',
  '20250101000000',
);
const integer = fc.constantFrom(0, 1, 7, -3, 100);
const decimal = fc.constantFrom(0.5, 1, 1.5, -2.25, 1e-3);
const uid = fc.constantFrom('1.2.3', '1.2.30', '1.2.840.1', '2.25.7');

interface Kind {
  readonly level: QueryLevel;
  readonly vr: string;
  readonly value: fc.Arbitrary<unknown>;
  readonly most: number;
}
const kind = (level: QueryLevel, vr: string, value: fc.Arbitrary<unknown>, most = 1): Kind => ({
  level,
  vr,
  value,
  most,
});
const code: Record<string, Kind> = {
  '00080100': kind('series', 'SH', text),
  '00080104': kind('series', 'LO', text),
};
const request: Record<string, Kind> = {
  '00401001': kind('series', 'SH', text),
  '00400006': kind('series', 'PN', name),
  '00400002': kind('series', 'DA', date),
  '00321064': kind('series', 'SQ', fc.constant(null), 2),
};
const kinds: Record<string, Kind> = {
  '00100010': kind('patient', 'PN', name),
  '00101000': kind('patient', 'LO', text, 3),
  '00104000': kind('patient', 'LT', text),
  '00100040': kind('patient', 'CS', fc.constantFrom('M', 'F', 'O')),
  '00080020': kind('study', 'DA', date),
  '00080030': kind('study', 'TM', time),
  '00080050': kind('study', 'SH', text),
  '00081030': kind('study', 'LO', text),
  '00101030': kind('study', 'DS', decimal),
  '00080021': kind('series', 'DA', date),
  '00080031': kind('series', 'TM', time),
  '00080060': kind('series', 'CS', fc.constantFrom('CT', 'MR', 'SR')),
  '00081070': kind('series', 'PN', name, 2),
  '00200052': kind('series', 'UI', uid),
  '00400275': kind('series', 'SQ', fc.constant(null), 2),
  '00080008': kind('instance', 'CS', fc.constantFrom('ORIGINAL', 'PRIMARY', 'AXIAL', 'DERIVED'), 3),
  '0008002A': kind('instance', 'DT', dateTime),
  '00200013': kind('instance', 'IS', integer),
  '00180050': kind('instance', 'DS', decimal),
  '00280010': kind('instance', 'US', fc.constantFrom(256, 512)),
};
const insideOf: Record<string, Record<string, Kind>> = { '00400275': request, '00321064': code };

/** Attributes of these kinds, some without a value, some missing. */
function attributes(of: Record<string, Kind>): fc.Arbitrary<DicomJson> {
  const elements = Object.entries(of).map(([tag, { vr, value, most }]) => {
    const inner = insideOf[tag];
    const one = inner ? attributes(inner) : value;
    const filled = fc.array(one, { minLength: 1, maxLength: most }).map((Value) => ({ vr, Value }));
    const element = fc.option(
      fc.oneof({ weight: 6, arbitrary: filled }, { weight: 1, arbitrary: fc.constant({ vr }) }),
      {
        freq: 4,
        nil: null,
      },
    );
    return element.map((found) => (found ? { [tag]: found } : {}));
  });
  return fc.tuple(...elements).map((all) => Object.assign({}, ...all) as DicomJson);
}
const ofLevel = (...wanted: QueryLevel[]) =>
  attributes(Object.fromEntries(Object.entries(kinds).filter(([, { level }]) => wanted.includes(level))));

/** A key's text made out of a value: as it is, with wildcards, a range, another case, or something else. */
function asked(vr: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const wild = fc.tuple(fc.nat(3), fc.nat(12)).map(([how, at]) => (whole: string) => {
    const letters = [...whole];
    if (how === 0) return `${letters.slice(0, at % (letters.length + 1)).join('')}*`;
    if (how === 1) return `*${letters.slice(at % (letters.length + 1)).join('')}`;
    if (how === 2)
      return letters.map((letter, index) => (index === at % letters.length ? '?' : letter)).join('');
    return whole;
  });
  if (vr === 'PN') {
    return fc
      .tuple(value, wild, fc.constantFrom('A', 'I', 'any', 'lower'), fc.boolean())
      .map(([given, change, how, asText]) => {
        const { Alphabetic = '', Ideographic = '' } = given as Record<string, string>;
        if (how === 'any') return change(Alphabetic || Ideographic);
        if (how === 'lower') return change(Alphabetic).toLowerCase();
        const groups =
          how === 'I'
            ? { Ideographic: change(Ideographic) }
            : { Alphabetic: change(Alphabetic), Ideographic };
        return asText ? `${groups.Alphabetic ?? ''}=${groups.Ideographic}` : groups;
      });
  }
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') {
    return fc.tuple(value, value, fc.constantFrom('one', 'from', 'to', 'both', 'both')).map(([a, b, how]) => {
      const [from, to] = String(a) <= String(b) ? [a, b] : [b, a];
      return { one: `${a}`, from: `${from}-`, to: `-${to}`, both: `${from}-${to}` }[how];
    });
  }
  if (vr === 'DS' || vr === 'IS' || vr === 'US')
    return value.chain((number) =>
      fc.constantFrom(number, String(number), `+${number}.0`.replace('+-', '-')),
    );
  if (vr === 'UI') return value;
  return fc.tuple(value, wild).map(([given, change]) => change(String(given)));
}

function keys(of: Record<string, Kind>, most: number): fc.Arbitrary<DicomJson> {
  const chosen = fc.uniqueArray(fc.constantFrom(...Object.keys(of)), { minLength: 1, maxLength: most });
  return chosen.chain((tags) =>
    fc
      .tuple(
        ...tags.map((tag) => {
          const { vr, value } = of[tag] as Kind;
          const inner = insideOf[tag];
          const plain = inner ? keys(inner, 2) : asked(vr, value);
          const several = fc.array(plain, { minLength: 1, maxLength: inner ? 1 : vr === 'UI' ? 3 : 2 });
          const special: fc.Arbitrary<unknown[]> = inner
            ? fc.constant<unknown[]>([])
            : fc.constantFrom<unknown[]>([], ['""'], ['*']);
          const values = fc.oneof({ weight: 8, arbitrary: several }, { weight: 1, arbitrary: special });
          return values.map((Value): DicomJsonElement => ({ vr, Value }));
        }),
      )
      .map((elements) =>
        Object.fromEntries(tags.map((tag, index) => [tag, elements[index] as DicomJsonElement])),
      ),
  );
}

interface Known {
  readonly uids: Record<QueryLevel, string>;
  readonly attributes: DicomJson;
}

const uidTags = { patient: '00100020', study: '0020000D', series: '0020000E', instance: '00080018' } as const;

/** What a level knows: its own attributes and those of the levels above. */
function visible(set: DicomJson, level: QueryLevel): DicomJson {
  const above = levels.slice(0, levels.indexOf(level) + 1);
  return Object.fromEntries(
    Object.entries(set).filter(([tag]) => above.includes(kinds[tag]?.level ?? 'instance')),
  );
}

async function fill(metadata: Metadata): Promise<Known[]> {
  const all: Known[] = [];
  const sample = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
    fc.sample(arbitrary, { numRuns: 1, seed })[0] as T;
  const words = (set: DicomJson, tag: string): string => {
    const value = set[tag]?.Value?.[0];
    return typeof value === 'object' && value
      ? Object.values(value as object).join('=')
      : String(value ?? '');
  };
  for (let study = 0; study < 60; study++) {
    const ofStudy = sample(ofLevel('patient', 'study'), study);
    for (let series = 1; series <= 1 + (study % 2); series++) {
      const ofSeries = sample(ofLevel('series'), 1000 * series + study);
      for (let instance = 1; instance <= 2; instance++) {
        const own = sample(ofLevel('instance'), 100_000 * instance + 1000 * series + study);
        const given = { ...ofStudy, ...ofSeries, ...own };
        const one = record({
          study: `1.2.${study}`,
          series: String(series),
          instance: String(instance),
          patient: {
            id: `P${study}`,
            name: words(given, '00100010'),
            sex: words(given, '00100040'),
            birthDate: '',
          },
          inStudy: {
            date: words(given, '00080020'),
            time: words(given, '00080030'),
            accessionNumber: words(given, '00080050'),
            description: words(given, '00081030'),
          },
          inSeries: {
            modality: words(given, '00080060'),
            date: words(given, '00080021'),
            time: words(given, '00080031'),
          },
          inInstance: { number: null, frames: 1 },
          attributes: given,
        });
        const uids = {
          patient: `P${study}`,
          study: one.study.uid,
          series: one.series.uid,
          instance: one.instance.uid,
        };
        const { '00280010': rows, ...others } = one.attributes;
        // As the columns say where the attributes do not.
        all.push({ uids, attributes: visible({ ...others, ...(rows && { '00280010': rows }) }, 'instance') });
        await metadata.commit([one]);
      }
    }
  }
  return all;
}

describe('a query', () => {
  it('finds what a plain reading of PS3.4 C.2.2.2 finds', async () => {
    const metadata = await openUntilTestEnds(await newDatabase());
    const known = await fill(metadata);
    const hits = { none: 0, some: 0, all: 0 };
    const queries = fc.constantFrom(...levels).chain((level) => {
      const upTo = levels.slice(0, levels.indexOf(level) + 1);
      const possible = Object.fromEntries(
        Object.entries(kinds).filter(([, one]) => upTo.includes(one.level)),
      );
      return fc.record({
        level: fc.constant(level),
        keys: keys(possible, 3),
        fuzzy: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
        combineDateTime: fc.boolean(),
        include: fc.constantFrom<'all' | string[]>('all', []),
        limit: fc.constant(1000),
        count: fc.constant(true),
      });
    });
    await fc.assert(
      fc.asyncProperty(queries, async (query: DicomQuery) => {
        const { level, fuzzy = false, combineDateTime = false } = query;
        const options = { fuzzy, combineDateTime };
        const expected = new Set(
          known
            .filter(({ attributes: set }) => slowlyMatches(visible(set, level), query.keys, options))
            .map(({ uids }) => uids[level]),
        );
        const page = await metadata.query(query);
        const found = page.matches.map((match) => String(match[uidTags[level]]?.Value?.[0]));
        expect(found.toSorted()).toEqual([...expected].toSorted());
        expect(page).toMatchObject({ total: expected.size, next: null, unsupportedKeys: [] });
        hits[expected.size === 0 ? 'none' : expected.size < 50 ? 'some' : 'all']++;
      }),
      { numRuns: RUNS },
    );
    // A test in which nothing ever matches proves nothing.
    expect(hits.some).toBeGreaterThan(RUNS / 4);
  });
});
