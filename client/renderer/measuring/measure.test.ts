import { describe, expect, it } from 'vitest';
import type { MeasuringTool } from '../viewport/primary-tool.ts';
import type { SliceGeometry } from '../viewport/slice-geometry.ts';
import { type MeasuredValues, measure } from './measure.ts';
import { pointInImage } from './points.ts';
import { figureLines } from './words.ts';

const scale = { row: 0.5, column: 0.25, unit: 'mm', note: '' } as const;
const points = (...pairs: [number, number][]) => pairs.map(([x, y]) => ({ x, y }));
const figures = (
  tool: MeasuringTool,
  drawn: ReturnType<typeof points>,
  values: MeasuredValues | null = null,
) =>
  measure({ tool, points: drawn, closed: true }, scale, values).map(({ name, value, unit }) => [
    name,
    Number(value.toFixed(3)),
    unit,
  ]);

/** 100 x 80 pixels whose value is their column. */
const ramp: MeasuredValues = {
  values: Int16Array.from({ length: 8000 }, (_, at) => at % 100),
  ...{ width: 100, height: 80, components: 1, unit: 'HU' },
};

describe('figures', () => {
  it('of lines and angles count the two directions of pixels each by its own length', () => {
    expect(figures('length', points([0, 0], [12, 8]))).toEqual([['Length', 5, 'mm']]);
    expect(figures('bidirectional', points([0, 0], [0, 4], [0, 0], [12, 0]))).toEqual([
      ['Long', 3, 'mm'],
      ['Short', 2, 'mm'],
    ]);
    expect(figures('angle', points([8, 0], [0, 0], [8, 4]))).toEqual([['Angle', 45, '°']]);
    expect(figures('cobb', points([0, 0], [8, 0], [20, 10], [12, 6]))).toEqual([['Cobb angle', 45, '°']]);
  });

  it('of a rectangle are those of the pixels whose middles it holds', () => {
    const drawn = points([9.6, 9.6], [20.4, 9.6], [9.6, 30.4], [20.4, 30.4]);
    const columns = Array.from({ length: 11 }, (_, at) => 10 + at);
    const deviation = Math.sqrt(columns.reduce((sum, value) => sum + (value - 15) ** 2, 0) / 11);
    expect(figures('rectangle', drawn, ramp)).toEqual([
      ['Area', Number((10.8 * 0.25 * 20.8 * 0.5).toFixed(3)), 'mm²'],
      ['Mean', 15, 'HU'],
      ['SD', Number(deviation.toFixed(3)), 'HU'],
      ['Min', 10, 'HU'],
      ['Max', 20, 'HU'],
    ]);
  });

  it('of an ellipse agree with its formula, however it lies', () => {
    const [area, mean] = figures('ellipse', points([30, 70], [30, 10], [10, 40], [50, 40]), ramp);
    expect(area?.[1]).toBeCloseTo(Math.PI * (30 * 0.5) * (20 * 0.25), 0);
    expect(mean).toEqual(['Mean', 30, 'HU']);
    const turned = figures('ellipse', points([20, 30], [40, 50], [40, 30], [20, 50]), ramp);
    expect(turned[0]?.[1]).toBeCloseTo(Math.PI * 200 * 0.125, 0);
    expect(turned[1]).toEqual(['Mean', 30, 'HU']);
  });

  it('of a freehand region that is not convex leave out what lies between its arms', () => {
    const drawn = points([10, 10], [50, 10], [50, 50], [40, 50], [40, 20], [20, 20], [20, 50], [10, 50]);
    const [, mean, , min, max] = figures('freehand', drawn, ramp);
    expect([mean?.[1], min?.[1], max?.[1]]).toEqual([30, 10, 50]);
    const open = measure({ tool: 'freehand', points: drawn.slice(0, 3), closed: false }, scale, ramp);
    expect(open.map(({ name, value }) => [name, value])).toEqual([['Length', 30]]);
  });

  it('beside the image and without values there are none but the area', () => {
    const beside = points([-20, -20], [-10, -20], [-20, -10], [-10, -10]);
    expect(figures('rectangle', beside, ramp).map(([name]) => name)).toEqual(['Area']);
    expect(figures('rectangle', beside).map(([name]) => name)).toEqual(['Area']);
    expect(figures('probe', points([-1, 3]), ramp)).toEqual([]);
    expect(figures('probe', points([7.4, 3]), ramp)).toEqual([['Value', 7, 'HU']]);
  });

  it('of a shape that is not yet drawn there are none', () => {
    for (const tool of [
      'length',
      'angle',
      'cobb',
      'ellipse',
      'bidirectional',
      'freehand',
      'probe',
    ] as const) {
      expect(figures(tool, [], ramp)).toEqual([]);
    }
  });

  it('are read as people do', () => {
    expect(figureLines([{ name: 'Length', value: 52.34, unit: 'mm' }])).toEqual(['52.3 mm']);
    expect(
      figureLines(measure({ tool: 'probe', points: points([7, 3]), closed: false }, scale, ramp)),
    ).toEqual(['7 HU']);
  });
});

it('a place in the patient is the pixel that lies there', () => {
  const slice: SliceGeometry = {
    columns: 10,
    rows: 10,
    spacing: [0.5, 0.25],
    calibrated: true,
    position: [-10, 20, 30],
    rowCosines: [0, 1, 0],
    columnCosines: [0, 0, -1],
  };
  expect(pointInImage(slice, [-7, 20 + 4 * 0.25, 30 - 6 * 0.5])).toEqual({ x: 4, y: 6 });
});
