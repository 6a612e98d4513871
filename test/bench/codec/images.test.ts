import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../support/data.ts';
import { type BenchImage, ImageReader, type LeftOut } from './images.ts';

const read = (reader: ImageReader, name: string): Promise<BenchImage | LeftOut> =>
  reader.read(path.join(dataFolder, name));

describe('the images of the codec benchmark', () => {
  it('are the same from JPEG lossless and from RLE, and count once', async () => {
    const reader = new ImageReader(dataFolder);
    expect(await read(reader, 'wg04/CT1_JPLL.dcm')).toMatchObject({
      set: 'wg04',
      modality: 'CT',
      format: { width: 512, height: 512, samples: 1, bits: 16, signed: true },
    });
    expect(await read(reader, 'wg04/CT1_RLE.dcm')).toEqual({
      name: 'wg04/CT1_RLE.dcm',
      reason: 'the same image as wg04/CT1_JPLL.dcm',
    });
  });

  it('keep sign, colour and bits of every syntax', async () => {
    const reader = new ImageReader(dataFolder);
    expect(await read(reader, 'wg04/MR3_JLSL.dcm')).toMatchObject({ format: { bits: 16, signed: true } });
    expect(await read(reader, 'wg04/VL1_J2KR.dcm')).toMatchObject({
      format: { width: 756, height: 486, samples: 3, bits: 8, signed: false },
      colour: 'rgb',
    });
    expect(await read(reader, 'wg04/NM1_J2KR.dcm')).toMatchObject({ format: { width: 256, height: 1024 } });
  });

  it('leave out a stream that is none, and what holds no picture, with the reason', async () => {
    const reader = new ImageReader(dataFolder);
    expect(await read(reader, 'odd/fo-dicom/genFile.dcm')).toMatchObject({
      reason: 'frame 1 cannot be decoded: the bitstream does not begin as JPEG',
    });
    expect(await read(reader, 'odd/cornerstone/no-pixel-data.dcm')).toMatchObject({
      reason: 'holds no pixels',
    });
  });
});
