// What turns pixels into distances where Pixel Spacing alone does not, and how the image lies in its frame of reference.
import { itemsOf } from './items.ts';
import { Tag } from './tags.ts';
import { code, integer, number, texts, tuple, uid, type Values } from './values.ts';

/** A part of an ultrasound image with a scale of its own (PS3.3 C.8.5.5). */
export type UltrasoundRegion = {
  /** First and last column and row: x0, y0, x1, y1; pixels from 0. */
  box: [number, number, number, number];
  /** Codes of what a step right and down measures: 3 is centimetres, 4 seconds, ... */
  units: [number, number];
  /** How much a pixel measures right and down, in these units. */
  deltas: [number, number];
};

export interface Calibration {
  /** UID; '' when not said. Images with the same share one space. */
  frameOfReference: string;
  /** Where rows and columns lead, in letters: 'L', 'PF'; null when not said. */
  patientOrientation: [string, string] | null;
  /** At the front of the detector, between rows and between columns, in mm. */
  imagerPixelSpacing: [number, number] | null;
  /** GEOMETRY, FIDUCIAL or '': how Pixel Spacing was corrected (PS3.3 10.7). */
  spacingCalibration: string;
  /** Of what is at the detector over what is in the patient, estimated; above 0. */
  magnification: number | null;
  ultrasoundRegions: UltrasoundRegion[];
}

const MOST_REGIONS = 32;

/** Reads what there is; nothing is thrown. */
export function readCalibration(values: Values): Calibration {
  const spacing = tuple(values, Tag.ImagerPixelSpacing, 2);
  const magnification = number(values, Tag.EstimatedRadiographicMagnificationFactor);
  return {
    frameOfReference: uid(values, Tag.FrameOfReferenceUID).slice(0, 64),
    patientOrientation: directions(values),
    imagerPixelSpacing: spacing?.every((value) => value > 0) ? (spacing as [number, number]) : null,
    spacingCalibration: calibrationType(values),
    magnification: magnification !== null && magnification > 0 ? magnification : null,
    ultrasoundRegions: regions(values),
  };
}

function calibrationType(values: Values): string {
  const type = code(values, Tag.PixelSpacingCalibrationType);
  return type === 'GEOMETRY' || type === 'FIDUCIAL' ? type : '';
}

/** Two directions of at most three letters; those of animals (LE, RT, ...) are not these. */
function directions(values: Values): [string, string] | null {
  const [row = '', column = '', ...more] = texts(values, Tag.PatientOrientation);
  const said = [row, column].every((one) => /^[LRAPHF]{1,3}$/.test(one));
  return said && more.length === 0 ? [row, column] : null;
}

function regions(values: Values): UltrasoundRegion[] {
  const sequence = values.set.elements.get(Tag.SequenceOfUltrasoundRegions);
  if (!sequence) return [];
  const found: UltrasoundRegion[] = [];
  for (const set of itemsOf(values.set, sequence)) {
    const region = regionOf({ set, decode: values.decode });
    if (region) found.push(region);
    if (found.length === MOST_REGIONS) break;
  }
  return found;
}

function regionOf(item: Values): UltrasoundRegion | null {
  const whole = (...tags: number[]) => tags.map((tag) => integer(item, tag));
  const box = whole(
    Tag.RegionLocationMinX0,
    Tag.RegionLocationMinY0,
    Tag.RegionLocationMaxX1,
    Tag.RegionLocationMaxY1,
  );
  const units = whole(Tag.PhysicalUnitsXDirection, Tag.PhysicalUnitsYDirection);
  const deltas = [number(item, Tag.PhysicalDeltaX), number(item, Tag.PhysicalDeltaY)];
  if ([...box, ...units, ...deltas].includes(null)) return null;
  // A step up or left is as long as one down or right.
  const sizes = deltas.map((delta) => Math.abs(delta ?? 0));
  if (sizes.includes(0)) return null;
  return {
    box: box as UltrasoundRegion['box'],
    units: units as UltrasoundRegion['units'],
    deltas: sizes as UltrasoundRegion['deltas'],
  };
}
