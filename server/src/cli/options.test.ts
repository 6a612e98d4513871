// How the values of options are read.
import { describe, expect, it } from 'vitest';
import { day, modalities, whole } from './options.ts';

describe('a day', () => {
  it('is read with and without hyphens', () => {
    expect([day('2024-02-29'), day('20240131')]).toEqual(['20240229', '20240131']);
  });

  it('is refused when the calendar does not have it', () => {
    for (const value of ['2023-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '24-01-01', 'today', '']) {
      expect(() => day(value), value).toThrow(/date like/);
    }
  });
});

describe('modalities', () => {
  it('are a list in upper case', () => {
    expect(modalities('ct, MR')).toEqual(['CT', 'MR']);
  });

  it('are refused when one is empty, which would list everything', () => {
    for (const value of ['', ',', 'CT,']) expect(() => modalities(value), value).toThrow(/list like/);
  });
});

describe('a whole number', () => {
  it('is refused outside its range, and when it is none', () => {
    expect(whole(1, 5)('3')).toBe(3);
    for (const value of ['0', '6', '1.5', '-1', '1e1', ' 2', '']) {
      expect(() => whole(1, 5)(value), value).toThrow(/from 1 to 5/);
    }
  });
});
