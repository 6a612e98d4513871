// How decoded frames stand in native pixel data of their own, and which elements must say so.
import type { ImageFrames } from '../image/frames.ts';
import type { DicomFile } from '../part10.ts';
import type { PixelPacking } from '../pixel-packing.ts';
import { Tag } from '../tags.ts';
import { valueBytes } from '../values.ts';
import { type Changes, codeString, unsignedShort } from './native-file.ts';

/** What is shown of an object: its frames, and what they are. */
export interface ShownImage {
  readonly frames: ImageFrames;
  /** Of the frames. */
  readonly photometric: string;
  /** Whether the image was ever compressed with loss. */
  readonly lossy: boolean;
}

/** Samples together, in the bits that the data set allocates if those do. */
export function shownPacking(file: DicomFile, { frames }: Pick<ShownImage, 'frames'>): PixelPacking {
  const stated = file.source.kind === 'encapsulated' ? file.source.pixels.expected.bitsAllocated : 0;
  const own = file.pixels?.bitsAllocated ?? stated;
  const { format, count } = frames;
  const single = format.bits === 1 && own === 1;
  const bitsAllocated = single ? 1 : format.bits <= 8 && own !== 16 ? 8 : 16;
  return { format, frames: count, bitsAllocated, shift: 0, arrangement: 'interleaved', order: 'straight' };
}

/** The elements of the image pixel module as the frames are now. */
export function shownElements(file: DicomFile, image: ShownImage, packing: PixelPacking): Changes {
  const { format, bitsAllocated } = packing;
  const changes = new Map<number, { vr: string; value: Uint8Array }>([
    [Tag.BitsAllocated, unsignedShort(bitsAllocated)],
    [Tag.BitsStored, unsignedShort(format.bits)],
    [Tag.HighBit, unsignedShort(format.bits - 1)],
    [Tag.PhotometricInterpretation, codeString(image.photometric)],
  ]);
  if (format.samples === 3) changes.set(Tag.PlanarConfiguration, unsignedShort(0));
  if (image.lossy && valueBytes(file.dataSet, Tag.LossyImageCompression).length === 0) {
    changes.set(Tag.LossyImageCompression, codeString('01'));
  }
  return changes;
}
