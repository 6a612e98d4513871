// What something drawn on an image measures: figures with names and units, from points, scale and values.
import type { MeasuringTool } from '../viewport/primary-tool.ts';
import { angleAt, angleOfLines, distance, lengthOf, polygonArea } from './geometry.ts';
import type { Point } from './points.ts';
import { ellipseOutline, type Outline, rectangleOutline, statisticsIn, type ValueImage } from './region.ts';
import type { Scale } from './scale.ts';

/** One figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** 'mm', 'mm²', 'px', '°', 'HU' or whatever the values are in; '' when that is not said. */
  readonly unit: string;
  /** Of a value, what it is where the unit does not say it: 'SUVbw', 'SUVlbm', 'SUVbsa'. */
  readonly quantity?: string;
}

/** Values in a unit, and what they are where the unit does not say it. */
interface Quantity {
  readonly quantity: string;
  readonly unit: string;
}

/** The modality values of an image at the best level there is. */
export interface MeasuredValues extends ValueImage {
  readonly unit: string;
  /** Colours have no modality values: three numbers a pixel. */
  readonly components: 1 | 3;
  readonly quantity?: string;
  /** What else the values are when multiplied by `ratio`. */
  readonly others?: readonly (Quantity & { readonly ratio: number })[];
}

export interface Shape {
  readonly tool: MeasuringTool;
  readonly points: readonly Point[];
  /** Whether a freehand outline comes back to where it began. */
  readonly closed: boolean;
}

/** The figures of a shape; none while it is not drawn far enough. @param values null while there are none */
export function measure(shape: Shape, scale: Scale, values: MeasuredValues | null): Figure[] {
  const [a, b, c, d] = shape.points;
  const length = (name: string, value: number): Figure => ({ name, value, unit: scale.unit });
  switch (shape.tool) {
    case 'length':
      return a && b ? [length('Length', distance(a, b, scale))] : [];
    case 'bidirectional': {
      if (!a || !b || !c || !d) return [];
      const [short, long] = [distance(a, b, scale), distance(c, d, scale)].sort((one, two) => one - two);
      return [length('Long', long ?? 0), length('Short', short ?? 0)];
    }
    case 'angle':
      return a && b && c ? [{ name: 'Angle', value: angleAt(b, a, c, scale), unit: '°' }] : [];
    case 'cobb':
      if (!a || !b || !c || !d) return [];
      return [{ name: 'Cobb angle', value: angleOfLines([a, b], [c, d], scale), unit: '°' }];
    case 'ellipse':
      return a && b && c && d ? ofRegion(ellipseOutline([a, b, c, d]), scale, values) : [];
    case 'rectangle':
      return a && b && c && d ? ofRegion(rectangleOutline([a, b, c, d]), scale, values) : [];
    case 'freehand':
      if (shape.points.length < 3) return [];
      if (!shape.closed) return [length('Length', lengthOf(shape.points, scale))];
      return ofRegion({ points: shape.points }, scale, values);
    case 'probe':
      return a ? ofPoint(a, values) : [];
    case 'arrow':
      return [];
  }
}

/** Whether the figures of a tool come from values, which must be those of the full level. */
export function usesValues(tool: MeasuringTool): boolean {
  return tool === 'ellipse' || tool === 'rectangle' || tool === 'freehand' || tool === 'probe';
}

function ofRegion(outline: Outline, scale: Scale, values: MeasuredValues | null): Figure[] {
  const area = { name: 'Area', value: polygonArea(outline.points, scale), unit: `${scale.unit}²` };
  const found = values?.components === 1 ? statisticsIn(outline, values) : null;
  if (!found || !values) return [area];
  const own = ownOf(values);
  return [
    area,
    { name: 'Mean', value: found.mean, ...own },
    { name: 'SD', value: found.deviation, ...own },
    { name: 'Min', value: found.min, ...own },
    { name: 'Max', value: found.max, ...own },
    ...inOthers('Mean', found.mean, values),
  ];
}

function ofPoint(point: Point, values: MeasuredValues | null): Figure[] {
  const [x, y] = [Math.round(point.x), Math.round(point.y)];
  if (!values || x < 0 || y < 0 || x >= values.width || y >= values.height) return [];
  const { components } = values;
  const at = (y * values.width + x) * components;
  if (components === 1) {
    const value = values.values[at] as number;
    if (Number.isNaN(value)) return [];
    return [{ name: 'Value', value, ...ownOf(values) }, ...inOthers('Value', value, values)];
  }
  return ['Red', 'Green', 'Blue'].map((name, channel) => ({
    name,
    value: values.values[at + channel] as number,
    unit: '',
  }));
}

const ownOf = ({ unit, quantity }: MeasuredValues) => (quantity ? { unit, quantity } : { unit });

function inOthers(name: string, value: number, { others = [] }: MeasuredValues): Figure[] {
  return others.map(({ ratio, quantity, unit }) => ({ name, value: value * ratio, unit, quantity }));
}
