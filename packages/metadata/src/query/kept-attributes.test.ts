// What is kept of an instance's attributes: never more than the limits, whatever comes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptAttributes } from './kept-attributes.ts';
import { searchDocument } from './search-document.ts';
import type { DicomJson } from './types.ts';

describe('the attributes that are kept', () => {
  it('are those that are standard, small and no bytes', () => {
    const kept = {
      '00080008': { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Phonetic: 'd' }] },
      '00180050': { vr: 'DS', Value: [1.5, '12345678901234567'] },
      '00321064': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['A'] } }, {}] },
      '00400275': { vr: 'SQ' },
    };
    const others: DicomJson = {
      '00020010': { vr: 'UI', Value: ['1.2'] },
      '00080000': { vr: 'UL', Value: [1] },
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00091001': { vr: 'LO', Value: ['private'] },
      '00104000': { vr: 'LT', Value: ['x'.repeat(1025)] },
      '00281201': { vr: 'OW', InlineBinary: 'AAAA' },
      '00286010': { vr: 'US', Value: Array.from({ length: 65 }, () => 1) },
      '00420011': { vr: 'OB', BulkDataURI: 'x' },
      '52009230': { vr: 'SQ', Value: [{}] },
      '7FE00010': { vr: 'OW' },
      x: { vr: 'LO', Value: ['x'] },
    };
    expect(keptAttributes({ ...others, ...kept })).toEqual(kept);
  });

  it('are those of patient, study and series before all others when there are too many', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [
        `0018${(0x9000 + n * 2).toString(16).toUpperCase()}`,
        { vr: 'LT', Value: ['x'.repeat(1000)] },
      ]),
    );
    const kept = keptAttributes({
      ...many,
      '00400275': { vr: 'SQ', Value: [{}] },
      '0020000D': { vr: 'UI', Value: ['1.2'] },
    });
    expect(JSON.stringify(kept).length).toBeLessThanOrEqual(48 * 1024);
    expect(Object.keys(kept)).toEqual(expect.arrayContaining(['0020000D', '00400275', '00189000']));
    expect(Object.keys(kept).length).toBeGreaterThan(40);
  });

  it('are within the limits and can be searched, whatever JSON comes', () => {
    const vr = fc.constantFrom('LO', 'PN', 'SQ', 'DA', 'TM', 'DT', 'DS', 'SV', 'FL', 'OB', 'XX');
    const tag = fc
      .integer({ min: 0, max: 0xffff })
      .map((n) => `0010${n.toString(16).toUpperCase().padStart(4, '0')}`);
    const anything = fc.dictionary(
      tag,
      fc.oneof(fc.jsonValue(), fc.record({ vr, Value: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()) })),
    );
    fc.assert(
      fc.property(anything, (json) => {
        const kept = keptAttributes(json as DicomJson);
        const text = JSON.stringify([kept, searchDocument(kept)]);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
        expect(keptAttributes(kept)).toEqual(kept);
      }),
      { numRuns: 2000 },
    );
  });
});
