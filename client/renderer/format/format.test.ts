import { afterEach, describe, expect, it } from 'vitest';
import { imageCount } from '../words/counts.ts';
import { chosenLanguage } from '../words/language.ts';
import { ageAt, dicomDate, displayDate, displayDateTime, fieldDateBefore } from './dates.ts';
import { displayName } from './person-name.ts';
import { displayBytes, displayNumber } from './quantities.ts';
import { displaySex } from './sex.ts';

describe('person names', () => {
  it('put the family name first and the given names after it', () => {
    expect(displayName('Doe^Jane^Q')).toBe('Doe, Jane Q');
    expect(displayName('Adams^John^Robert Quincy^Rev.^B.A.')).toBe('Adams B.A., Rev. John Robert Quincy');
    expect(displayName('ANONYMOUS')).toBe('ANONYMOUS');
    expect(displayName('^Jane')).toBe('Jane');
    expect(displayName('')).toBe('');
  });

  it('show the name in its own script beside the alphabetic one', () => {
    expect(displayName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Yamada, Tarou · 山田 太郎');
    expect(displayName('=山田^太郎')).toBe('山田 太郎');
  });
});

describe('dates', () => {
  it('are written year first', () => {
    expect(displayDate('20240309')).toBe('2024-03-09');
    expect(displayDate('1999.01.02')).toBe('1999-01-02');
    expect(displayDate('unknown')).toBe('unknown');
    // Not the first of March: the file says something else.
    expect(displayDate('20240230')).toBe('20240230');
    expect(displayDateTime('20240309', '140512.5')).toBe('2024-03-09 14:05');
    expect(displayDateTime('', '')).toBe('');
  });

  it('of a date field become DICOM dates, and nothing else does', () => {
    expect(dicomDate('2024-03-09')).toBe('20240309');
    expect(dicomDate('9 March')).toBe('');
    expect(fieldDateBefore(new Date(2024, 2, 1), 1)).toBe('2024-02-29');
  });

  it('give the age at the day of the study', () => {
    expect(ageAt('19610704', '20240703')).toBe('62 y');
    expect(ageAt('19610704', '20240704')).toBe('63 y');
    expect(ageAt('20230101', '20240309')).toBe('14 m');
    expect(ageAt('20240301', '20240309')).toBe('8 d');
    expect(ageAt('18000101', '20240309')).toBe('');
    expect(ageAt('', '20240309')).toBe('');
    expect(ageAt('20250101', '20240309')).toBe('');
  });
});

describe('in German', () => {
  afterEach(() => {
    chosenLanguage.value = null;
  });

  it('dates, ages, numbers and counts are written as Germans do', () => {
    chosenLanguage.value = 'de';
    expect(displayDateTime('20240309', '140512.5')).toBe('09.03.2024 14:05');
    expect([ageAt('19610704', '20240703'), ageAt('20240301', '20240309')]).toEqual(['62 J', '8 T']);
    expect([displayBytes(3_210_000), displayNumber(3.14), displayNumber(-600)]).toEqual([
      '3,2 MB',
      '3,1',
      '-600',
    ]);
    expect([imageCount(1), imageCount(12_400)]).toEqual(['1 Bild', '12.400 Bilder']);
    expect([displaySex('F'), displaySex('')]).toEqual(['W', '']);
  });
});

describe('quantities', () => {
  it('are short and have units', () => {
    expect([0, 999, 1000, 14_300, 999_600, 3_210_000, 31_000_000].map(displayBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '14 KB',
      '1.0 MB',
      '3.2 MB',
      '31 MB',
    ]);
    expect([imageCount(1), imageCount(12_400)]).toEqual(['1 image', '12,400 images']);
    expect([-600, 40.25, 3.14, 0.018, 0.000974].map(displayNumber)).toEqual([
      '-600',
      '40',
      '3.1',
      '0.02',
      '0.00097',
    ]);
  });
});
