// What is read of reports and of files inside objects: real ones, made ones, and ones that lie.
import { expect, it } from 'vitest';
import { DicomError } from '../errors.ts';
import type { DicomJson } from '../json/types.ts';
import { readPart10 } from '../part10.ts';
import { concat, element, fileMeta, identity, latin } from '../testing/build.ts';
import { testFile } from '../testing/data.ts';
import { EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';
import { encapsulatedBytes } from './encapsulated-document.ts';
import { readDocument } from './readable-document.ts';
import { readStructuredReport } from './structured-report.ts';

const coded = (value: string, scheme: string, meaning: string) => ({
  vr: 'SQ',
  Value: [
    {
      '00080100': { vr: 'SH', Value: [value] },
      '00080102': { vr: 'SH', Value: [scheme] },
      '00080104': { vr: 'LO', Value: [meaning] },
    },
  ],
});

/** A content item. */
function item(relation: string, type: string, name: string, more: DicomJson = {}): DicomJson {
  return {
    '0040A010': { vr: 'CS', Value: [relation] },
    '0040A040': { vr: 'CS', Value: [type] },
    ...(name && { '0040A043': coded('1', 'DCM', name) }),
    ...more,
  };
}

const diameter = (value: unknown, unit: ReturnType<typeof coded>) =>
  item('CONTAINS', 'NUM', 'Diameter', {
    '0040A300': { vr: 'SQ', Value: [{ '0040A30A': { vr: 'DS', Value: [value] }, '004008EA': unit }] },
  });

it("is a real report's headings, texts, numbers with their units, names and images, in reading order", () => {
  const { report, file } = readDocument(readPart10(testFile('odd/pydicom/test-SR.dcm')).dataSet);
  expect(file).toBeNull();
  expect(report).toMatchObject({
    title: 'Diagnosis',
    completion: 'complete',
    verification: 'verified',
    stage: '',
    written: '20010213184746',
    problems: [],
  });
  expect(report?.observers.map(({ name, organization }) => [name, organization])).toEqual([
    ['Riesmeier^Jörg', 'OFFIS e.V.'],
    ['Observer^Verifying', 'Organisation'],
  ]);
  expect(report?.predecessors).toHaveLength(1);
  const parts = report?.parts ?? [];
  expect(parts.find(({ type }) => type === 'number')).toMatchObject({
    name: 'Diameter',
    text: '3',
    unit: 'Length Unit',
    flows: true,
    depth: 1,
  });
  const long = parts.find(({ text }) => text.startsWith('Sample Text'));
  expect(long?.text).toBe('Sample Text\nA\nB\nC');
  const image = parts.find(({ type }) => type === 'image');
  expect(image?.objects[0]?.sopInstanceUid).toMatch(/^[\d.]+$/);
  expect(parts.some(({ type }) => type === 'reference')).toBe(true);
});

it('is the text of a plain report', () => {
  const { report } = readDocument(readPart10(testFile('odd/cornerstone/no-pixel-data.dcm')).dataSet);
  expect(report?.title).toBe('Consultation Report');
  expect(report?.parts.map(({ relation, name }) => `${relation} ${name}`)).toEqual([
    'observation Observer Name',
    'observation Observer Organization Name',
    'contains Description',
    'contains Diagnosis',
    'contains Treatment',
  ]);
});

it('says units as people write them', () => {
  const units = [
    coded('mm', 'UCUM', 'millimeter'),
    coded('cm2', 'UCUM', 'square centimeter'),
    coded('um', 'UCUM', 'micrometer'),
    coded('1', 'UCUM', 'no units'),
    coded("[hnsf'U]", 'UCUM', 'Hounsfield unit'),
    coded('{H.B.}/min', 'UCUM', 'beats per minute'),
  ];
  const { parts } = readStructuredReport({
    '0040A730': { vr: 'SQ', Value: units.map((unit) => diameter(3.5, unit)) },
  });
  expect(parts.map(({ text, unit }) => `${text} ${unit}`)).toEqual([
    '3.5 mm',
    '3.5 cm²',
    '3.5 µm',
    '3.5 ',
    '3.5 HU',
    '3.5 beats per minute',
  ]);
});

it('says what it cannot read, and shows the rest', () => {
  const many = Array.from({ length: 10_050 }, () => item('CONTAINS', 'TEXT', 'Finding'));
  const strange = item('CONTAINS', 'HOLOGRAM', 'Shape');
  const cut = item('CONTAINS', 'TEXT', 'Long', { '0040A160': { vr: 'UT', Value: ['a'.repeat(40_000)] } });
  const { parts, problems } = readStructuredReport({
    '0040A730': { vr: 'SQ', Value: [strange, cut, ...many] },
  });
  expect(parts).toHaveLength(10_000);
  expect(problems).toEqual([
    'A content item (Shape) is of a kind that is not known: HOLOGRAM.',
    'A text (Long) is cut: it is too long.',
    'Only the first 10000 items of the report are shown.',
  ]);
});

it('finds the file inside an object, and believes its bytes only', () => {
  const holding = (bytes: Uint8Array, mimeType: string) =>
    readPart10(
      concat(
        fileMeta(EXPLICIT_LITTLE_UID),
        identity(),
        element(0x00420010, 'ST', 'Letter'),
        element(0x00420011, 'OB', bytes),
        element(0x00420012, 'LO', mimeType),
        element(0x00420015, 'UL', new Uint8Array([9, 0, 0, 0])),
      ),
    ).dataSet;
  const pdf = holding(latin('%PDF-1.7\n\0'), 'application/pdf');
  expect(readDocument(pdf).file).toEqual({
    title: 'Letter',
    kind: 'pdf',
    mimeType: 'application/pdf',
    length: 9,
  });
  expect(encapsulatedBytes(pdf)).toHaveLength(9);
  const liar = holding(latin('<script> '), 'application/pdf');
  expect(readDocument(liar).file?.kind).toBe('other');
  const cda = holding(latin('<?xml version="1.0"?><ClinicalDocument/> '), 'text/XML');
  expect(readDocument(cda).file).toMatchObject({ kind: 'xml', mimeType: 'text/xml' });
  expect(readDocument(holding(latin('solid'), 'model stl; x')).file).toMatchObject({ mimeType: '' });
});

it('survives reports changed at random, inside its bounds', { timeout: 30_000 }, () => {
  let state = 20_261_121;
  const random = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const seeds = ['odd/pydicom/test-SR.dcm', 'odd/cornerstone/no-pixel-data.dcm'].map(testFile);
  const until = Date.now() + 3000;
  let read = 0;
  for (let round = 0; round < 4000 && Date.now() < until; round++) {
    const bytes = (seeds[round % 2] as Uint8Array).slice();
    for (let hits = random(16); hits >= 0; hits--) bytes[132 + random(bytes.length - 132)] = random(256);
    try {
      const { report, file } = readDocument(readPart10(bytes).dataSet);
      read += (report?.parts.length ?? 0) + (file?.length ?? 0);
      for (const { text, name, depth } of report?.parts ?? []) {
        expect(text.length).toBeLessThanOrEqual(bytes.length);
        expect(name.length).toBeLessThanOrEqual(256);
        expect(depth).toBeLessThanOrEqual(32);
      }
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(1000);
});

it('reads JSON of any shape', () => {
  const strange: unknown[] = [null, 1, 'x', [], {}, { Value: null }, { vr: 'SQ', Value: [null, 1, 'x', {}] }];
  for (const one of strange) {
    for (const tag of ['0040A730', '0040A043', '0040A073', '0040A360', '0040A078']) {
      expect(() => readStructuredReport({ [tag]: one } as unknown as DicomJson)).not.toThrow();
    }
  }
});
