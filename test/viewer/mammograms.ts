// A mammography study made of one real mammogram for the tests: four views in one series, every eighth pixel.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openImage } from '@strata/dicom/image/open-image';
import { readPart10 } from '@strata/dicom/part10';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta } from '@strata/dicom/testing/build';
import { dataFolder } from '../support/data.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const every = 8;
/** Of each of them. */
export const mammogramColumns = 383;
export const mammographyStudy = '1.2.826.0.1.3680043.10.12';

/** In the order in which they were taken. The real one is a left breast; the right CC lies as no reader wants it. */
const views = [
  { side: 'L', view: 'MLO', directions: 'A\\F', isMirrored: false },
  { side: 'R', view: 'MLO', directions: 'P\\F', isMirrored: true },
  { side: 'L', view: 'CC', directions: 'A\\R', isMirrored: false },
  { side: 'R', view: 'CC', directions: 'A\\L', isMirrored: false },
] as const;

/** Writes the images. @returns their paths */
export async function writeMammograms(folder: string): Promise<string[]> {
  const real = await openImage(readPart10(readFileSync(`${dataFolder}/wg04/MG1_J2KI.dcm`)));
  const { frames } = real;
  if (!frames) throw new Error('The mammogram cannot be decoded.');
  const { width, height } = frames.format;
  const [columns, rows] = [mammogramColumns, Math.floor(height / every)];
  const pixels = frames.frame(0);
  const word = (tag: number, value: number) => element(tag, 'US', [value]);
  return views.map(({ side, view, directions, isMirrored }, at) => {
    const made = new Uint16Array(columns * rows);
    for (const index of made.keys()) {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      const from = isMirrored ? columns - 1 - column : column;
      made[index] = pixels[row * every * width + from * every] ?? 0;
    }
    const bytes = concat(
      fileMeta(explicitLittle),
      element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.1.2\0'),
      element(Tag.SOPInstanceUID, 'UI', `${mammographyStudy}.1.${at + 1}`),
      element(Tag.StudyDate, 'DA', '20040826'),
      element(Tag.Modality, 'CS', 'MG'),
      element(Tag.StudyDescription, 'LO', 'Screening'),
      element(Tag.PatientName, 'PN', 'Mammography^Made'),
      element(Tag.PatientID, 'LO', 'MG4'),
      element(Tag.ViewPosition, 'CS', view),
      element(Tag.StudyInstanceUID, 'UI', mammographyStudy),
      element(Tag.SeriesInstanceUID, 'UI', `${mammographyStudy}.1`),
      element(Tag.SeriesNumber, 'IS', '1'),
      element(Tag.InstanceNumber, 'IS', String(at + 1)),
      element(Tag.PatientOrientation, 'CS', directions),
      element(Tag.ImageLaterality, 'CS', side),
      word(Tag.SamplesPerPixel, 1),
      element(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
      word(Tag.Rows, rows),
      word(Tag.Columns, columns),
      word(Tag.BitsAllocated, 16),
      word(Tag.BitsStored, 16),
      word(Tag.HighBit, 15),
      word(Tag.PixelRepresentation, 0),
      element(Tag.PixelData, 'OW', new Uint8Array(made.buffer)),
    );
    const file = path.join(folder, `mammogram-${at + 1}.dcm`);
    writeFileSync(file, bytes);
    return file;
  });
}
