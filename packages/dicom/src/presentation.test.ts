import { describe, expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import type { Presentation } from './presentation.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, latin, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { EXPLICIT_BIG, EXPLICIT_LITTLE } from './transfer-syntax.ts';

const presentationIn = (bytes: Uint8Array): Presentation =>
  readPart10(bytes).attributes.instance.presentation;
const presentationWith = (...before: Uint8Array[]): Presentation =>
  presentationIn(imageFile([1, 2, 3, 4], { before: concat(...before) }));
const palette = (file: string): { first: number; count: number; rgb: Buffer } | null => {
  const found = presentationIn(testFile(file)).palette;
  return found && { ...found, rgb: Buffer.from(found.rgb, 'base64') };
};

describe('what a viewer needs', () => {
  it('reads windows, rescale and geometry of a CT slice', () => {
    const found = presentationIn(
      testFile('odd/cornerstone/CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm'),
    );
    expect(found).toMatchObject({
      windows: [{ centre: 40, width: 400, explanation: '' }],
      rescale: { slope: 1, intercept: -1024, type: '' },
      pixelSpacing: [0.675781, 0.675781],
      imagePosition: [-161.399994, -148.800003, 4.7],
      imageOrientation: [1, 0, 0, 0, 1, 0],
      sliceLocation: 4.6999998093,
      pixelPadding: [-32768, -32768],
    });
  });

  it('reads them from the functional groups of an enhanced multi-frame object', () => {
    expect(presentationIn(testFile('extra/multiframe/EnhancedMR_128x128_96f_Siemens.dcm'))).toMatchObject({
      windows: [{ centre: 515, width: 1039, explanation: '' }],
      rescale: { slope: 1, intercept: 0, type: 'US' },
      pixelSpacing: [2, 2],
      imagePosition: [-100.424, -156.094, 113.224],
      imageOrientation: [0, 1, 0, 0, 0, -1],
    });
  });

  it('prefers the group of the first frame to the shared one, and that to the data set', () => {
    const group = (spacing: string): Uint8Array =>
      sequence(Tag.PixelMeasuresSequence, [element(Tag.PixelSpacing, 'DS', spacing)], 'defined');
    const top = element(Tag.PixelSpacing, 'DS', '1\\1');
    const shared = sequence(Tag.SharedFunctionalGroupsSequence, [group('2\\2')], 'undefined');
    const perFrame = sequence(
      Tag.PerFrameFunctionalGroupsSequence,
      [group('3\\3'), group('4\\4')],
      'undefined',
    );
    expect(presentationWith(top).pixelSpacing).toEqual([1, 1]);
    expect(presentationWith(top, shared).pixelSpacing).toEqual([2, 2]);
    expect(presentationWith(top, shared, perFrame).pixelSpacing).toEqual([3, 3]);
  });

  it('keeps only windows that can be shown, each with its explanation', () => {
    const found = presentationWith(
      element(Tag.WindowCenter, 'DS', '40\\x\\-600\\10'),
      element(Tag.WindowWidth, 'DS', '400\\1\\1500\\0'),
      element(Tag.WindowCenterWidthExplanation, 'LO', 'SOFT\\?\\LUNG\\ZERO'),
    );
    expect(found.windows).toEqual([
      { centre: 40, width: 400, explanation: 'SOFT' },
      { centre: -600, width: 1500, explanation: 'LUNG' },
    ]);
  });

  it('gives null for geometry that cannot be', () => {
    const found = presentationWith(
      element(Tag.PixelSpacing, 'DS', '0\\1'),
      element(Tag.ImagePositionPatient, 'DS', '1\\2'),
      element(Tag.ImageOrientationPatient, 'DS', '1\\0\\0\\0\\x\\0'),
      element(Tag.RescaleSlope, 'DS', '0'),
      element(Tag.RescaleIntercept, 'DS', '5'),
      element(Tag.FrameTime, 'DS', '-3'),
    );
    expect(found).toMatchObject({
      pixelSpacing: null,
      imagePosition: null,
      imageOrientation: null,
      rescale: null,
      frameTime: null,
    });
  });

  it('reads the time between frames, or takes it from a rate', () => {
    expect(presentationWith(element(Tag.FrameTime, 'DS', '33.3')).frameTime).toBe(33.3);
    expect(presentationWith(element(Tag.CineRate, 'IS', '25')).frameTime).toBe(40);
  });

  it('can be written as JSON and read again', () => {
    const found = presentationIn(testFile('odd/pydicom/OBXXXX1A.dcm'));
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });
});

describe('palettes', () => {
  it('are the same in little and big endian', () => {
    const little = palette('odd/pydicom/OBXXXX1A.dcm');
    expect(little).toMatchObject({ first: 0, count: 256 });
    expect(little?.rgb.length).toBe(768);
    expect(palette('odd/pydicom/OBXXXX1A_expb.dcm')).toEqual(little);
  });

  it('have all 65,536 entries when the descriptor says 0', () => {
    const found = palette('odd/pydicom/gdcm-US-ALOKA-16_big.dcm');
    expect(found?.count).toBe(65_536);
    expect(found?.rgb.length).toBe(3 * 65_536);
  });

  const tables = (encoding: typeof EXPLICIT_LITTLE, descriptor: number[], table: Uint8Array): Uint8Array =>
    concat(
      ...[0, 1, 2].map((colour) =>
        element(Tag.RedPaletteColorLookupTableDescriptor + colour, 'US', descriptor, encoding),
      ),
      ...[0, 1, 2].map((colour) =>
        element(Tag.RedPaletteColorLookupTableData + colour, 'OW', table, encoding),
      ),
    );
  const reds = (bytes: Uint8Array): number[] | null => {
    const rgb = presentationIn(bytes).palette?.rgb;
    return rgb === undefined ? null : [...Buffer.from(rgb, 'base64')].filter((_, at) => at % 3 === 0);
  };
  const options = { photometric: 'PALETTE COLOR', bitsAllocated: 8 };

  it('take the upper 8 bits of 16, or the lower where only those are used', () => {
    const words = latin('\x01\x10\x02\x20\x03\x30\x04\x40');
    const high = tables(EXPLICIT_LITTLE, [4, 0, 16], words);
    expect(reds(imageFile(latin('\0\x01\x02\x03'), { ...options, before: high }))).toEqual([16, 32, 48, 64]);
    const low = tables(EXPLICIT_LITTLE, [4, 0, 16], latin('\x01\0\x02\0\x03\0\x04\0'));
    expect(reds(imageFile(latin('\0\x01\x02\x03'), { ...options, before: low }))).toEqual([1, 2, 3, 4]);
  });

  it('unpack two 8-bit entries to a word in either byte order', () => {
    const little = tables(EXPLICIT_LITTLE, [4, 0, 8], latin('\x01\x02\x03\x04'));
    expect(reds(imageFile(latin('\0\x01\x02\x03'), { ...options, before: little }))).toEqual([1, 2, 3, 4]);
    const big = tables(EXPLICIT_BIG, [4, 0, 8], latin('\x02\x01\x04\x03'));
    const bytes = imageFile(
      latin('\0\x01\x02\x03'),
      { ...options, before: big, encoding: EXPLICIT_BIG },
      '1.2.840.10008.1.2.2',
    );
    expect(reds(bytes)).toEqual([1, 2, 3, 4]);
  });

  it('expand discrete, linear and indirect segments', () => {
    const segments = [0, 2, 0x1000, 0x2000, 1, 2, 0x4000, 2, 1, 0, 0];
    const words = new Uint8Array(Uint16Array.from(segments).buffer);
    const before = concat(
      element(Tag.RedPaletteColorLookupTableDescriptor, 'US', [6, 0, 16]),
      ...[0, 1, 2].map((colour) =>
        element(Tag.SegmentedRedPaletteColorLookupTableData + colour, 'OW', words),
      ),
    );
    expect(reds(imageFile(latin('\0\x01\x02\x03'), { ...options, before }))).toEqual([
      16, 32, 48, 64, 16, 32,
    ]);
  });

  it('are null when a colour is missing or too short', () => {
    const short = tables(EXPLICIT_LITTLE, [200, 0, 16], latin('\x01\x02'));
    expect(reds(imageFile(latin('\0\x01\x02\x03'), { ...options, before: short }))).toBeNull();
    expect(reds(imageFile(latin('\0\x01\x02\x03'), options))).toBeNull();
  });
});
