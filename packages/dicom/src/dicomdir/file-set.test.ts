import { expect, it } from 'vitest';
import { firstItem, readDataSet, readFileMeta } from '../data-set.ts';
import { DicomError } from '../errors.ts';
import { Tag } from '../tags.ts';
import { imageFile } from '../testing/build.ts';
import { generator } from '../testing/changed-json.ts';
import { testFile } from '../testing/data.ts';
import { EXPLICIT_LITTLE } from '../transfer-syntax.ts';
import { code, valuesOf } from '../values.ts';
import { FileSet } from './file-set.ts';
import { recordTypeOf } from './record-types.ts';

it('names files by series and image, and begins with the record of the patient', () => {
  const fileSet = new FileSet();
  expect(fileSet.add(imageFile([1, 2, 3, 4]))).toEqual(['DICOM', 'SE000001', 'IM000001']);
  expect(fileSet.add(imageFile([1, 2, 3, 4]))).toEqual(['DICOM', 'SE000001', 'IM000002']);
  const bytes = fileSet.write();
  const set = readDataSet(bytes, readFileMeta(bytes, 132).end, EXPLICIT_LITTLE);
  const first = firstItem(set, Tag.DirectoryRecordSequence);
  expect(first && code(valuesOf(first), 0x00041430)).toBe('PATIENT');
});

it('finds the record of a class by its longest beginning', () => {
  const storage = '1.2.840.10008.5.1.4.1.1';
  expect(recordTypeOf(`${storage}.2`, true)).toBe('IMAGE');
  expect(recordTypeOf(`${storage}.88.33`, false)).toBe('SR DOCUMENT');
  expect(recordTypeOf(`${storage}.88.59`, false)).toBe('KEY OBJECT DOC');
  expect(recordTypeOf(`${storage}.66.4`, true)).toBe('IMAGE');
  expect(recordTypeOf('1.2.3', false)).toBe('PRIVATE');
});

it('lists whatever can be read, or refuses it: nothing else happens', () => {
  const files = ['odd/pydicom/test-SR.dcm', 'odd/pydicom/rtplan.dcm', 'odd/fo-dicom/chrH32.dcm'].map(
    testFile,
  );
  const random = generator(20261121);
  let taken = 0;
  for (let round = 0; round < 400; round++) {
    const file = (files[round % files.length] as Uint8Array).slice();
    for (let change = random(12); change >= 0; change--) file[132 + random(file.length - 132)] = random(256);
    const fileSet = new FileSet();
    try {
      fileSet.add(file);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      continue;
    }
    expect(fileSet.write().length % 2).toBe(0);
    taken++;
  }
  expect(taken).toBeGreaterThan(30);
});
