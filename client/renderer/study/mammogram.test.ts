import { expect, it } from 'vitest';
import { chestWall, mammogramTurn } from './mammogram.ts';

const breast = (laterality: string, viewPosition: string, row: string, column: string) => {
  const presentation = { laterality, viewPosition, patientOrientation: [row, column] as [string, string] };
  return { presentation, wall: chestWall(presentation) };
};
const turnOf = (...said: [string, string, string, string]) => {
  const { rotation, mirrored } = mammogramTurn(breast(...said));
  return `${rotation}${mirrored ? ' mirrored' : ''}`;
};

it('a mammogram that lies as it is looked at stays so', () => {
  expect(turnOf('L', 'MLO', 'A', 'F')).toBe('0');
  expect(turnOf('R', 'MLO', 'P', 'FL')).toBe('0');
  expect(turnOf('L', 'CC', 'A', 'R')).toBe('0');
  expect(turnOf('R', 'CC', 'P', 'L')).toBe('0');
});

it('one that lies otherwise is turned so that its chest wall is in the middle and its outer side or the head is up', () => {
  expect(turnOf('R', 'CC', 'A', 'L')).toBe('0 mirrored');
  expect(turnOf('R', 'CC', 'P', 'R')).toBe('180 mirrored');
  expect(turnOf('L', 'MLO', 'P', 'HR')).toBe('180');
  expect(turnOf('L', 'CC', 'R', 'P')).toBe('90');
});

it('what does not say which breast it is of, or how it lies, is left alone', () => {
  expect(turnOf('B', 'MLO', 'P', 'H')).toBe('0');
  expect(mammogramTurn(undefined)).toEqual({ rotation: 0, mirrored: false });
  expect(chestWall({ laterality: 'R' })).toBe('right');
  expect(chestWall({ laterality: 'L', patientOrientation: ['R', 'P'] })).toBe('bottom');
  expect(chestWall({ patientOrientation: ['P', 'F'] })).toBeUndefined();
});
