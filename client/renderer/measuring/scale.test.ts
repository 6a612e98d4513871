import { describe, expect, it } from 'vitest';
import { type ScaledImage, scaleAt } from './scale.ts';

const silent: ScaledImage = { pixelSpacing: null, pixelAspectRatio: null };
const anywhere = [{ x: 10, y: 10 }];
const at = (image: Partial<ScaledImage>, points = anywhere, known: number | null = null) =>
  scaleAt({ ...silent, ...image }, points, known);

describe('the scale of an image', () => {
  it('is Pixel Spacing where nothing else is said', () => {
    expect(at({ pixelSpacing: [0.5, 0.4] })).toEqual({ row: 0.5, column: 0.4, unit: 'mm', note: '' });
  });

  it('of a radiograph says whether it is that of the detector or calibrated, and how', () => {
    const notes = [
      at({ imagerPixelSpacing: [0.2, 0.2] }),
      at({ imagerPixelSpacing: [0.2, 0.2], pixelSpacing: [0.2, 0.2] }),
      at({ imagerPixelSpacing: [0.2, 0.2], pixelSpacing: [0.18, 0.18] }),
      at({ imagerPixelSpacing: [0.2, 0.2], pixelSpacing: [0.18, 0.18], spacingCalibration: 'FIDUCIAL' }),
      at({ imagerPixelSpacing: [0.2, 0.2], pixelSpacing: [0.18, 0.18], spacingCalibration: 'GEOMETRY' }),
    ];
    expect(notes.map(({ column, note }) => [column, note])).toEqual([
      [0.2, 'at the detector'],
      [0.2, 'at the detector'],
      [0.18, 'calibrated, how is not said'],
      [0.18, 'calibrated by an object of known size'],
      [0.18, 'calibrated by geometry'],
    ]);
  });

  it('at the detector is made smaller by the estimated magnification, and says so', () => {
    expect(at({ imagerPixelSpacing: [0.2, 0.2], magnification: 1.25 })).toEqual({
      ...{ row: 0.16, column: 0.16, unit: 'mm' },
      note: 'at the detector / 1.25, its estimated magnification',
    });
  });

  it('of an ultrasound image is that of the region that holds all points', () => {
    const b = { box: [0, 0, 99, 99], units: [3, 3], deltas: [0.05, 0.02] } as const;
    const doppler = { box: [100, 0, 199, 99], units: [4, 7], deltas: [0.01, 1] } as const;
    const ultrasoundRegions = [b, doppler].map((region) => structuredClone(region)) as never;
    const both = at({ ultrasoundRegions }, [...anywhere, { x: 150, y: 10 }]);
    expect(at({ ultrasoundRegions })).toEqual({ row: 0.2, column: 0.5, unit: 'mm', note: '' });
    expect(both).toMatchObject({ unit: 'px', note: 'not within one region with a scale' });
    expect(at({ ultrasoundRegions }, [{ x: 150, y: 10 }])).toMatchObject({ unit: 'px' });
  });

  it('is pixels where the image says nothing, longer ones down where their shape is said', () => {
    expect(at({})).toEqual({ row: 1, column: 1, unit: 'px', note: 'no scale in the image' });
    expect(at({ pixelAspectRatio: [2, 1] })).toMatchObject({ row: 2, column: 1, unit: 'px' });
  });

  it('calibrated by hand goes before all, and keeps the shape of pixels', () => {
    expect(at({ pixelSpacing: [0.5, 0.25] }, anywhere, 3)).toEqual({
      ...{ row: 6, column: 3, unit: 'mm', note: 'calibrated by hand' },
    });
  });
});
