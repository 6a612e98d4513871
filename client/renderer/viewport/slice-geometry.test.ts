import { describe, expect, it } from 'vitest';
import { sliceGeometry } from './slice-geometry.ts';

const silent = { pixelSpacing: null, pixelAspectRatio: null, imagePosition: null, imageOrientation: null };
const format = { width: 640, height: 480 };

describe('the geometry of a slice', () => {
  it('is the file’s where the file is sound', () => {
    const geometry = sliceGeometry(format, {
      ...silent,
      pixelSpacing: [0.5, 0.25],
      imagePosition: [1, 2, 3],
      imageOrientation: [0, 1, 0, 0, 0, -1],
    });
    expect(geometry).toMatchObject({
      spacing: [0.5, 0.25],
      calibrated: true,
      position: [1, 2, 3],
      rowCosines: [0, 1, 0],
      columnCosines: [0, 0, -1],
    });
  });

  it('keeps the shape by the pixel aspect ratio when there is no spacing, and says that it is not calibrated', () => {
    const geometry = sliceGeometry(format, { ...silent, pixelAspectRatio: [4, 3] });
    expect(geometry.spacing[0] / geometry.spacing[1]).toBeCloseTo(4 / 3);
    expect(geometry.calibrated).toBe(false);
  });

  it('falls back to the image plane where the file is silent or impossible', () => {
    const impossible = { ...silent, pixelSpacing: [0, -1] as const, imageOrientation: [1, 0, 0, 1, 0, 0] };
    for (const plane of [silent, impossible]) {
      expect(sliceGeometry(format, plane)).toMatchObject({
        spacing: [1, 1],
        calibrated: false,
        position: [0, 0, 0],
        rowCosines: [1, 0, 0],
        columnCosines: [0, 1, 0],
      });
    }
  });
});
