// A study of two made series of many small frames: one long enough to outgrow a small memory, one short.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta } from '@strata/dicom/testing/build';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';

const root = '1.2.826.0.1.3680043.9.78';
const side = 192;

/** Frames of each series; bytes of pixels that the coarse levels of the long one take in the page, as 16-bit values. */
export const manyFrames = {
  study: `${root}.1`,
  ...{ long: 2000, short: 20 },
  coarseBytes: 2000 * (side / 4) ** 2 * 2,
} as const;

/** Writes both series, an instance of many frames each. @returns the files */
export function writeManyFrames(folder: string): string[] {
  return [manyFrames.long, manyFrames.short].map((frames, index) => {
    const file = path.join(folder, `many-frames-${index}.dcm`);
    writeFileSync(file, fileOf(index + 1, frames));
    return file;
  });
}

function fileOf(series: number, frames: number): Uint8Array {
  const word = (tag: number, value: number) => element(tag, 'US', [value]);
  return concat(
    fileMeta(EXPLICIT_LITTLE_UID),
    element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.7.2\0'),
    element(Tag.SOPInstanceUID, 'UI', uid(`1.${series}.1`)),
    element(Tag.StudyDate, 'DA', '20260102'),
    element(Tag.Modality, 'CS', 'OT'),
    element(Tag.PatientName, 'PN', 'Many^Frames'),
    element(Tag.PatientID, 'LO', 'MANY'),
    element(Tag.StudyInstanceUID, 'UI', uid('1')),
    element(Tag.SeriesInstanceUID, 'UI', uid(`1.${series}`)),
    element(Tag.SeriesNumber, 'IS', String(series)),
    element(Tag.InstanceNumber, 'IS', '1'),
    word(Tag.SamplesPerPixel, 1),
    element(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
    element(Tag.NumberOfFrames, 'IS', String(frames)),
    ...[word(Tag.Rows, side), word(Tag.Columns, side), word(Tag.BitsAllocated, 8), word(Tag.BitsStored, 8)],
    ...[word(Tag.HighBit, 7), word(Tag.PixelRepresentation, 0)],
    element(Tag.PixelData, 'OB', pixelsOf(frames)),
  );
}

function uid(below: string): string {
  const own = `${root}.${below}`;
  return own.length % 2 === 0 ? own : `${own}\0`;
}

/** A disc that wanders over a slope, with a little noise: no two frames are the same. */
function pixelsOf(frames: number): Uint8Array {
  const pixels = new Uint8Array(frames * side * side);
  let noise = 1;
  for (let frame = 0; frame < frames; frame++) {
    const centre = 48 + ((frame * 7) % 96);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
        const inside = (x - centre) ** 2 + (y - 96) ** 2 < 900;
        pixels[(frame * side + y) * side + x] = (x >> 1) + (inside ? 120 : 16) + (noise >>> 29);
      }
    }
  }
  return pixels;
}
