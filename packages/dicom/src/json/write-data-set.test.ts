// Data sets of any content come back from their bytes as they were, and JSON from outside is written or refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataSet } from '../data-set.ts';
import { DicomError } from '../errors.ts';
import { element } from '../testing/build.ts';
import { refusal } from '../testing/refusal.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from '../transfer-syntax.ts';
import { toDicomJson } from './read-json.ts';
import type { DicomJson } from './types.ts';
import { writeDataSet } from './write-data-set.ts';

const inline = { maxInline: 2 ** 20 };
const readBack = (bytes: Uint8Array, encoding = EXPLICIT_LITTLE): DicomJson =>
  toDicomJson(readDataSet(bytes, 0, encoding), inline);

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/[\\^=\p{C}\s]/gu, 'x') || 'x');
const whole = (min: number, max: number) => fc.integer({ min, max });
const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 4 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((all) => Buffer.from(all).toString('base64'));
const even8 = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((all) => Buffer.from(all).toString('base64'));
const person = fc.record(
  { Alphabetic: word, Ideographic: word, Phonetic: word },
  { requiredKeys: ['Alphabetic'] },
);
const element_ = (vr: string, value: fc.Arbitrary<unknown>) => list(value).map((Value) => ({ vr, Value }));
const leaf = fc.oneof(
  ...['LO', 'SH', 'UC', 'CS', 'AE'].map((vr) => element_(vr, word)),
  ...['LT', 'ST', 'UT', 'UR'].map((vr) => word.map((text) => ({ vr, Value: [text] }))),
  element_('PN', person),
  element_('UI', fc.constantFrom('1.2.3', '1.2.840.10008.1.1')),
  element_('DA', fc.constantFrom('20240229', '19991231')),
  element_('IS', whole(-(2 ** 31), 2 ** 31 - 1)),
  element_('DS', fc.oneof(whole(-1e6, 1e6), fc.constantFrom(0.1, -0.25, 1e-12, 6.02e23))),
  element_('US', whole(0, 65_535)),
  element_('SS', whole(-32_768, 32_767)),
  element_('UL', whole(0, 2 ** 32 - 1)),
  element_('SL', whole(-(2 ** 31), 2 ** 31 - 1)),
  element_('SV', fc.oneof(whole(-(2 ** 31), 2 ** 31), fc.constant('-9223372036854775808'))),
  element_('UV', fc.oneof(whole(0, 2 ** 31), fc.constant('18446744073709551615'))),
  element_('FL', fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'inf'))),
  element_('FD', fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('-inf'))),
  element_('AT', fc.constantFrom('00100010', '7FE00010')),
  ...['OB', 'UN'].map((vr) => bytes.map((InlineBinary) => ({ vr, InlineBinary }))),
  ...['OW', 'OF', 'OD', 'OL', 'OV'].map((vr) => even8.map((InlineBinary) => ({ vr, InlineBinary }))),
  fc.constantFrom({ vr: 'LO' }, { vr: 'SQ' }, { vr: 'US' }),
);
/** Private tags behind a creator, which every VR may have; the dictionary says nothing of them. */
const tag = whole(0x1000, 0x10ff).map((number) => `0009${number.toString(16).toUpperCase()}`);
const { dataSet } = fc.letrec<{ dataSet: DicomJson }>((tie) => ({
  dataSet: fc.dictionary(
    tag,
    fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('dataSet'), { minLength: 1, maxLength: 3 }).map((Value) => ({ vr: 'SQ', Value })),
    ),
    { maxKeys: 8 },
  ),
}));

/** -0 is 0, and bytes are even. */
const asRead = (json: DicomJson): DicomJson =>
  JSON.parse(
    JSON.stringify(json, (key, value) => {
      if (key !== 'InlineBinary') return value;
      const raw = Buffer.from(value, 'base64');
      return Buffer.concat([raw, Buffer.alloc(raw.length % 2)]).toString('base64');
    }),
  );

describe('a data set that is written', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(
        dataSet,
        fc.constantFrom(EXPLICIT_LITTLE, EXPLICIT_BIG),
        fc.constantFrom('defined' as const, 'undefined' as const),
        (json, encoding, sequences) => {
          const { '00080005': charset, ...back } = readBack(
            writeDataSet(json, encoding, { sequences }),
            encoding,
          );
          expect(asRead(back)).toEqual(asRead(json));
          // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
          expect(charset !== undefined).toBe(!/^[\u0000-\u007f]*$/.test(JSON.stringify(json)));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('has the bytes of the standard: ascending tags, even lengths, blanks behind text and NUL behind UIDs', () => {
    const json: DicomJson = {
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^J' }] },
      '0020000D': { vr: 'UI', Value: ['1.2'] },
      '00080052': { vr: 'CS', Value: ['STUDY'] },
    };
    for (const encoding of [EXPLICIT_LITTLE, IMPLICIT_LITTLE]) {
      const expected = Buffer.concat([
        element(0x00080052, 'CS', 'STUDY ', encoding),
        element(0x00100010, 'PN', 'Doe^J ', encoding),
        element(0x0020000d, 'UI', '1.2\0', encoding),
      ]);
      expect(Buffer.compare(writeDataSet(json, encoding), expected)).toBe(0);
    }
  });

  it('says that it is UTF-8 when it has to, and else leaves the default', () => {
    const name = (Alphabetic: string): DicomJson => ({ '00100010': { vr: 'PN', Value: [{ Alphabetic }] } });
    expect(readBack(writeDataSet(name('Müller^Jörg')))).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      ...name('Müller^Jörg'),
    });
    expect(readBack(writeDataSet(name('Mueller')))).toEqual(name('Mueller'));
  });

  it('writes what is too long for a short length as unknown, and it is read again as text', () => {
    const json = { '00081030': { vr: 'LO', Value: ['x'.repeat(70_000)] } };
    expect(readBack(writeDataSet(json))).toEqual(json);
  });

  it('takes bulk data, and the fragments of encapsulated pixels', () => {
    const json = {
      '7FE00010': { vr: 'OW', BulkDataURI: 'bulk/1' },
      '00420011': { vr: 'OB', BulkDataURI: 'bulk/2' },
    };
    const whole = writeDataSet(json, EXPLICIT_LITTLE, {
      bulkData: (uri) =>
        uri === 'bulk/1' ? [new Uint8Array(0), new Uint8Array([1, 2, 3])] : new Uint8Array([9]),
    });
    const set = readDataSet(whole, 0, EXPLICIT_LITTLE);
    expect(set.elements.get(0x7fe00010)).toMatchObject({ vr: 'OB', lengthIs: 'undefined', length: 28 });
    expect(set.elements.get(0x00420011)).toMatchObject({ vr: 'OB', length: 2 });
    expect(refusal(() => writeDataSet(json)).message).toMatch('bulk data did not come along, in (0042,0011)');
  });

  it('is refused, by name, when it is no data set', () => {
    const bad: [unknown, string][] = [
      [{ '0010001': { vr: 'PN' } }, '"0010001" is no tag'],
      [{ '00100010': { Value: ['x'] } }, 'without a value representation (vr), in (0010,0010)'],
      [{ '00100010': { vr: 'XX', Value: ['x'] } }, 'value representation'],
      [{ '00100010': { vr: 'PN', Value: 'x' } }, 'no list'],
      [{ '00100010': null }, 'no object'],
      [{ '00280010': { vr: 'US', Value: [65_536] } }, 'no number of US, in (0028,0010)'],
      [{ '00280010': { vr: 'US', Value: ['x'] } }, 'no number'],
      [{ '00280010': { vr: 'US', Value: [1.5] } }, 'no number'],
      [{ '00081030': { vr: 'LO', Value: ['a\\b'] } }, 'backslash'],
      [{ '00081030': { vr: 'LO', Value: [{}] } }, 'no text'],
      [{ '00400275': { vr: 'SQ', Value: ['x'] } }, 'no object of attributes'],
      [{ '00209165': { vr: 'AT', Value: ['1'] } }, 'not a tag'],
      [{ '00420011': { vr: 'OB', InlineBinary: '$' } }, 'base64'],
      [{ '00420011': { vr: 'OB', Value: [1] } }, 'InlineBinary'],
    ];
    for (const [json, words] of bad) {
      const error = refusal(() => writeDataSet(json as DicomJson));
      expect(error).toMatchObject({ code: 'malformed', message: expect.stringContaining(words) });
    }
    let nested: DicomJson = {};
    for (let depth = 0; depth < 100; depth++) nested = { '00400275': { vr: 'SQ', Value: [nested] } };
    expect(refusal(() => writeDataSet(nested)).message).toMatch('nested deeper');
  });

  it('is written or refused, whatever JSON comes', () => {
    const vr = fc.constantFrom('LO', 'PN', 'SQ', 'US', 'FD', 'SV', 'AT', 'OB', 'DS', 'XX');
    const anything = fc.dictionary(
      fc.oneof(tag, fc.string()),
      fc.oneof(fc.jsonValue(), fc.record({ vr, Value: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()) })),
    );
    fc.assert(
      fc.property(anything, (json) => {
        try {
          readBack(writeDataSet(json as DicomJson));
        } catch (error) {
          if (!(error instanceof DicomError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
