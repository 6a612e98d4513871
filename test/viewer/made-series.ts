// Series made of real ones for the tests: of an MR volume every eighth slice, sagittal ones cut through it, and the same a year before.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta } from '@strata/dicom/testing/build';
import { dataFiles } from '../support/data.ts';

const explicitLittle = '1.2.840.10008.1.2.1';

/** Of the made sagittal series: columns of the volume that it is cut through. */
export const sagittalColumns = [97, 117, 137, 157, 177] as const;

export interface BrainSlice {
  readonly file: string;
  readonly position: readonly [number, number, number];
  readonly orientation: readonly number[];
  readonly spacing: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
  readonly pixels: Int16Array;
}

/** The transverse slices, feet first. */
export function brainSlices(): BrainSlice[] {
  return dataFiles('series/mr-t1')
    .filter((_, at) => at % 8 === 0)
    .map(readSlice);
}

function readSlice(file: string): BrainSlice {
  const bytes = readFileSync(file);
  const { presentation } = readPart10(bytes).attributes.instance;
  const { imagePosition, imageOrientation, pixelSpacing } = presentation;
  if (!imagePosition || !imageOrientation || !pixelSpacing) throw new Error(`${file} has no geometry.`);
  const [columns, rows] = [274, 384];
  // The pixels are the last element, and not compressed.
  const pixels = new Int16Array(new Uint8Array(bytes.subarray(-columns * rows * 2)).buffer);
  const geometry = { position: imagePosition, orientation: imageOrientation, spacing: pixelSpacing };
  return { file, ...geometry, columns, rows, pixels };
}

/** Writes a series of sagittal slices through the volume, in its study and its space. @returns their paths */
export function writeSagittal(folder: string, slices: readonly BrainSlice[]): string[] {
  const [bottom] = slices;
  const top = slices.at(-1);
  if (!bottom || !top) throw new Error('The MR series is missing.');
  const { attributes } = readPart10(readFileSync(top.file));
  const text = (value: readonly number[]): string =>
    value.map((one) => one.toFixed(9).slice(0, 16)).join('\\');
  const way = [0, 1, 2].map((axis) => (bottom.position[axis] ?? 0) - (top.position[axis] ?? 0));
  const [length, [rowSpacing, columnSpacing]] = [Math.hypot(...way), top.spacing];
  return sagittalColumns.map((column, at) => {
    const { columns, rows, orientation, position } = top;
    const pixels = new Int16Array(rows * slices.length);
    for (const [row, slice] of slices.toReversed().entries()) {
      for (let x = 0; x < rows; x++) pixels[row * rows + x] = slice.pixels[x * columns + column] ?? 0;
    }
    const place = position.map((value, axis) => value + (orientation[axis] ?? 0) * column * columnSpacing);
    const word = (tag: number, value: number) => element(tag, 'US', [value]);
    const bytes = concat(
      fileMeta(explicitLittle),
      element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.4\0'),
      element(Tag.SOPInstanceUID, 'UI', `1.2.826.0.1.3680043.10.7.${column}`),
      element(Tag.StudyDate, 'DA', attributes.study.date),
      element(Tag.Modality, 'CS', 'MR'),
      element(Tag.SeriesDescription, 'LO', 'sagittal'),
      element(Tag.PatientName, 'PN', attributes.patient.name),
      element(Tag.PatientID, 'LO', attributes.patient.id),
      element(Tag.StudyInstanceUID, 'UI', attributes.study.uid),
      element(Tag.SeriesInstanceUID, 'UI', '1.2.826.0.1.3680043.10.7'),
      element(Tag.SeriesNumber, 'IS', '900'),
      element(Tag.InstanceNumber, 'IS', String(at + 1)),
      element(Tag.ImagePositionPatient, 'DS', text(place)),
      element(
        Tag.ImageOrientationPatient,
        'DS',
        text([...orientation.slice(3), ...way.map((one) => one / length)]),
      ),
      element(Tag.FrameOfReferenceUID, 'UI', attributes.instance.presentation.frameOfReference),
      word(Tag.SamplesPerPixel, 1),
      element(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
      word(Tag.Rows, slices.length),
      word(Tag.Columns, rows),
      element(Tag.PixelSpacing, 'DS', text([length / (slices.length - 1), rowSpacing])),
      word(Tag.BitsAllocated, 16),
      word(Tag.BitsStored, 16),
      word(Tag.HighBit, 15),
      word(Tag.PixelRepresentation, 1),
      element(Tag.PixelData, 'OW', new Uint8Array(pixels.buffer)),
    );
    const file = path.join(folder, `sagittal-${column}.dcm`);
    writeFileSync(file, bytes);
    return file;
  });
}

/** Writes the slices as a study of the same patient a year before, in a space of its own. Lengths stay. @returns their paths */
export function writePrior(folder: string, slices: readonly BrainSlice[]): string[] {
  return slices.map(({ file }) => {
    const changed = readFileSync(file)
      .toString('latin1')
      .replaceAll('1.2.826.0.1.3680043.2.1143.', '1.2.826.0.1.3680043.2.1149.')
      .replaceAll('20130717', '20120717');
    const written = path.join(folder, `prior-${path.basename(file)}`);
    writeFileSync(written, changed, 'latin1');
    return written;
  });
}
