import { expect, it } from 'vitest';
import { sameObject } from './same-object.ts';
import { Tag } from './tags.ts';
import { concat, element, fileMeta, imageDataSet, imageFile, latin } from './testing/build.ts';
import { EXPLICIT_LITTLE_UID, IMPLICIT_LITTLE_UID } from './transfer-syntax.ts';

const file = imageFile([1, 2, 3, 4]);

it('files are of the same object whatever their preamble and file meta information say', () => {
  const meta = element(Tag.TransferSyntaxUID, 'UI', EXPLICIT_LITTLE_UID);
  const version = element(0x00020013, 'SH', 'OTHER_1 ');
  const preamble = new Uint8Array(128).fill(7);
  const other = concat(preamble, latin('DICM'), meta, version, imageDataSet([1, 2, 3, 4]));
  expect(sameObject(file, other)).toBe(true);
  expect(sameObject(other, file)).toBe(true);
});

it('another data set, or the same bytes in another transfer syntax, is another object', () => {
  expect(sameObject(file, imageFile([1, 2, 3, 5]))).toBe(false);
  expect(sameObject(file, concat(file, Uint8Array.of(0)))).toBe(false);
  expect(sameObject(file, concat(fileMeta(IMPLICIT_LITTLE_UID), imageDataSet([1, 2, 3, 4])))).toBe(false);
});
