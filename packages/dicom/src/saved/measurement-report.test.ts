import { describe, expect, it } from 'vitest';
import { toDicomJson } from '../json/read-json.ts';
import type { DicomJson } from '../json/types.ts';
import { readPart10 } from '../part10.ts';
import { testFile } from '../testing/data.ts';
import { objectFile } from './derived-object.ts';
import type { Measurement } from './measurement.ts';
import { measurementReport } from './measurement-report.ts';
import { readMeasurementReport } from './read-measurement-report.ts';
import { items, textOf } from './reading.ts';
import { authorOf, COMPREHENSIVE_SR, contentMoment, predecessorsOf } from './sr-document.ts';
import { newUid, seriesUidOf } from './uid.ts';

const { attributes, dataSet } = readPart10(testFile('series/ct-philips/I10.dcm'));
const source = toDicomJson(dataSet, { maxInline: 2 ** 20 });
const { study, series, instance } = attributes;
const image = {
  ...{ studyUid: study.uid, seriesUid: series.uid, frames: 19 },
  ...{ sopInstanceUid: instance.uid, sopClassUid: instance.sopClassUid },
};
const at = new Date(2026, 2, 1, 7, 8, 9, 12);

function report(
  measurements: readonly Measurement[],
  predecessors: readonly (typeof image)[] = [],
): DicomJson {
  const head = {
    ...{ sopClassUid: COMPREHENSIVE_SR, sopInstanceUid: newUid(), modality: 'SR', at },
    ...{ seriesUid: seriesUidOf(study.uid, 'measurements'), seriesNumber: 9910, seriesDescription: 'M' },
    ...{ instanceNumber: 1, device: { serial: 'one', version: '1' } },
  };
  const referenced = new Map(measurements.length > 0 ? [[image.sopInstanceUid, image]] : []);
  const object = measurementReport(measurements, {
    ...{ source, head, author: 'Müller^Änne', referenced, predecessors },
  });
  return toDicomJson(readPart10(objectFile(object)).dataSet, { maxInline: 2 ** 20 });
}

const base = {
  ...{ sopInstanceUid: image.sopInstanceUid, frame: 7, closed: false },
  ...{ text: '', columnMm: null, note: '' },
};
const mm = (name: string, value: number) => ({ name, value, unit: 'mm' });
const hounsfield = ['Mean', 'SD', 'Min', 'Max'].map((name, at) => ({ name, value: at - 1 / 3, unit: 'HU' }));
const area = { name: 'Area', value: 1234.567890123457, unit: 'mm²' };

/** One of each that a viewer draws. */
const all: Measurement[] = [
  {
    ...base,
    uid: newUid(),
    kind: 'length',
    points: [
      [-3, 60],
      [400.25, 160],
    ],
    figures: [mm('Length', 128.4715)],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'angle',
    points: [
      [1, 2],
      [30.5, 4],
      [5, 6],
    ],
    figures: [{ name: 'Angle', value: 12.5, unit: '°' }],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'cobb',
    points: [
      [1, 2],
      [3, 4],
      [5, 6],
      [70, 8],
    ],
    figures: [{ name: 'Cobb angle', value: 12.5, unit: '°' }],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'bidirectional',
    points: [
      [1, 2],
      [99, 4],
      [5, 6],
      [5, 8],
    ],
    figures: [mm('Long', 40), mm('Short', 8)],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'rectangle',
    closed: true,
    points: [
      [1, 2],
      [9, 2],
      [1, 8],
      [9, 8],
    ],
    figures: [area, ...hounsfield],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'ellipse',
    closed: true,
    points: [
      [5, 10],
      [5, 70],
      [1, 40],
      [9, 40],
    ],
    figures: [area, ...hounsfield],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'ellipse',
    closed: true,
    points: [
      [50, 35],
      [50, 45],
      [10, 40],
      [90, 40],
    ],
    figures: [area],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'freehand',
    closed: true,
    points: [
      [5, 7],
      [5, 1],
      [4, 4],
      [6.5, 4],
    ],
    figures: [{ name: 'Area', value: 7, unit: 'px²' }],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'freehand',
    points: [
      [5, 7],
      [5, 1],
      [4, 4],
      [6, 4],
    ],
    figures: [mm('Length', 9)],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'freehand',
    points: [
      [5, 7],
      [5, 1],
      [4, 4],
    ],
    figures: [mm('Length', 9)],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'arrow',
    points: [
      [5, 7],
      [5, 1],
    ],
    figures: [],
    text: 'Größe? “Fissur”',
  },
  {
    ...base,
    uid: newUid(),
    kind: 'probe',
    points: [[5, 7]],
    figures: [{ name: 'Value', value: 2.5, unit: 'g/ml', quantity: 'SUVbw' }],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'probe',
    points: [[5, 7]],
    figures: [{ name: 'Value', value: 25, unit: '' }],
  },
  {
    ...base,
    uid: newUid(),
    kind: 'probe',
    points: [[5, 7]],
    figures: ['Red', 'Green', 'Blue'].map((name) => ({ name, value: 5, unit: '' })),
  },
  { ...base, uid: newUid(), kind: 'probe', points: [[5, 7]], figures: [] },
  {
    ...base,
    uid: newUid(),
    kind: 'length',
    points: [
      [5, 7],
      [8, 8],
    ],
    figures: [mm('Length', 9)],
    columnMm: 0.1 + 0.2,
    note: 'calibrated by hand',
  },
];

describe('a report of measurements', () => {
  it('gives back what was measured, to the last bit', () => {
    const read = readMeasurementReport(report(all));
    expect(read?.measurements).toEqual(all);
    expect(read?.unread).toEqual([]);
  });

  it('is of the patient and the study, by its author, and names the images that it speaks of', () => {
    const object = report(all);
    expect(textOf(object, 'PatientID')).toBe(attributes.patient.id);
    expect(textOf(object, 'StudyInstanceUID')).toBe(study.uid);
    expect(authorOf(object)).toBe('Müller^Änne');
    expect(contentMoment(object)).toBe('2026-03-01T07:08:09.012');
    const [evidence] = items(object, 'CurrentRequestedProcedureEvidenceSequence');
    const [ofSeries] = items(evidence ?? {}, 'ReferencedSeriesSequence');
    expect(textOf(ofSeries ?? {}, 'SeriesInstanceUID')).toBe(series.uid);
    expect(items(ofSeries ?? {}, 'ReferencedSOPSequence')).toHaveLength(1);
  });

  it('without measurements takes the place of those before it', () => {
    const before = { ...image, sopInstanceUid: newUid(), sopClassUid: COMPREHENSIVE_SR, frames: 1 };
    const object = report([], [before]);
    expect(predecessorsOf(object)).toEqual([before.sopInstanceUid]);
    expect(readMeasurementReport(object)).toMatchObject({ measurements: [], unread: [] });
  });
});
