import { describe, expect, it } from 'vitest';
import { firstItem, readDataSet } from './data-set.ts';
import { Tag } from './tags.ts';
import { concat, element, latin, sequence } from './testing/build.ts';
import { refusal } from './testing/refusal.ts';
import { type Encoding, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts';

const SEQUENCE = Tag.PixelMeasuresSequence;
const encodings: Encoding[] = [EXPLICIT_LITTLE, EXPLICIT_BIG, IMPLICIT_LITTLE];
const none = new Uint8Array(0);

describe('the walk over a data set', () => {
  it('finds the elements behind sequences of defined and undefined length, nested and empty', () => {
    for (const encoding of encodings) {
      for (const inner of ['defined', 'undefined'] as const) {
        for (const outer of ['defined', 'undefined'] as const) {
          const leaf = element(Tag.PixelSpacing, 'DS', '1\\2', encoding);
          const item = sequence(SEQUENCE, [leaf, none], inner, encoding);
          const last = element(Tag.PixelData, 'OW', [7], encoding);
          const bytes = concat(
            sequence(Tag.SharedFunctionalGroupsSequence, [item, none], outer, encoding),
            last,
          );
          const set = readDataSet(bytes, 0, encoding);
          expect([...set.elements.keys()]).toEqual([Tag.SharedFunctionalGroupsSequence, Tag.PixelData]);
          const shared = firstItem(set, Tag.SharedFunctionalGroupsSequence);
          const measures = shared && firstItem(shared, SEQUENCE);
          const spacing = measures?.elements.get(Tag.PixelSpacing);
          const start = spacing?.valueStart ?? 0;
          expect(Buffer.from(bytes.subarray(start, start + (spacing?.length ?? 0))).toString()).toBe('1\\2 ');
        }
      }
    }
  });

  it('reads a sequence of unknown representation, which is implicit inside, or explicit as some write it', () => {
    for (const inside of [IMPLICIT_LITTLE, EXPLICIT_LITTLE]) {
      const item = element(Tag.PixelSpacing, 'DS', '1\\2', inside);
      const bytes = sequence(SEQUENCE, [item], 'undefined');
      bytes.set(latin('UN'), 4);
      const set = readDataSet(concat(bytes, element(Tag.PixelData, 'OW', [7])), 0, EXPLICIT_LITTLE);
      expect(set.elements.size).toBe(2);
      expect(firstItem(set, SEQUENCE)?.elements.has(Tag.PixelSpacing)).toBe(true);
    }
  });

  it('reads an implicit element among explicit ones, and blanks for a representation', () => {
    const blank = element(Tag.PixelPaddingValue, '  ', [5]);
    const implicit = element(Tag.RescaleSlope, 'DS', '1 ', IMPLICIT_LITTLE);
    const bytes = concat(blank, implicit, element(Tag.PixelData, 'OW', [7]));
    const set = readDataSet(bytes, 0, EXPLICIT_LITTLE);
    expect([...set.elements.keys()]).toEqual([Tag.PixelPaddingValue, Tag.RescaleSlope, Tag.PixelData]);
  });

  it('steps over items without a sequence and does not take their elements for those of the data set', () => {
    const stray = element(Tag.Item, '', none, IMPLICIT_LITTLE);
    const inside = element(Tag.PatientName, 'PN', 'Somebody^Else');
    const bytes = concat(element(Tag.Rows, 'US', [1]), stray, inside, element(Tag.PixelData, 'OW', [7]));
    const set = readDataSet(bytes, 0, EXPLICIT_LITTLE);
    expect([...set.elements.keys()]).toEqual([Tag.Rows, Tag.PixelData]);
  });

  it('keeps the first of two elements with one tag', () => {
    const bytes = concat(element(Tag.PatientID, 'LO', 'first '), element(Tag.PatientID, 'LO', 'second'));
    expect(readDataSet(bytes, 0, EXPLICIT_LITTLE).elements.get(Tag.PatientID)?.start).toBe(0);
  });
});

describe('lies of a data set', () => {
  it('names the tag and the byte of a length that goes beyond the file', () => {
    const first = element(Tag.Rows, 'US', [1]);
    for (const encoding of encodings) {
      const start = encoding === EXPLICIT_LITTLE ? first : element(Tag.Rows, 'US', [1], encoding);
      const lie = element(Tag.PixelData, 'OW', [7], encoding, 0xfffffffe);
      const error = refusal(() => readDataSet(concat(start, lie), 0, encoding));
      expect(error.code).toBe('truncated');
      expect(error.tag).toBe(Tag.PixelData);
      expect(error.offset).toBe(start.length);
      expect(error.message).toContain('(7FE0,0010) PixelData at byte');
    }
  });

  it('refuses sequences without an end, and items that are none', () => {
    const open = element(SEQUENCE, 'SQ', none, EXPLICIT_LITTLE, 0xffffffff);
    expect(refusal(() => readDataSet(open, 0, EXPLICIT_LITTLE)).code).toBe('truncated');
    const wrong = concat(open, element(Tag.Rows, 'US', [1]));
    expect(refusal(() => readDataSet(wrong, 0, EXPLICIT_LITTLE)).code).toBe('malformed');
    const item = element(Tag.Item, '', none, IMPLICIT_LITTLE, 0xffffffff);
    expect(refusal(() => readDataSet(concat(open, item), 0, EXPLICIT_LITTLE)).code).toBe('truncated');
  });

  it('refuses sequences nested without end', () => {
    const level = concat(
      element(SEQUENCE, 'SQ', none, EXPLICIT_LITTLE, 0xffffffff),
      element(Tag.Item, '', none, IMPLICIT_LITTLE, 0xffffffff),
    );
    const deep = concat(...Array.from({ length: 20_000 }, () => level));
    expect(refusal(() => readDataSet(deep, 0, EXPLICIT_LITTLE)).code).toBe('too-large');
  });

  it('refuses a data set of too many elements', () => {
    const many = Array.from({ length: 70_000 }, (_, index) => element(0x00110000 + index, 'LO', none));
    expect(refusal(() => readDataSet(concat(...many), 0, EXPLICIT_LITTLE)).code).toBe('too-large');
  });

  it('refuses command elements in a data set', () => {
    const bytes = concat(element(Tag.Rows, 'US', [1]), element(0x00000002, 'UI', '1.2.3'));
    expect(refusal(() => readDataSet(bytes, 0, EXPLICIT_LITTLE)).code).toBe('malformed');
  });

  it('takes what is inside a sequence that cannot be read for absent', () => {
    const lie = element(Tag.PixelSpacing, 'DS', '1\\2', EXPLICIT_LITTLE, 60_000);
    const set = readDataSet(sequence(SEQUENCE, [lie], 'defined'), 0, EXPLICIT_LITTLE);
    expect(firstItem(set, SEQUENCE)).toBeNull();
  });
});
