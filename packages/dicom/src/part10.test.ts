import { deflateRawSync } from 'node:zlib';
import { pixelBytes } from '@strata/codec/format';
import { describe, expect, it } from 'vitest';
import { readFrame } from './frames.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, fileMeta, identity, imageDataSet, imageFile, latin } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { refusal } from './testing/refusal.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const pixels = [1, 2, 300, 65535];
const valuesIn = (bytes: Uint8Array): number[] => [...readFrame(readPart10(bytes), 0).pixels];

describe('files that are read', () => {
  it('reads implicit and explicit, little and big endian, and deflated data sets alike', () => {
    for (const [uid, encoding] of [
      [IMPLICIT, IMPLICIT_LITTLE],
      [EXPLICIT, EXPLICIT_LITTLE],
      [BIG, EXPLICIT_BIG],
    ] as const) {
      const file = readPart10(imageFile(pixels, { encoding }, uid));
      expect(file.transferSyntaxUid).toBe(uid);
      expect(file.attributes.patient.name).toBe('Test^Patient');
      expect([...readFrame(file, 0).pixels]).toEqual(pixels);
    }
    const deflated = concat(fileMeta(DEFLATED), deflateRawSync(imageDataSet(pixels)));
    expect(valuesIn(deflated)).toEqual(pixels);
    expect(readPart10(deflated).pixels?.offset).toBeNull();
  });

  it('reads the same pixels from the same image in four transfer syntaxes', () => {
    const names = [
      'LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1',
      'LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2',
      'BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2',
      'DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99',
    ];
    const frames = names.map((name) =>
      readFrame(readPart10(testFile(`odd/cornerstone/CTImage.dcm_${name}.dcm`)), 0),
    );
    const first = frames[0]?.pixels ?? new Int16Array(0);
    for (const { pixels } of frames) expect(Buffer.compare(pixelBytes(pixels), pixelBytes(first))).toBe(0);
  });

  it('reads bare data sets without file meta information by the look of their first element', () => {
    for (const [uid, encoding] of [
      [IMPLICIT, IMPLICIT_LITTLE],
      [EXPLICIT, EXPLICIT_LITTLE],
      [BIG, EXPLICIT_BIG],
    ] as const) {
      const file = readPart10(imageDataSet(pixels, { encoding }));
      expect(file.transferSyntaxUid).toBe(uid);
      expect([...readFrame(file, 0).pixels]).toEqual(pixels);
    }
    expect(readPart10(testFile('odd/pydicom/rtstruct.dcm')).attributes.series.modality).toBe('RTSTRUCT');
    expect(readPart10(testFile('odd/pydicom/ExplVR_LitEndNoMeta.dcm')).transferSyntaxUid).toBe(EXPLICIT);
  });

  it('reads file meta information without a preamble, with the prefix or without it', () => {
    const whole = imageFile(pixels);
    expect(valuesIn(whole.subarray(128))).toEqual(pixels);
    expect(valuesIn(whole.subarray(132))).toEqual(pixels);
  });

  it('does not believe the group length of the file meta information', () => {
    const meta = concat(new Uint8Array(128), latin('DICM'), element(0x00020000, 'UL', [9999, 0]));
    const uid = element(Tag.TransferSyntaxUID, 'UI', `${EXPLICIT}\0`);
    expect(valuesIn(concat(meta, uid, imageDataSet(pixels)))).toEqual(pixels);
  });

  it('reads a data set that is plainly written otherwise than its transfer syntax says', () => {
    expect(valuesIn(imageFile(pixels, { encoding: IMPLICIT_LITTLE }, EXPLICIT))).toEqual(pixels);
    expect(valuesIn(imageFile(pixels, { encoding: EXPLICIT_LITTLE }, IMPLICIT))).toEqual(pixels);
  });

  it('accepts zeros that fill a file up to a block size', () => {
    expect(valuesIn(concat(imageFile(pixels), new Uint8Array(1001)))).toEqual(pixels);
  });

  it('reads objects without pixels', () => {
    const file = readPart10(testFile('odd/pydicom/test-SR.dcm'));
    expect(file.pixels).toBeNull();
    expect(file.attributes.instance.frames).toBe(0);
    expect(refusal(() => readFrame(file, 0)).code).toBe('bad-frame');
  });

  it('reads a Buffer as it reads an array', () => {
    const file = readPart10(Buffer.from(imageFile([1, 2, 3, 4], { bitsAllocated: 8, representation: 1 })));
    expect([...readFrame(file, 0).pixels]).toEqual([1, 0, 2, 0]);
  });

  it('does not need the bytes to begin at an even address or to own their buffer', () => {
    const bytes = imageFile(pixels);
    const shifted = concat(new Uint8Array(7), bytes, new Uint8Array(9)).subarray(7, 7 + bytes.length);
    expect(valuesIn(shifted)).toEqual(pixels);
  });
});

describe('files that are refused', () => {
  it('refuses what is not DICOM', () => {
    const others = [
      '',
      'DIC',
      'A text file that someone called image.dcm.\n'.repeat(20),
      'PK\x03\x04zip',
      '\xff\xd8\xff\xe0jpeg....',
    ];
    for (const other of others) expect(refusal(() => readPart10(latin(other))).code).toBe('not-dicom');
    expect(refusal(() => readPart10(new Uint8Array(5000))).code).toBe('not-dicom');
    expect(refusal(() => readPart10(concat(new Uint8Array(128), latin('DICM')))).code).toBe('truncated');
  });

  it('refuses a DICOMDIR', () => {
    for (const name of ['odd/fo-dicom/DICOMDIR.dcm', 'series/ct-philips/DIRFILE.dcm']) {
      expect(refusal(() => readPart10(testFile(name))).code).toBe('directory');
    }
  });

  it('keeps pixels in an unknown transfer syntax unread, with its UID', () => {
    const { source } = readPart10(imageFile(pixels, {}, '1.2.3.4.5'));
    expect(source).toMatchObject({ kind: 'unread', reason: expect.stringContaining('1.2.3.4.5') });
  });

  it('refuses an object whose UIDs are missing, too long, or no UIDs', () => {
    const uids = ['', 'abc', '1.2.', '..', '1..2', '1.2/../3', `1.${'2'.repeat(63)}`];
    for (const uid of uids) {
      const bytes = concat(fileMeta(EXPLICIT), identity(EXPLICIT_LITTLE, uid));
      const error = refusal(() => readPart10(bytes));
      expect(error.code).toBe('missing-uid');
      expect(error.tag).toBe(Tag.SOPInstanceUID);
    }
    const longest = `1.${'2'.repeat(62)}`;
    const bytes = concat(fileMeta(EXPLICIT), identity(EXPLICIT_LITTLE, `${longest}\0`));
    expect(readPart10(bytes).attributes.instance.uid).toBe(longest);
  });

  it('refuses a deflated data set that is damaged, cut, or inflates without end', () => {
    const deflated = deflateRawSync(imageDataSet(pixels));
    const cut = concat(fileMeta(DEFLATED), deflated.subarray(0, -20));
    expect(refusal(() => readPart10(cut)).code).toBe('truncated');
    const damaged = concat(fileMeta(DEFLATED), latin('\xff'.repeat(50)));
    expect(refusal(() => readPart10(damaged)).code).toBe('malformed');
    const bomb = concat(fileMeta(DEFLATED), deflateRawSync(new Uint8Array(2 ** 29 + 1), { level: 1 }));
    expect(refusal(() => readPart10(bomb)).code).toBe('too-large');
  });

  it('refuses, or reads all the same, a file that was cut at any byte', () => {
    const after = element(Tag.DataSetTrailingPadding, 'OB', new Uint8Array(10));
    const whole = imageFile(pixels, { after });
    const end = whole.length - after.length;
    for (let length = 0; length < end; length++) {
      const cut = whole.subarray(0, length);
      let name: string;
      try {
        const file = readPart10(cut);
        // Cut between two elements: what is there is an object without pixels.
        name = file.attributes.patient.name;
        expect(file.pixels).toBeNull();
      } catch (error) {
        name = error instanceof Error ? error.name : '';
      }
      expect(['DicomError', 'Test^Patient']).toContain(name);
    }
    expect(valuesIn(whole.subarray(0, end))).toEqual(pixels);
  });
});
