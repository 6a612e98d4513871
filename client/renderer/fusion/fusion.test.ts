import { describe, expect, it } from 'vitest';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { colourTable } from './colour-tables.ts';
import { paintColours } from './paint.ts';
import { picturePlane } from './picture-plane.ts';
import { resample, resampleSlab } from './resample.ts';

/** A volume whose values say where they are: x + 1000 y + 1000000 z, in millimetres of the patient. */
const volume = {
  dimensions: [10, 8, 6] as const,
  spacing: [4, 5, 3] as const,
  origin: [-20, 10, 30] as const,
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  voxels: Float32Array.from({ length: 480 }, (_, at) => {
    const [i, j, k] = [at % 10, Math.floor(at / 10) % 8, Math.floor(at / 80)];
    return -20 + i * 4 + 1000 * (10 + j * 5) + 1e6 * (30 + k * 3);
  }),
};

describe('values of a volume in a picture', () => {
  it('are those of the place that a pixel shows, in a tilted slice that is turned and enlarged', () => {
    const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
    const slice: SliceGeometry = {
      ...{ columns: 40, rows: 30, calibrated: true, spacing: [0.7, 0.5], position: [-10, 15, 35] },
      ...{ rowCosines: [1, 0, 0], columnCosines: [0, cos, sin] },
    };
    // Turned to the right by 90 degrees, three CSS pixels a column.
    const place = [0, 3, -3 * 1.4, 0, 130, 10] as const;
    const plane = picturePlane(slice, place, { width: 120, height: 90 }, 2);
    if (!plane) throw new Error('no plane');
    const values = new Float32Array(plane.width * plane.height);
    resample(volume, plane, values);
    for (const [x, y] of [
      [20, 15],
      [40, 30],
      [57, 12],
    ] as const) {
      // The middle of the picture's pixel in CSS pixels, and with it column and row of the image.
      const [cssX, cssY] = [x * 2 + 1, y * 2 + 1];
      const column = (cssY - 10) / 3 - 0.5;
      const row = (130 - cssX) / 4.2 - 0.5;
      const expected = -10 + column * 0.5 + 1000 * (15 + row * 0.7 * cos) + 1e6 * (35 + row * 0.7 * sin);
      expect((values[y * plane.width + x] ?? 0) / expected).toBeCloseTo(1, 5);
    }
  });

  it('of a slab are the greatest, the least or the mean of what is before and behind the plane', () => {
    const plane = { width: 1, height: 1, origin: [-10, 20, 36], right: [1, 0, 0], down: [0, 1, 0] } as const;
    const own = -10 + 20_000 + 36e6;
    const of = (kind: 'maximum' | 'minimum' | 'mean') =>
      ((resampleSlab(volume, plane, { millimetres: 6, kind })[0] ?? 0) - own) / 1e6;
    expect(of('maximum')).toBeCloseTo(3, 4);
    expect(of('minimum')).toBeCloseTo(-3, 4);
    expect(of('mean')).toBeCloseTo(0, 4);
  });

  it('are none outside of it', () => {
    const plane = { width: 2, height: 1, origin: [-30, 20, 36], right: [12, 0, 0], down: [0, 1, 0] } as const;
    const values = new Float32Array(2);
    resample(volume, plane, values);
    expect(values[0]).toBeNaN();
    expect(values[1]).toBeCloseTo(-18 + 20_000 + 36e6, -1);
  });
});

describe('colours', () => {
  it('are those of the standard', () => {
    const entry = (name: Parameters<typeof colourTable>[0], at: number) => [
      ...colourTable(name).subarray(at * 3, at * 3 + 3),
    ];
    expect(entry('HOT_IRON', 0)).toEqual([0, 0, 0]);
    expect(entry('HOT_IRON', 128)).toEqual([255, 0, 0]);
    expect(entry('HOT_IRON', 255)).toEqual([255, 255, 255]);
    expect(entry('PET', 128)).toEqual([128, 0, 255]);
    expect(entry('HOT_METAL_BLUE', 102)).toEqual([49, 0, 200]);
  });

  it('let through what is below where nothing is, and come up with the value', () => {
    const picture = new Uint8ClampedArray(4 * 5);
    const values = Float32Array.from([Number.NaN, 0, 0.25, 5, 20]);
    paintColours(values, { lower: 0, upper: 5 }, colourTable('HOT_IRON'), 0.5, picture);
    const alpha = [0, 1, 2, 3, 4].map((at) => picture[at * 4 + 3]);
    expect(alpha).toEqual([0, 0, 64, 128, 128]);
    expect([...picture.subarray(16, 19)]).toEqual([255, 255, 255]);
  });
});
