// Reports as documents: what is written comes back, and what others have written is read.
import { expect, it } from 'vitest';
import { toDicomJson } from '../json/read-json.ts';
import type { DicomJson } from '../json/types.ts';
import { readPart10 } from '../part10.ts';
import { changedAtRandom, generator } from '../testing/changed-json.ts';
import { testFile } from '../testing/data.ts';
import { objectFile } from './derived-object.ts';
import { textOf } from './reading.ts';
import { type Report, readReport, reportObject } from './report-object.ts';
import { BASIC_TEXT_SR } from './sr-document.ts';
import { newUid } from './uid.ts';

const reference = (sopInstanceUid: string, sopClassUid = '1.2.840.10008.5.1.4.1.1.2') => ({
  studyUid: '1.2.3',
  seriesUid: '1.2.3.4',
  sopInstanceUid,
  sopClassUid,
});

/** The document as it comes out of its file. */
function stored(report: Report, predecessors: ReturnType<typeof reference>[] = []): DicomJson {
  const source = toDicomJson(readPart10(testFile('series/ct-ge/01.dcm')).dataSet, { maxInline: 1000 });
  const head = {
    ...{ sopClassUid: BASIC_TEXT_SR, sopInstanceUid: newUid(), seriesUid: newUid(), modality: 'SR' },
    ...{ seriesNumber: 9940, seriesDescription: 'Reports', instanceNumber: 1 },
    ...{ at: new Date(2026, 10, 21, 22, 30), device: { serial: 'test', version: '1' } },
  };
  const referenced = new Map(report.images.map(({ sopInstanceUid: uid }) => [uid, reference(uid)]));
  const order = { source, head, author: 'Röntgen^Wilhelm', referenced, predecessors };
  return read(objectFile(reportObject(report, order)));
}

const read = (file: Uint8Array) => toDicomJson(readPart10(file).dataSet, { maxInline: 2 ** 24 });

const report: Report = {
  stage: 'final',
  change: 'none',
  language: 'de',
  sections: [
    { role: 'indication', heading: 'Fragestellung', text: 'Luftnot' },
    { role: 'findings', heading: 'Befund', text: 'Kein Infiltrat.\n\nÖdem rechts\t12 × 8 mm: \\ "größer".' },
    { role: 'impression', heading: 'Beurteilung', text: 'Pleuraerguß' },
    { role: 'other', heading: 'Für die Station', text: 'Kontrolle in 3 Tagen' },
  ],
  images: [
    { sopInstanceUid: '1.2.3.4.1', frames: [] },
    { sopInstanceUid: '1.2.3.4.2', frames: [3, 7] },
  ],
};

it('a report comes back as it was written, with author, time, stage and images', () => {
  expect(readReport(stored(report))).toEqual({
    content: report,
    author: 'Röntgen^Wilhelm',
    at: '2026-11-21T22:30:00.000',
    title: 'Diagnostic Imaging Report',
    predecessors: [],
    unread: [],
  });
});

it('a preliminary version follows on others and is verified by nobody; an empty section is left out', () => {
  const object = stored(
    {
      ...report,
      stage: 'preliminary',
      change: 'addendum',
      sections: [...report.sections, { role: 'addendum', heading: 'Nachtrag', text: ' ' }],
    },
    [reference('1.2.3.4.9', BASIC_TEXT_SR)],
  );
  expect(textOf(object, 'VerificationFlag')).toBe('UNVERIFIED');
  expect(textOf(object, 'CompletionFlag')).toBe('PARTIAL');
  expect(readReport(object)).toMatchObject({
    content: { stage: 'preliminary', change: 'addendum', sections: report.sections },
    predecessors: ['1.2.3.4.9'],
  });
});

it('reports of others are read as sections, with the roles that their headings have', () => {
  const plain = readReport(read(testFile('odd/cornerstone/no-pixel-data.dcm')));
  expect(plain?.content.sections.map(({ heading }) => heading)).toEqual([
    'Description',
    'Diagnosis',
    'Treatment',
  ]);
  expect(plain).toMatchObject({
    author: 'Packer^David M.^^^M. D.',
    at: '2005-05-30T16:05:27.000',
    content: { stage: 'preliminary' },
  });
  expect(plain?.content.sections[0]?.text).toContain('78-year-old');
  const structured = readReport(read(testFile('odd/pydicom/test-SR.dcm')));
  expect(structured).toMatchObject({ title: 'Diagnosis', content: { stage: 'final' } });
});

it('survives documents changed at random', () => {
  const random = generator(20_261_122);
  const seeds = [stored(report), read(testFile('odd/pydicom/test-SR.dcm'))];
  let texts = 0;
  for (let round = 0; round < 600; round++) {
    const found = readReport(changedAtRandom(seeds[round % 2] as DicomJson, random));
    for (const { text, heading } of found?.content.sections ?? []) {
      expect(heading.length).toBeLessThanOrEqual(64);
      texts += text.length;
    }
  }
  expect(texts).toBeGreaterThan(1000);
});
