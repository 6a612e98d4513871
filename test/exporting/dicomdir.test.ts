// A DICOMDIR of all test images: read by offsets by pydicom, listed by dicom3tools, compared with the one that DCMTK makes.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FileSet } from '@strata/dicom/dicomdir/file-set';
import { DicomError } from '@strata/dicom/errors';
import { readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allDataFiles } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { temporaryFolder } from '../support/strata.ts';
import { flat, type ReadRecord, readTree } from './read-archive.ts';

const { folder, remove } = temporaryFolder('dicomdir');
const directory = path.join(folder, 'DICOMDIR');
const files = new Map<string, string>();
let records: ReadRecord[] = [];

beforeAll(async () => {
  const fileSet = new FileSet();
  for (const file of allDataFiles()) {
    const fileId = addTo(fileSet, readFileSync(file))?.join('/');
    if (fileId === undefined) continue;
    files.set(fileId, file);
    mkdirSync(path.join(folder, path.dirname(fileId)), { recursive: true });
    symlinkSync(file, path.join(folder, fileId));
  }
  writeFileSync(directory, fileSet.write());
  records = await readTree(directory);
});
afterAll(remove);

/** Some of the files are lists of files themselves. */
function addTo(fileSet: FileSet, bytes: Uint8Array): readonly string[] | null {
  try {
    return fileSet.add(bytes);
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}

it('lists every object once, by offsets that lead from one record to the next', () => {
  const listed = flat(records).filter(({ file }) => file !== '');
  expect(listed.map(({ file }) => file).sort()).toEqual([...files.keys()].sort());
  for (const { file } of listed) expect(file).toMatch(/^DICOM\/SE\d{6}\/IM\d{6}$/);
  const levels = (above: string, of: readonly ReadRecord[]): string[] =>
    of.flatMap(({ type, file, below }) => [`${above}>${file ? 'object' : type}`, ...levels(type, below)]);
  expect(new Set(levels('', records))).toEqual(
    new Set(['>PATIENT', 'PATIENT>STUDY', 'STUDY>SERIES', 'SERIES>object']),
  );
});

it('says the same of each object as the DICOMDIR that DCMTK makes of the folder', async () => {
  const theirs = path.join(folder, 'THEIRS');
  const options = ['+r', '-Nxc', '-Nec', '-Nrc', '+I', '+Nrs', '-W', '+D', theirs, '+id', folder];
  await runProgram('dcmmkdir', [...options, 'DICOM']);
  const ours = byFile(records);
  const compared = byFile(await readTree(theirs));
  // DCMTK leaves out what has no file meta information and what contradicts another file's patient.
  expect(compared.size).toBeGreaterThan(files.size * 0.8);
  for (const [file, [patient, study, series, object]] of compared) {
    const mine = ours.get(file) as Chain;
    const about = `${file} of ${files.get(file)}`;
    expect([mine[3].type, mine[3].uid], about).toEqual([object?.type, object?.uid]);
    expectSame(about, mine[0], patient, ['PatientID']);
    expectSame(about, mine[1], study, [
      'StudyInstanceUID',
      'StudyID',
      'StudyDate',
      'StudyTime',
      'AccessionNumber',
    ]);
    expectSame(about, mine[2], series, ['SeriesInstanceUID', 'Modality']);
    expectSame(about, mine[3], object, ['CompletionFlag', 'VerificationFlag', 'ContentDate']);
  }
});

it('keeps the numbers and the names of the objects, in any character set', () => {
  for (const [file, [, , series, object]] of byFile(records)) {
    const said = readPart10(readFileSync(files.get(file) as string)).attributes;
    const { SeriesNumber, InstanceNumber } = { ...series.keys, ...object.keys };
    if (said.series.number !== null) expect(Number(SeriesNumber), file).toBe(said.series.number);
    if (said.instance.number !== null) expect(Number(InstanceNumber), file).toBe(said.instance.number);
  }
  const names = new Map(records.map(({ keys }) => [keys.PatientID, keys.PatientName]));
  expect(names.get('H32EXAMPLE')).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう');
  expect(names.get('SCSARAB')).toBe('قباني^لنزار');
});

it('can be listed by dicom3tools and dumped by DCMTK without a complaint', async () => {
  const dumped = await runProgram('dcmdump', ['+E', directory]);
  expect([dumped.code, dumped.stderr]).toEqual([0, '']);
  const listed = await runProgram('dcdirdmp', ['-v', directory]);
  expect(listed.code).toBe(0);
  expect(`${listed.stdout}${listed.stderr}`).not.toMatch(/error/i);
});

type Chain = readonly [patient: ReadRecord, study: ReadRecord, series: ReadRecord, object: ReadRecord];

function byFile(patients: readonly ReadRecord[]): Map<string, Chain> {
  return new Map(
    patients.flatMap((patient) =>
      patient.below.flatMap((study) =>
        study.below.flatMap((series) =>
          series.below.map((object) => [object.file, [patient, study, series, object]] as const),
        ),
      ),
    ),
  );
}

/** What stands in a record when the object does not say it. */
const ourOwn = new Set(['19000101', '000000', 'UNKNOWN', 'PARTIAL']);

/** What the object did not say was made up, by each in its own way. */
function expectSame(about: string, mine: ReadRecord, theirs: ReadRecord, keys: readonly string[]): void {
  for (const key of keys) {
    const said = theirs.keys[key] ?? '';
    const madeUp = /^\^*$/.test(said) || /^(DCMTK.*|0)$/.test(said) || ourOwn.has(mine.keys[key] ?? '');
    // '01' is 1.
    const plain = (text: string | undefined) => (/^\d+$/.test(text ?? '') ? Number(text) : text);
    if (!madeUp) expect(plain(mine.keys[key]), `${key} of ${about}`).toBe(plain(said));
  }
}
