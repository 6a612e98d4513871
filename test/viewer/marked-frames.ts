// An image of three frames with VOI LUTs by name, a sigmoid window, and an overlay for its second frame only.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { OverlayElement, overlayTag } from '@strata/dicom/overlay-places';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta, sequence } from '@strata/dicom/testing/build';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';

const [rows, columns] = [96, 128];

/** The bright part of every frame; the overlay covers exactly it. */
const marked = { left: 30, top: 16, width: 40, height: 28 };

/** Whether a pixel is in the bright part. */
function isMarked(column: number, row: number): boolean {
  const { left, top, width, height } = marked;
  return column >= left && column < left + width && row >= top && row < top + height;
}

function everyPixel<Value>(value: (column: number, row: number) => Value): Value[] {
  return Array.from({ length: rows * columns }, (_, at) => value(at % columns, Math.floor(at / columns)));
}

/** Values of 0 to 255: a ramp from left to right in the lower half, 255 in the bright part. */
const frame = everyPixel((column, row) => {
  if (isMarked(column, row)) return 255;
  return row >= rows / 2 + 10 ? column * 2 : 0;
});

function bits(of: boolean[]): number[] {
  return Array.from({ length: of.length / 16 }, (_, word) =>
    of.slice(word * 16, word * 16 + 16).reduce((sum, set, bit) => sum + (set ? 2 ** bit : 0), 0),
  );
}

function lut(explanation: string, entry: (value: number) => number): Uint8Array {
  const entries = Array.from({ length: 256 }, (_, value) => entry(value));
  return concat(
    element(Tag.LUTDescriptor, 'US', [256, 0, 16]),
    element(Tag.LUTExplanation, 'LO', explanation),
    element(Tag.LUTData, 'OW', entries),
  );
}

/** Writes the image into a folder. @returns its path */
export function writeMarkedFrames(folder: string): string {
  const word = (tag: number, ...values: number[]) => element(tag, 'US', values);
  const overlay = (name: keyof typeof OverlayElement) => overlayTag(0x6000, OverlayElement[name]);
  const steps = lut('Steps', (value) => (value < 128 ? 0 : 65_535));
  const reversed = lut('Reversed', (value) => 65_535 - value * 257);
  const descriptor = new Uint8Array(Uint32Array.of(70_000, 0, 16).buffer);
  const tooLong = concat(element(Tag.LUTDescriptor, 'UL', descriptor), element(Tag.LUTData, 'OW', [1, 2]));
  const bytes = concat(
    fileMeta(EXPLICIT_LITTLE_UID),
    element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.7\0'),
    element(Tag.SOPInstanceUID, 'UI', '1.2.826.0.1.3680043.9.1.1'),
    element(Tag.Modality, 'CS', 'OT'),
    element(Tag.PatientName, 'PN', 'Marked^Frames'),
    element(Tag.PatientID, 'LO', 'MARKED'),
    element(Tag.StudyInstanceUID, 'UI', '1.2.826.0.1.3680043.9.1.2'),
    element(Tag.SeriesInstanceUID, 'UI', '1.2.826.0.1.3680043.9.1.3'),
    word(Tag.SamplesPerPixel, 1),
    element(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
    element(Tag.NumberOfFrames, 'IS', '3'),
    ...[word(Tag.Rows, rows), word(Tag.Columns, columns)],
    ...[word(Tag.BitsAllocated, 8), word(Tag.BitsStored, 8), word(Tag.HighBit, 7)],
    word(Tag.PixelRepresentation, 0),
    element(Tag.WindowCenter, 'DS', '128'),
    element(Tag.WindowWidth, 'DS', '128'),
    element(Tag.VOILUTFunction, 'CS', 'SIGMOID'),
    sequence(Tag.VOILUTSequence, [steps, reversed, tooLong], 'defined'),
    ...[word(overlay('Rows'), rows), word(overlay('Columns'), columns)],
    element(overlay('NumberOfFrames'), 'IS', '1'),
    element(overlay('Type'), 'CS', 'G'),
    element(overlay('Origin'), 'SS', [1, 1]),
    word(overlay('ImageFrameOrigin'), 2),
    element(overlay('Label'), 'LO', 'Marks'),
    element(overlay('Data'), 'OW', bits(everyPixel(isMarked))),
    element(Tag.PixelData, 'OB', Uint8Array.from([...frame, ...frame, ...frame])),
  );
  const file = path.join(folder, 'marked-frames.dcm');
  writeFileSync(file, bytes);
  return file;
}
