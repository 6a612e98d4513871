import { expect, it } from 'vitest';
import type { Calibration } from './calibration.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';

const calibrationIn = (bytes: Uint8Array): Calibration => readPart10(bytes).attributes.instance.presentation;
const calibrationWith = (...before: Uint8Array[]): Calibration =>
  calibrationIn(imageFile([1, 2, 3, 4], { before: concat(...before) }));

it('reads the space of a CT slice, and that nothing else is said', () => {
  expect(calibrationIn(testFile('series/ct-philips/I10.dcm'))).toMatchObject({
    frameOfReference: expect.stringMatching(/^[0-9.]+$/),
    imagerPixelSpacing: null,
    spacingCalibration: '',
    magnification: null,
    ultrasoundRegions: [],
  });
});

it('reads the regions of an ultrasound image, as dcmdump shows them', () => {
  const [region, ...others] = calibrationIn(testFile('odd/pydicom/OBXXXX1A.dcm')).ultrasoundRegions;
  expect(region).toMatchObject({ box: [120, 60, 800, 518], units: [3, 3] });
  for (const delta of region?.deltas ?? [0]) expect(delta).toBeCloseTo(0.02622878766, 10);
  // The other one, of grey steps beside the image, has no scale.
  expect(others).toEqual([]);
});

it('reads how a radiograph is calibrated, and leaves out what makes no sense', () => {
  const radiograph = calibrationWith(
    element(Tag.EstimatedRadiographicMagnificationFactor, 'DS', '1.25'),
    element(Tag.ImagerPixelSpacing, 'DS', '0.2\\0.1'),
    element(Tag.PatientOrientation, 'CS', 'L\\F'),
    element(Tag.PixelSpacingCalibrationType, 'CS', 'FIDUCIAL'),
  );
  expect(radiograph).toMatchObject({
    imagerPixelSpacing: [0.2, 0.1],
    spacingCalibration: 'FIDUCIAL',
    magnification: 1.25,
    patientOrientation: ['L', 'F'],
  });
  const nonsense = calibrationWith(
    element(Tag.EstimatedRadiographicMagnificationFactor, 'DS', '0'),
    element(Tag.ImagerPixelSpacing, 'DS', '-1\\1'),
    element(Tag.PatientOrientation, 'CS', 'LE\\RT'),
    element(Tag.PixelSpacingCalibrationType, 'CS', 'GUESSED'),
    sequence(
      Tag.SequenceOfUltrasoundRegions,
      [element(Tag.RegionLocationMinX0, 'UL', [1, 0, 0, 0])],
      'defined',
    ),
  );
  expect(nonsense).toMatchObject({
    imagerPixelSpacing: null,
    spacingCalibration: '',
    magnification: null,
    patientOrientation: null,
    ultrasoundRegions: [],
  });
});
