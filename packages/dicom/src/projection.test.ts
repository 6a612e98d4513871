import { expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import type { Projection } from './projection.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';

const projectionIn = (bytes: Uint8Array): Projection => {
  const { laterality, viewPosition, viewModified } = readPart10(bytes).attributes.instance.presentation;
  return { laterality, viewPosition, viewModified };
};
const projectionWith = (...before: Uint8Array[]): Projection =>
  projectionIn(imageFile([1, 2, 3, 4], { before: concat(...before) }));

it('reads side and view of a mammogram, as dcmdump shows them', () => {
  const plain = { laterality: 'L', viewPosition: 'MLO', viewModified: false };
  expect(projectionIn(testFile('wg04/MG1_J2KI.dcm'))).toEqual(plain);
});

it('reads the view by its code, of this edition and the one before, and that it is modified', () => {
  const viewOf = (code: string, ...more: Uint8Array[]) =>
    sequence(Tag.ViewCodeSequence, [concat(element(Tag.CodeValue, 'SH', code), ...more)], 'defined');
  const magnified = sequence(
    Tag.ViewModifierCodeSequence,
    [element(Tag.CodeValue, 'SH', 'R-102D6')],
    'defined',
  );
  const side = element(Tag.ImageLaterality, 'CS', 'R');
  expect(projectionWith(side, viewOf('R-10242'))).toMatchObject({ laterality: 'R', viewPosition: 'CC' });
  expect(projectionWith(viewOf('399368009'))).toMatchObject({ laterality: '', viewPosition: 'MLO' });
  expect(projectionWith(viewOf('R-10226', magnified))).toMatchObject({ viewModified: true });
  expect(projectionWith(element(Tag.ViewPosition, 'CS', 'AP'), viewOf('X-1'))).toEqual({
    ...{ laterality: '', viewPosition: 'AP', viewModified: false },
  });
});

it('what the image says of its side goes before what the series says; what is no side is left out', () => {
  const series = element(Tag.Laterality, 'CS', 'L');
  expect(projectionWith(series)).toMatchObject({ laterality: 'L' });
  expect(projectionWith(series, element(Tag.ImageLaterality, 'CS', 'R'))).toMatchObject({ laterality: 'R' });
  expect(projectionWith(series, element(Tag.ImageLaterality, 'CS', 'U'))).toMatchObject({ laterality: 'L' });
  const frame = sequence(
    Tag.SharedFunctionalGroupsSequence,
    [sequence(Tag.FrameAnatomySequence, [element(Tag.FrameLaterality, 'CS', 'R')], 'defined')],
    'defined',
  );
  expect(projectionWith(frame)).toMatchObject({ laterality: 'R' });
});
