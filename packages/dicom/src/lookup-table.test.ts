import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readDataSet } from './data-set.ts';
import { readFrame } from './frames.ts';
import { type LookupTable, MAX_VOI_LUTS, readVoiLuts, tableEntries } from './lookup-table.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, latin, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import {
  type Encoding,
  EXPLICIT_BIG,
  EXPLICIT_BIG_UID,
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  IMPLICIT_LITTLE_UID,
} from './transfer-syntax.ts';
import { valuesOf } from './values.ts';

const presentationOf = (file: Uint8Array) => readPart10(file).attributes.instance.presentation;

function applied(table: LookupTable, pixels: ArrayLike<number>): Uint16Array {
  const entries = tableEntries(table);
  return Uint16Array.from(
    pixels,
    (value) => entries[Math.max(0, Math.min(table.count - 1, value - table.first))] ?? 0,
  );
}

const hash = (words: Uint16Array) =>
  createHash('sha256').update(new Uint8Array(words.buffer)).digest('hex').slice(0, 16);

describe('tables of files', () => {
  it('give the modality values that pydicom gives', () => {
    const file = readPart10(testFile('extra/other/RF_464x512_8bit.dcm'));
    const { modalityLut, notApplied } = file.attributes.instance.presentation;
    expect(modalityLut).toMatchObject({ first: 0, count: 256, bits: 8, type: 'US' });
    expect(hash(applied(modalityLut as LookupTable, readFrame(file, 0).pixels))).toBe('f62420d04132d3fc');
    expect(notApplied).toEqual([]);
  });

  it('begin at a negative value where pixels are signed', () => {
    const file = testFile('odd/pydicom/mlut_18.dcm');
    const { modalityLut } = presentationOf(file);
    expect(modalityLut).toMatchObject({ first: -2048, count: 4096, bits: 16 });
    const entries = tableEntries(modalityLut as LookupTable);
    expect([...entries.subarray(0, 5), entries.at(-1)]).toEqual([0, 16, 32, 48, 64, 65_535]);
    // Of the 12 bits that are stored; pydicom takes all 16 unless it is told.
    const { pixels } = readFrame(readPart10(file), 0);
    expect(hash(applied(modalityLut as LookupTable, pixels))).toBe('c03504deb7b6ec36');
  });

  it('give the values of interest that pydicom gives', () => {
    const file = readPart10(testFile('odd/pydicom/vlut_04.dcm'));
    const { voiLuts, windows } = file.attributes.instance.presentation;
    expect(windows).toEqual([]);
    expect(voiLuts).toMatchObject([{ first: 0, count: 256, bits: 16, explanation: '' }]);
    expect(hash(applied(voiLuts[0] as LookupTable, readFrame(file, 0).pixels))).toBe('a38b81c9af81a338');
  });

  it('are none where the sequences are there but empty', () => {
    const empty = concat(element(Tag.LUTDescriptor, 'US', []), element(Tag.LUTData, 'OW', []));
    const before = concat(
      sequence(Tag.ModalityLUTSequence, [empty], 'defined'),
      sequence(Tag.VOILUTSequence, [empty], 'undefined'),
    );
    const found = presentationOf(imageFile([1, 2, 3, 4], { before }));
    expect(found).toMatchObject({ modalityLut: null, voiLuts: [], notApplied: [] });
  });
});

type Descriptor = [number, number, number];

function table(
  descriptor: Descriptor,
  entries: number[] | Uint8Array,
  encoding: Encoding = EXPLICIT_LITTLE,
  vr = 'US',
) {
  return concat(
    element(Tag.LUTDescriptor, 'US', descriptor, encoding),
    element(Tag.LUTExplanation, 'LO', 'Bone', encoding),
    element(Tag.LUTData, vr, entries, encoding),
  );
}

function voiOf(...items: Uint8Array[]) {
  const set = readDataSet(sequence(Tag.VOILUTSequence, items, 'defined'), 0, EXPLICIT_LITTLE);
  return readVoiLuts(valuesOf(set), 'unsigned');
}

describe('tables that no test image has', () => {
  it('are read in every byte order and with entries of 8 bits', () => {
    for (const [encoding, uid] of [
      [IMPLICIT_LITTLE, IMPLICIT_LITTLE_UID],
      [EXPLICIT_BIG, EXPLICIT_BIG_UID],
    ] as const) {
      const wide = table([3, 63_488, 12], [0, 1000, 4095], encoding);
      const bytes = encoding.endian === 'big' ? [20, 10, 0, 30] : [10, 20, 30, 0];
      const narrow = table([3, 5, 8], Uint8Array.from(bytes), encoding, 'OW');
      const before = sequence(Tag.VOILUTSequence, [wide, narrow], 'defined', encoding);
      const pixels = { encoding, representation: 1, before };
      const { voiLuts } = presentationOf(imageFile([1, 2, 3, 4], pixels, uid));
      expect(voiLuts).toMatchObject([
        { first: -2048, count: 3, bits: 12, explanation: 'Bone' },
        { first: 5, count: 3, bits: 8 },
      ]);
      expect(voiLuts.map((each) => [...tableEntries(each)])).toEqual([
        [0, 1000, 4095],
        [10, 20, 30],
      ]);
    }
  });

  it('take 65,536 entries for a count of 0, and as many bits as the entries need', () => {
    const entries = Array.from({ length: 65_536 }, (_, at) => at);
    const { tables } = voiOf(table([0, 0, 8], entries, EXPLICIT_LITTLE, 'OW'));
    expect(tables).toMatchObject([{ count: 65_536, bits: 16 }]);
  });

  it('are refused above 65,536 entries, and where they contradict themselves, with the reason', () => {
    const words = new Uint8Array(Uint32Array.of(70_000, 0, 16).buffer);
    const long = concat(element(Tag.LUTDescriptor, 'UL', words), element(Tag.LUTData, 'OW', [1, 2]));
    const { tables, problems } = voiOf(
      long,
      table([4, 0, 16], [1]),
      table([2, 0, 99], [1, 2]),
      element(Tag.LUTDescriptor, 'US', [2]),
      table([2, 0, 16], [1, 2]),
    );
    expect(tables).toHaveLength(1);
    expect(problems).toEqual([
      'VOI LUT not offered: 70000 entries are above the limit of 65536',
      'VOI LUT not offered: 4 entries announced, 2 bytes there',
      'VOI LUT not offered: entries of 99 bits',
      'VOI LUT not offered: its descriptor is incomplete',
    ]);
  });

  it('are bounded in number and in entries together', () => {
    const { tables, problems } = voiOf(...Array.from({ length: 40 }, () => table([1, 0, 16], [1])));
    expect(tables).toHaveLength(MAX_VOI_LUTS);
    expect(problems).toHaveLength(1);
    const large = table([40_000, 0, 16], new Array<number>(40_000).fill(7), EXPLICIT_LITTLE, 'OW');
    expect(voiOf(large, large, large, large).tables).toHaveLength(3);
  });

  it('are those of each frame where the functional groups have them, each kept once', () => {
    const group = (...items: Uint8Array[]) =>
      sequence(Tag.FrameVOILUTSequence, [sequence(Tag.VOILUTSequence, items, 'undefined')], 'defined');
    const [soft, hard] = [table([2, 0, 8], [0, 255]), table([2, 0, 8], [255, 0])];
    const frames = sequence(
      Tag.PerFrameFunctionalGroupsSequence,
      [group(soft), group(hard, soft), group(hard)],
      'undefined',
    );
    const file = imageFile(new Uint8Array(24), { frames: '3', before: none, after: none, pixelVr: 'OW' });
    // Functional groups come before the pixels, in their tags' order.
    const at = Buffer.from(file).lastIndexOf(latin('\u00e0\u007f\u0010\u0000OW'));
    const { voiLuts, perFrame } = presentationOf(concat(file.subarray(0, at), frames, file.subarray(at)));
    expect(voiLuts.map((each) => [...tableEntries(each)])).toEqual([
      [0, 255],
      [255, 0],
    ]);
    expect(perFrame?.map((own) => own.voiLuts)).toEqual([[0], [1, 0], [1]]);
  });

  it('say INVERSE only in the terms of the standard', () => {
    const shape = (text: string) =>
      presentationOf(imageFile([1, 2, 3, 4], { after: element(Tag.PresentationLUTShape, 'CS', text) }))
        .presentationLutShape;
    expect([shape('INVERSE'), shape('IDENTITY'), shape('LIN OD')]).toEqual(['INVERSE', 'IDENTITY', '']);
    const real = presentationOf(testFile('extra/large/DX_2128x2000_MONO1_12bit_J2KR.dcm'));
    expect(real).toMatchObject({ presentationLutShape: 'INVERSE', photometric: 'MONOCHROME1' });
  });
});

const none = new Uint8Array(0);
