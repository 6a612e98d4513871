// How long a pixel is where something is measured, in what unit, and what must be said of it (PS3.3 10.7, C.8.5.5).
import type { Presentation } from '@strata/protocol/manifest';
import type { Point } from './points.ts';

export interface Scale {
  /** Of a step to the next row and to the next column. */
  readonly row: number;
  readonly column: number;
  readonly unit: 'mm' | 'px';
  /** For people: why the figure may not be the length in the patient; '' when nothing is to be said. */
  readonly note: string;
}

/** What of an image's presentation matters. */
export type ScaledImage = Pick<
  Presentation,
  | 'pixelSpacing'
  | 'pixelAspectRatio'
  | 'imagerPixelSpacing'
  | 'spacingCalibration'
  | 'magnification'
  | 'ultrasoundRegions'
>;

const centimetres = 3;

/**
 * The scale at some points of an image.
 * @param points what is measured; an ultrasound region counts where it holds all of them
 * @param known millimetres that the user said a column is long; null when nobody did
 */
export function scaleAt(image: ScaledImage, points: readonly Point[], known: number | null): Scale {
  const shape = shapeOf(image);
  if (known !== null) {
    return { row: known * shape, column: known, unit: 'mm', note: 'calibrated by hand' };
  }
  const regions = image.ultrasoundRegions ?? [];
  if (regions.length > 0) return inRegions(regions, points, image);
  return inImage(image);
}

/** How much longer the step to the next row is than that to the next column. */
function shapeOf({ pixelSpacing, imagerPixelSpacing, pixelAspectRatio }: ScaledImage): number {
  const pair = pixelSpacing ?? imagerPixelSpacing ?? pixelAspectRatio;
  return pair ? pair[0] / pair[1] : 1;
}

function inRegions(
  regions: NonNullable<Presentation['ultrasoundRegions']>,
  points: readonly Point[],
  image: ScaledImage,
): Scale {
  const region = regions.find(
    ({ box: [x0, y0, x1, y1], units }) =>
      units.every((unit) => unit === centimetres) &&
      points.every(({ x, y }) => x >= x0 && x <= x1 && y >= y0 && y <= y1),
  );
  if (region) {
    const [column, row] = region.deltas;
    return { row: row * 10, column: column * 10, unit: 'mm', note: '' };
  }
  return { row: shapeOf(image), column: 1, unit: 'px', note: 'not within one region with a scale' };
}

function inImage(image: ScaledImage): Scale {
  const { pixelSpacing, imagerPixelSpacing, spacingCalibration, magnification } = image;
  if (pixelSpacing) {
    return { row: pixelSpacing[0], column: pixelSpacing[1], unit: 'mm', note: noteOf(image) };
  }
  if (imagerPixelSpacing) {
    const factor = magnification ?? 1;
    const note =
      factor === 1 ? 'at the detector' : `at the detector / ${factor}, its estimated magnification`;
    const [row, column] = imagerPixelSpacing;
    return { row: row / factor, column: column / factor, unit: 'mm', note };
  }
  const note = spacingCalibration ? 'the calibration is incomplete' : 'no scale in the image';
  return { row: shapeOf(image), column: 1, unit: 'px', note };
}

/** What Pixel Spacing is where the image also says how far apart the detector's pixels are. */
function noteOf({ pixelSpacing, imagerPixelSpacing, spacingCalibration }: ScaledImage): string {
  if (spacingCalibration === 'FIDUCIAL') return 'calibrated by an object of known size';
  if (spacingCalibration === 'GEOMETRY') return 'calibrated by geometry';
  if (!pixelSpacing || !imagerPixelSpacing) return '';
  const same = pixelSpacing.every((value, at) => Math.abs(value / (imagerPixelSpacing[at] ?? 0) - 1) < 1e-3);
  return same ? 'at the detector' : 'calibrated, how is not said';
}
