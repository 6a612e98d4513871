import { describe, expect, it } from 'vitest';
import { edgeLabels } from './orientation.ts';
import { kindOfDocument, stackOfSeries } from './stack.ts';

const presentation = {
  photometric: 'MONOCHROME2',
  windows: [],
  voiFunction: '',
  rescale: null,
  pixelSpacing: null,
  pixelAspectRatio: null,
  imagePosition: null,
  imageOrientation: null,
  sliceLocation: null,
  pixelPadding: null,
  frameTime: null,
  burnedInLossy: '',
  palette: null,
};
const head = {
  uid: '1',
  number: 1,
  modality: 'US',
  description: '',
  bodyPart: '',
  laterality: '',
  date: '',
  time: '',
};
const report = {
  uid: '1.1',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.88.33',
  number: 1,
  frames: 0,
  format: null,
  presentation,
  blob: null,
  blobLength: 0,
  levels: 0,
  frameSegments: [],
};
const cine = {
  ...report,
  uid: '1.2',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.3.1',
  frames: 2,
  format: { width: 64, height: 64, samples: 1, bits: 8, signed: false } as const,
  blob: 'ab',
  levels: 3,
  frameSegments: [
    { lengths: [10, 20, 40], crc32c: [1, 2, 3] },
    { lengths: [11, 21, 41], crc32c: [4, 5, 6] },
  ],
};

describe('a series', () => {
  it('is scrolled frame by frame, and what has no image is listed apart with what it is', () => {
    const { slices, documents } = stackOfSeries({ ...head, instances: [report, cine] });
    expect(slices.map(({ key, frameNumber, levels }) => ({ key, frameNumber, levels }))).toEqual([
      { key: 'ab/0', frameNumber: 1, levels: 2 },
      { key: 'ab/1', frameNumber: 2, levels: 2 },
    ]);
    expect(documents).toEqual([{ uid: '1.1', kind: 'structured report' }]);
  });

  it('shows each frame with what it says of its own, and the rest as the instance says', () => {
    const [first = { lengths: [], crc32c: [] }, second = first] = cine.frameSegments;
    const own = { imagePosition: [0, 0, 5] as [number, number, number] };
    const frameSegments = [first, { ...second, own }];
    const { slices } = stackOfSeries({ ...head, instances: [{ ...cine, frameSegments }] });
    expect(slices.map((slice) => slice.presentation)).toEqual([presentation, { ...presentation, ...own }]);
  });

  it('says of an image without frames why', () => {
    const unshown = 'pixels in HEVC are kept as they are, without frames';
    const video = { ...report, presentation: { ...presentation, unshown } };
    expect(stackOfSeries({ ...head, instances: [video] }).documents).toEqual([{ uid: '1.1', kind: unshown }]);
  });

  it('calls documents by the most exact name', () => {
    expect(kindOfDocument('1.2.840.10008.5.1.4.1.1.104.1')).toBe('PDF document');
    expect(kindOfDocument('1.2.840.10008.5.1.4.1.1.481.5')).toBe('radiotherapy object');
    expect(kindOfDocument('1.2.840.10008.5.1.4.1.1.4')).toBe('an object without an image');
  });
});

describe('the letters at the edges', () => {
  const of = (orientation: readonly number[] | null) => ({ orientation, letters: null });
  const transverse = of([1, 0, 0, 0, 1, 0]);

  it('are right for the three planes', () => {
    expect(edgeLabels(transverse)).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
    expect(edgeLabels(of([1, 0, 0, 0, 0, -1]))).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
    expect(edgeLabels(of([0, 1, 0, 0, 0, -1]))).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' });
  });

  it('follow the image when it is turned, mirrored, or has long pixels', () => {
    const turnedRight = [0, 2, -2, 0, 100, 0] as const;
    expect(edgeLabels(transverse, turnedRight)).toEqual({ left: 'P', right: 'A', top: 'R', bottom: 'L' });
    const mirrored = [-2, 0, 0, 6, 100, 0] as const;
    expect(edgeLabels(transverse, mirrored)).toEqual({ left: 'L', right: 'R', top: 'A', bottom: 'P' });
  });

  it('are those of the file where it says letters only', () => {
    const radiograph = { orientation: null, letters: ['L', 'F'] } as const;
    expect(edgeLabels(radiograph)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
    expect(edgeLabels(radiograph, [0, 2, -2, 0, 100, 0])).toEqual({
      left: 'F',
      right: 'H',
      top: 'R',
      bottom: 'L',
    });
  });

  it('name both directions of an oblique plane, the stronger first', () => {
    expect(edgeLabels(of([0.9, 0.43, 0, 0, 0, -1]))?.right).toBe('LP');
  });

  it('are left out when the file does not say', () => {
    expect(edgeLabels(of(null))).toBeNull();
    expect(edgeLabels(of([0, 0, 0, 0, 0, 0]))).toBeNull();
  });
});
