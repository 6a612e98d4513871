import { expect, it } from 'vitest';
import { readFiles } from './file-list.ts';

const told = (sop: string, series: string, number: number | null) => ({
  ...{ sopInstanceUid: sop, seriesInstanceUid: series, number, file: { length: 100, digest: 'x' } },
});

it('gives every file a name of its own, by series and number', () => {
  const files = readFiles([told('1', 'A', 3), told('2', 'B', 3), told('3', 'A', 3), told('4', 'A', null)]);
  expect(files.map(({ name }) => name)).toEqual([
    'series-01/00003.dcm',
    'series-02/00003.dcm',
    'series-01/00003-2.dcm',
    'series-01/00004.dcm',
  ]);
});

it('takes nothing for a list that is none', () => {
  for (const answer of [null, {}, [null], [{ sopInstanceUid: 1 }], [{ ...told('1', 'A', 1), file: null }]])
    expect(() => readFiles(answer)).toThrow('no-list');
});
