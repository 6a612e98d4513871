import { describe, expect, it } from 'vitest';
import { safeName } from './safe-name.ts';
import { table } from './table.ts';
import { count, date, duration, personName, printable, size, width } from './words.ts';

describe('words for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [531_324, '531 kB'],
    [999_600, '1.0 MB'],
    [12_345_678, '12 MB'],
  ])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));

  it.each([
    [420, '0.4 s'],
    [12_345, '12 s'],
    [59_900, '1 min 0 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms are %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('counts, dates and names read naturally', () => {
    expect([count(1, 'file'), count(1234, 'study', 'studies')]).toEqual(['1 file', '1,234 studies']);
    expect([date('20260315'), date('')]).toEqual(['2026-03-15', '']);
    expect(personName('Doe^John^^Dr=ドウ^ジョン')).toBe('Doe, John, Dr');
  });

  it('text from files cannot command the terminal', () => {
    expect(printable('a\u001b[2Jb\u009bc\nd')).toBe('a·[2Jb·c·d');
  });
});

describe('a table', () => {
  it('aligns its columns and cuts what is too wide', () => {
    const text = table(
      [
        { title: 'name', max: 9 },
        { title: 'files', align: 'right' },
      ],
      [
        ['short', '7'],
        ['much too long a name', '12,345'],
      ],
    );
    expect(text.split('\n')).toEqual([
      'name        files',
      '─────────  ──────',
      'short           7',
      'much…name  12,345',
    ]);
  });
});

describe('the width of text', () => {
  it.each([
    ['plain', 5],
    ['김희중', 6],
    ['ﾔﾏﾀﾞ', 4],
    ['e\u0301a', 2],
  ])('%s takes %d columns', (text, columns) => expect(width(text)).toBe(columns));
});

describe('names of files', () => {
  it.each([
    ['1.2.840.10008', '1.2.840.10008'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['', '_'],
    ['a\u0000b/c\\d:e', 'a_b_c_d_e'],
  ])('made from "%s" stay inside their folder', (text, name) => expect(safeName(text)).toBe(name));

  it('are never longer than file systems take', () => {
    expect(safeName('1'.repeat(5000)).length).toBeLessThanOrEqual(100);
  });
});
