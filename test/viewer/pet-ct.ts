// A PET series made for the tests, in the space of a real CT series whose gantry was tilted: its header is that of a real PET image.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import { Tag } from '@strata/dicom/tags';
import { concat, element, fileMeta, sequence } from '@strata/dicom/testing/build';
import { dataFiles } from '../support/data.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const [size, voxel, images] = [64, 4, 44];
/** The middle of the first pixel of the lowest image; patient coordinates. */
const corner = [-126, -131, -50] as const;

/** Where the made series is hot, in the patient, and how hot: SUV by body weight. */
export const hotSpot = { place: [30, -10, 50], radius: 12, suv: 8 } as const;
/** Of the warm rest of the head. */
const warmSuv = 1.5;

// Of 90 kg and 474,592,928 Bq of F-18 5,316 s before the scan, as in the header below.
const suvPerActivity = 0.00033176370742160247;
const slope = 2;

export const ctFiles = (): string[] => dataFiles('series/ct-ge');

/** Writes the series into the study of the CT series. @param frameOfReference another than the CT's @returns paths */
export function writePet(folder: string, frameOfReference?: string): string[] {
  const [ct = ''] = ctFiles();
  const { attributes } = readPart10(readFileSync(ct));
  const { patient, study, instance } = attributes;
  const space = frameOfReference ?? instance.presentation.frameOfReference;
  const series = frameOfReference ? '1.2.826.0.1.3680043.10.9' : '1.2.826.0.1.3680043.10.8';
  const given = concat(
    element(Tag.RadiopharmaceuticalStartTime, 'TM', '093200.00'),
    element(Tag.RadionuclideTotalDose, 'DS', '474592928.0'),
    element(Tag.RadionuclideHalfLife, 'DS', '6588.0'),
  );
  const word = (tag: number, value: number) => element(tag, 'US', [value]);
  return Array.from({ length: frameOfReference ? 4 : images }, (_, at) => {
    const bytes = concat(
      fileMeta(explicitLittle),
      element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.128\0'),
      element(Tag.SOPInstanceUID, 'UI', `${series}.${at + 1}`),
      element(Tag.StudyDate, 'DA', study.date),
      element(Tag.SeriesDate, 'DA', '20141023'),
      element(Tag.AcquisitionDate, 'DA', '20141023'),
      element(Tag.SeriesTime, 'TM', '110036.00'),
      element(Tag.AcquisitionTime, 'TM', '110036.00'),
      element(Tag.Modality, 'CS', 'PT'),
      element(Tag.SeriesDescription, 'LO', frameOfReference ? 'elsewhere' : 'FDG'),
      element(Tag.PatientName, 'PN', patient.name),
      element(Tag.PatientID, 'LO', patient.id),
      element(Tag.PatientSex, 'CS', 'M'),
      element(Tag.PatientSize, 'DS', '1.7'),
      element(Tag.PatientWeight, 'DS', '90.0'),
      element(Tag.StudyInstanceUID, 'UI', study.uid),
      element(Tag.SeriesInstanceUID, 'UI', series),
      element(Tag.SeriesNumber, 'IS', frameOfReference ? '801' : '800'),
      element(Tag.InstanceNumber, 'IS', String(at + 1)),
      element(Tag.ImagePositionPatient, 'DS', `${corner[0]}\\${corner[1]}\\${corner[2] + at * voxel}`),
      element(Tag.ImageOrientationPatient, 'DS', '1\\0\\0\\0\\1\\0'),
      element(Tag.FrameOfReferenceUID, 'UI', space),
      word(Tag.SamplesPerPixel, 1),
      element(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
      word(Tag.Rows, size),
      word(Tag.Columns, size),
      element(Tag.PixelSpacing, 'DS', `${voxel}\\${voxel}`),
      element(Tag.CorrectedImage, 'CS', 'DECY\\ATTN\\SCAT'),
      word(Tag.BitsAllocated, 16),
      word(Tag.BitsStored, 16),
      word(Tag.HighBit, 15),
      word(Tag.PixelRepresentation, 1),
      element(Tag.RescaleIntercept, 'DS', '0'),
      element(Tag.RescaleSlope, 'DS', String(slope)),
      sequence(Tag.RadiopharmaceuticalInformationSequence, [given], 'undefined'),
      element(Tag.Units, 'CS', 'BQML'),
      element(Tag.DecayCorrection, 'CS', 'START'),
      element(Tag.PixelData, 'OW', new Uint8Array(pixelsAt(corner[2] + at * voxel).buffer)),
    );
    const file = path.join(folder, `pet-${series}-${at}.dcm`);
    writeFileSync(file, bytes);
    return file;
  });
}

/** A warm head with a hot spot; activity follows from SUV. */
function pixelsAt(z: number): Int16Array {
  const pixels = new Int16Array(size * size);
  for (const at of pixels.keys()) {
    const [x, y] = [corner[0] + (at % size) * voxel, corner[1] + Math.floor(at / size) * voxel];
    pixels[at] = Math.round(suvOf(x, y, z) / suvPerActivity / slope);
  }
  return pixels;
}

function suvOf(x: number, y: number, z: number): number {
  const inHead = (x / 75) ** 2 + ((y + 10) / 95) ** 2 + ((z - 45) / 90) ** 2 < 1;
  const [hotX, hotY, hotZ] = hotSpot.place;
  if (Math.hypot(x - hotX, y - hotY, z - hotZ) < hotSpot.radius) return hotSpot.suv;
  return inHead ? warmSuv : 0;
}

/** Places in the plane through one of them that lies across an axis, where rows and columns of voxels have their middles. */
export function petMiddles(place: readonly [number, number, number], across: number) {
  const along = [0, 1, 2].map((axis) =>
    axis === across
      ? [place[axis] ?? 0]
      : Array.from({ length: axis === 2 ? images : size }, (_, at) => (corner[axis] ?? 0) + at * voxel),
  );
  const [xs = [], ys = [], zs = []] = along;
  return xs.flatMap((x) => ys.flatMap((y) => zs.map((z) => [x, y, z] as const)));
}

/** The SUV of the made series at a place in the patient: between the eight voxels around it, weighed by how near they are. */
export function petAt(place: Place): number {
  const index = place.map((value, axis) => (value - (corner[axis] ?? 0)) / voxel);
  let sum = 0;
  for (const ends of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const at = index.map((value, axis) => Math.floor(value) + ((ends >> axis) & 1));
    const weight = index.reduce((all, value, axis) => all * (1 - Math.abs(value - (at[axis] ?? 0))), 1);
    const [x = 0, y = 0, z = 0] = at.map((value, axis) => (corner[axis] ?? 0) + value * voxel);
    sum += weight * suvOf(x, y, z);
  }
  return sum;
}

type Place = readonly number[];
const dot = (a: Place, b: Place): number => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Where each image of the CT series lies, in the order of their numbers. */
export function ctPlanes() {
  const instances = ctFiles().map((file) => readPart10(readFileSync(file)).attributes.instance);
  instances.sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
  return instances.map(({ presentation }) => {
    const { imagePosition = [], imageOrientation, pixelSpacing } = presentation;
    const [row, column] = [imageOrientation?.slice(0, 3) ?? [], imageOrientation?.slice(3) ?? []];
    const normal = [0, 1, 2].map((axis) => {
      const [one, other] = [(axis + 1) % 3, (axis + 2) % 3];
      return (row[one] ?? 0) * (column[other] ?? 0) - (row[other] ?? 0) * (column[one] ?? 0);
    });
    const from = (place: Place) => place.map((value, axis) => value - (imagePosition?.[axis] ?? 0));
    return {
      distanceTo: (place: Place) => dot(from(place), normal),
      pixelOf: (place: Place) =>
        [
          dot(from(place), row) / (pixelSpacing?.[1] ?? 1),
          dot(from(place), column) / (pixelSpacing?.[0] ?? 1),
        ] as const,
    };
  });
}
