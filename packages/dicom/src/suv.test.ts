import { expect, it } from 'vitest';
import { readPart10 } from './part10.ts';
import type { Suv } from './suv.ts';
import { Tag } from './tags.ts';
import { concat, element, fileMeta, imageFile, sequence } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { EXPLICIT_LITTLE_UID } from './transfer-syntax.ts';

const suvIn = (bytes: Uint8Array): Suv | null => readPart10(bytes).attributes.instance.presentation.suv;

const usual = {
  seriesTime: '120000',
  acquisitionTime: '120000.00',
  sex: 'F',
  size: '1.60',
  weight: '64',
  corrected: 'DECY\\ATTN\\SCAT',
  injected: '110000',
  dose: '400000000',
  units: 'BQML',
  suvType: '',
  decay: 'START',
  referenceTime: '',
  duration: '120000',
};

/** A PET image with these values of its header; '' for an element that it lacks. */
function pet(changes: Partial<typeof usual> = {}, ...privates: Uint8Array[]): Suv | null {
  const said = { ...usual, ...changes };
  const some = (tag: number, vr: string, value: string) =>
    value === '' ? new Uint8Array(0) : element(tag, vr, value);
  const given = concat(
    some(Tag.RadiopharmaceuticalStartTime, 'TM', said.injected),
    some(Tag.RadionuclideTotalDose, 'DS', said.dose),
    element(Tag.RadionuclideHalfLife, 'DS', '6588'),
  );
  const header = concat(
    element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.128\0'),
    element(Tag.SOPInstanceUID, 'UI', '1.2.3'),
    element(Tag.SeriesDate, 'DA', '20240502'),
    element(Tag.AcquisitionDate, 'DA', '20240502'),
    some(Tag.SeriesTime, 'TM', said.seriesTime),
    some(Tag.AcquisitionTime, 'TM', said.acquisitionTime),
    element(Tag.Modality, 'CS', 'PT'),
    ...privates.slice(0, 2),
    some(Tag.PatientSex, 'CS', said.sex),
    some(Tag.PatientSize, 'DS', said.size),
    some(Tag.PatientWeight, 'DS', said.weight),
    element(Tag.ActualFrameDuration, 'IS', said.duration),
    element(Tag.StudyInstanceUID, 'UI', '1.2.4'),
    element(Tag.SeriesInstanceUID, 'UI', '1.2.5'),
    some(Tag.CorrectedImage, 'CS', said.corrected),
    sequence(Tag.RadiopharmaceuticalInformationSequence, [given], 'undefined'),
    some(Tag.Units, 'CS', said.units),
    some(Tag.SUVType, 'CS', said.suvType),
    some(Tag.DecayCorrection, 'CS', said.decay),
    some(Tag.FrameReferenceTime, 'DS', said.referenceTime),
    ...privates.slice(2),
  );
  return suvIn(concat(fileMeta(EXPLICIT_LITTLE_UID), header));
}

it('gives the factors of a real scan, as a script with pydicom computes them', () => {
  const suv = suvIn(testFile('odd/fo-dicom/GH184.dcm'));
  expect(suv?.problem).toBe('');
  // An hour and a half of decay, 90 kg, 1.7 m; of sex 'O' no formula gives the lean mass.
  expect((suv?.bw ?? 0) / 0.00033176370742160247).toBeCloseTo(1, 5);
  expect((suv?.bsa ?? 0) / 7.423030297230283e-5).toBeCloseTo(1, 5);
  expect(suv?.lbm).toBeNull();
});

it('says in words why there is none', () => {
  expect(suvIn(testFile('odd/fo-dicom/GH610.dcm'))).toEqual({
    ...{ bw: null, lbm: null, bsa: null },
    problem: 'values in PROPCPS are no activity',
  });
  for (const [change, words] of [
    [{ weight: '' }, 'weight'],
    [{ weight: '0' }, 'weight'],
    [{ dose: '' }, 'dose is missing'],
    [{ dose: '370' }, 'not in becquerel'],
    [{ injected: '' }, 'time of injection'],
    [{ corrected: 'DECY' }, 'attenuation'],
    [{ corrected: 'ATTN' }, 'decay'],
    [{ decay: 'NONE' }, 'to which time'],
    [{ units: '' }, 'units'],
    [{ units: 'CNTS' }, 'counts'],
    [{ seriesTime: '130000' }, 'time of the scan'],
    [{ units: 'GML', suvType: 'IBW' }, 'another type (IBW)'],
  ] as const) {
    expect(pet(change)).toMatchObject({ bw: null, problem: expect.stringContaining(words) });
  }
});

it('is nothing for what is no PET image', () => {
  expect(suvIn(imageFile([1, 2, 3, 4]))).toBeNull();
});

// 64 kg, 4e8 Bq, an hour before: 64000 / (4e8 * 2 ** (-3600 / 6588)).
const hour = 0.00023367769;

it('takes decay off the dose from injection to scan, also over midnight, and none where values are of the injection', () => {
  expect(pet()?.bw).toBeCloseTo(hour, 8);
  expect(pet({ seriesTime: '003000', acquisitionTime: '003000', injected: '233000' })?.bw).toBeCloseTo(
    hour,
    8,
  );
  expect(pet({ decay: 'ADMIN' })?.bw).toBeCloseTo(0.00016, 9);
});

it('gives lean body mass and body surface where height and sex are said', () => {
  // Index 25: 9270 * 64 / (8780 + 244 * 25) = 39.871 kg; 71.84 * 64 ** 0.425 * 160 ** 0.725 = 16672 cm².
  expect(pet({ decay: 'ADMIN' })?.lbm).toBeCloseTo(39_870.97 / 4e8, 10);
  expect((pet({ decay: 'ADMIN' })?.bsa ?? 0) * 4e8).toBeCloseTo(16_671.7, 1);
  expect(pet({ size: '' })).toMatchObject({ lbm: null, bsa: null });
  expect(pet({ size: '160' })).toMatchObject({ lbm: null, bsa: null });
});

it('reckons the start of the scan back from the frame where the series was made later', () => {
  // The frame of 120 s began at 12:20, its reference time is 1260 s after the start, so the scan began close to 12:00.
  const suv = pet({
    ...{ seriesTime: '180000', acquisitionTime: '122000' },
    ...{ referenceTime: '1260000', duration: '120000' },
  });
  expect((suv?.bw ?? 0) / hour).toBeCloseTo(1, 3);
});

it('takes the time of the scan that GE keeps', () => {
  const suv = pet(
    { seriesTime: '180000' },
    element(0x00090010, 'LO', 'GEMS_PETD_01'),
    element(0x0009100d, 'DT', '20240502120000.00'),
  );
  expect(suv?.bw).toBeCloseTo(hour, 8);
});

it('takes SUV as it stands, and counts by the factors of Philips wherever their block is', () => {
  expect(pet({ units: 'GML' })).toMatchObject({ bw: 1, problem: '' });
  expect(pet({ units: 'GML', suvType: 'LBM' })).toMatchObject({ bw: null, lbm: 1, problem: '' });
  expect(pet({ units: 'CM2ML' })).toMatchObject({ bw: null, bsa: 1 });
  const philips = (element_: number, value: string) => [
    new Uint8Array(0),
    new Uint8Array(0),
    element(0x70530011, 'LO', 'Philips PET Private Group'),
    element(0x70531100 + element_, 'DS', value),
  ];
  expect(pet({ units: 'CNTS' }, ...philips(0x00, '0.0005'))).toMatchObject({ bw: 0.0005 });
  expect(pet({ units: 'CNTS' }, ...philips(0x09, '2'))?.bw).toBeCloseTo(2 * hour, 8);
});
