// What the JSON model makes of values, character sets and sequences, and of bytes changed at random.
import { describe, expect, it } from 'vitest';
import { readDataSet } from '../data-set.ts';
import { DicomError } from '../errors.ts';
import { concat, element, latin, sequence } from '../testing/build.ts';
import { testFile, testFiles } from '../testing/data.ts';
import { openDataSet } from '../testing/open-data-set.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from '../transfer-syntax.ts';
import { type ReadJsonOptions, toDicomJson } from './read-json.ts';
import { writeDataSet } from './write-data-set.ts';

const read = (
  bytes: Uint8Array,
  options: ReadJsonOptions = { maxInline: 1000 },
  encoding = EXPLICIT_LITTLE,
) => toDicomJson(readDataSet(bytes, 0, encoding), options);

describe('DICOM JSON', () => {
  it('has numbers where text is a number, and the text where it is none', () => {
    const json = read(
      concat(element(0x00180050, 'DS', '1.50 \\ x\\\\1e400'), element(0x00200013, 'IS', '+007\\1.5\\12a ')),
    );
    expect(json['00180050']).toEqual({ vr: 'DS', Value: [1.5, 'x', null, '1e400'] });
    expect(json['00200013']).toEqual({ vr: 'IS', Value: [7, '1.5', '12a'] });
  });

  it('has names by component groups, in the characters that escape sequences announce', () => {
    const set = openDataSet(testFile('odd/fo-dicom/chrH32.dcm'));
    expect(set && toDicomJson(set, { maxInline: 0 })['00100010']).toEqual({
      vr: 'PN',
      Value: [{ Alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    });
  });

  it('lets the items of a sequence have a character set of their own', () => {
    const item = concat(
      element(0x00080005, 'CS', 'ISO_IR 192'),
      element(0x00081030, 'LO', new Uint8Array(Buffer.from('Häß '))),
    );
    const json = read(
      concat(
        element(0x00080005, 'CS', 'ISO_IR 100'),
        element(0x00081030, 'LO', latin('M\u00fcll')),
        sequence(0x00400275, [item, element(0x00081030, 'LO', latin('\u00e9 '))], 'undefined'),
      ),
    );
    expect(json['00081030']?.Value).toEqual(['Müll']);
    expect(json['00400275']?.Value).toMatchObject([
      { '00081030': { Value: ['Häß'] } },
      { '00081030': { Value: ['é'] } },
    ]);
  });

  it('has binary values in little endian, tags as digits, and what JSON has no numbers for as words', () => {
    const words = element(0x00281201, 'OW', [0x1234], EXPLICIT_BIG);
    expect(read(words, { maxInline: 10 }, EXPLICIT_BIG)['00281201']).toEqual({
      vr: 'OW',
      InlineBinary: Buffer.from([0x34, 0x12]).toString('base64'),
    });
    const floats = new DataView(new ArrayBuffer(16));
    floats.setFloat64(0, Number.NaN, true);
    floats.setFloat64(8, Number.NEGATIVE_INFINITY, true);
    const json = read(
      concat(
        element(0x00209165, 'AT', [0x7fe0, 0x0010]),
        element(0x00221463, 'FD', new Uint8Array(floats.buffer)),
      ),
    );
    expect(json).toEqual({
      '00209165': { vr: 'AT', Value: ['7FE00010'] },
      '00221463': { vr: 'FD', Value: ['NaN', '-inf'] },
    });
  });

  it('leaves long values and all pixels outside, under the path of their tag', () => {
    const icon = concat(element(0x00280010, 'US', [1]), element(0x7fe00010, 'OW', [1]));
    const bytes = concat(
      sequence(0x00880200, [icon], 'defined'),
      element(0x00091001, 'UN', new Uint8Array(20)),
      element(0x7fe00010, 'OW', [1, 2]),
    );
    const set = read(bytes, { maxInline: 10, bulkDataUri: (tagPath) => `bulk/${tagPath}` });
    expect(set['00880200']?.Value).toMatchObject([
      { '7FE00010': { BulkDataURI: 'bulk/00880200/0/7FE00010' } },
    ]);
    expect(set['00091001']).toEqual({ vr: 'UN', BulkDataURI: 'bulk/00091001' });
    expect(set['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: 'bulk/7FE00010' });
    expect(Object.keys(read(bytes, { maxInline: 10 }))).toEqual(['00880200']);
  });

  it('knows implicit elements from the dictionary, and leaves group lengths out', () => {
    const bytes = concat(
      element(0x00080000, 'UL', [8, 0], IMPLICIT_LITTLE),
      element(0x00080020, 'DA', '20240229', IMPLICIT_LITTLE),
      element(0x00090010, 'LO', 'ACME', IMPLICIT_LITTLE),
      element(0x00091001, 'LO', 'ab', IMPLICIT_LITTLE),
      element(0x00280103, 'US', [1], IMPLICIT_LITTLE),
      element(0x00280106, 'SS', [0xffff], IMPLICIT_LITTLE),
    );
    expect(read(bytes, { maxInline: 10 }, IMPLICIT_LITTLE)).toEqual({
      '00080020': { vr: 'DA', Value: ['20240229'] },
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00091001': { vr: 'UN', InlineBinary: 'YWI=' },
      '00280103': { vr: 'US', Value: [1] },
      '00280106': { vr: 'SS', Value: [-1] },
    });
  });

  it('is read from any bytes that the reader takes, and can be written again', () => {
    const seeds = testFiles()
      .map((name) => testFile(name))
      .filter((bytes) => bytes.length < 10_000 && bytes.length > 400);
    let state = 20_261_121;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    let taken = 0;
    for (let round = 0; round < 6000; round++) {
      const bytes = (seeds[round % seeds.length] as Uint8Array).slice();
      for (let count = random(6); count >= 0; count--) bytes[132 + random(bytes.length - 132)] = random(256);
      const set = openDataSet(bytes);
      if (!set) continue;
      taken++;
      const json = toDicomJson(set, { maxInline: 1000, bulkDataUri: (tagPath) => tagPath });
      try {
        writeDataSet(json, EXPLICIT_LITTLE, { bulkData: () => new Uint8Array(2) });
      } catch (error) {
        if (!(error instanceof DicomError)) throw error;
      }
    }
    expect(taken).toBeGreaterThan(2000);
  });
});
