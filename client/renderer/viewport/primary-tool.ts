// What the left mouse button can do, by name. Apart from the tools themselves, whose script is large and comes later.

import { type DrawnKind, drawnKinds } from '@strata/protocol/saved-measurements';

/** The kinds of measurements and marks: those that can be saved. */
export const measuringTools = drawnKinds;

export type MeasuringTool = DrawnKind;

export type PrimaryTool = 'window' | 'zoom' | 'pan' | 'scroll' | 'magnifier' | 'crosshair' | MeasuringTool;

/** What is measured with in the planes of a volume: its figures are of the plane. */
export const planeMeasuringTools = [
  'length',
  'angle',
  'cobb',
  'bidirectional',
  'ellipse',
  'rectangle',
  'probe',
] as const satisfies readonly MeasuringTool[];

/** What the left mouse button can do in the planes of a volume. */
export const planeTools = [
  'crosshair',
  'window',
  'scroll',
  'zoom',
  'pan',
  ...planeMeasuringTools,
] as const satisfies readonly PrimaryTool[];

export type PlaneTool = (typeof planeTools)[number];
