import { expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import type { Suv } from './suv.ts';
import { Tag } from './tags.ts';
import { concat, element, fileMeta, sequence } from './testing/build.ts';
import { EXPLICIT_LITTLE_UID } from './transfer-syntax.ts';

const double = (tag: number, value: number) =>
  element(tag, 'FD', new Uint8Array(Float64Array.of(value).buffer));
const mapping = (unit: string, slope: number, intercept = 0) =>
  concat(
    sequence(Tag.MeasurementUnitsCodeSequence, [element(Tag.CodeValue, 'SH', unit)], 'defined'),
    double(Tag.RealWorldValueIntercept, intercept),
    double(Tag.RealWorldValueSlope, slope),
  );
const mappings = (...items: Uint8Array[]) => sequence(Tag.RealWorldValueMappingSequence, items, 'defined');
const rescale = (slope: number, intercept = 0) =>
  sequence(
    Tag.PixelValueTransformationSequence,
    [
      concat(
        element(Tag.RescaleIntercept, 'DS', String(intercept)),
        element(Tag.RescaleSlope, 'DS', String(slope)),
      ),
    ],
    'defined',
  );

/** An enhanced PET image with these groups of all frames and of each. */
function enhanced(shared: Uint8Array, ...frames: Uint8Array[]): Suv | null {
  const bytes = concat(
    fileMeta(EXPLICIT_LITTLE_UID),
    element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.130\0'),
    element(Tag.SOPInstanceUID, 'UI', '1.2.3'),
    element(Tag.Modality, 'CS', 'PT'),
    element(Tag.StudyInstanceUID, 'UI', '1.2.4'),
    element(Tag.SeriesInstanceUID, 'UI', '1.2.5'),
    sequence(Tag.SharedFunctionalGroupsSequence, [shared], 'defined'),
    frames.length > 0 ? sequence(Tag.PerFrameFunctionalGroupsSequence, frames, 'defined') : new Uint8Array(0),
  );
  return readPart10(bytes).attributes.instance.presentation.suv;
}

it('an enhanced PET image that maps its stored values to SUV has the factors from its modality values', () => {
  const both = concat(rescale(2), mappings(mapping('Bq/ml', 2), mapping('{SUVbw}g/ml', 0.001)));
  expect(enhanced(both)).toEqual({ bw: 0.0005, lbm: null, bsa: null, problem: '' });
  const older = concat(rescale(1), mappings(mapping('g/ml{SUVlbm}', 0.5), mapping('cm2/ml{SUVbsa}', 0.25)));
  expect(enhanced(older)).toEqual({ bw: null, lbm: 0.5, bsa: 0.25, problem: '' });
});

it('frames that are scaled each by its own have one factor, or none where they disagree', () => {
  const frame = (slope: number, suv: number) => concat(rescale(slope), mappings(mapping('{SUVbw}g/ml', suv)));
  const none = new Uint8Array(0);
  expect(enhanced(none, frame(2, 0.02), frame(8, 0.08))).toMatchObject({ bw: 0.01, problem: '' });
  expect(enhanced(none, frame(2, 0.02), frame(8, 0.02))).toMatchObject({ bw: null });
  expect(enhanced(none, frame(2, 0.02), rescale(2))).toMatchObject({ bw: null });
});

it('without such a mapping, or with an offset, it is said that there is none', () => {
  const problem = 'the enhanced PET image does not map its values to it';
  const none = { bw: null, lbm: null, bsa: null, problem };
  expect(enhanced(rescale(2))).toEqual(none);
  expect(enhanced(mappings(mapping('{SUVbw}g/ml', 1, 5)))).toEqual(none);
  expect(enhanced(concat(rescale(2, -1000), mappings(mapping('{SUVbw}g/ml', 1))))).toEqual(none);
  expect(enhanced(mappings(mapping('g/ml', 1)))).toEqual(none);
});
