// What the left mouse button can do, by name. Apart from the tools themselves, whose script is large and comes later.

/** The kinds of measurements and marks. */
export const measuringTools = [
  'length',
  'angle',
  'cobb',
  'ellipse',
  'rectangle',
  'freehand',
  'bidirectional',
  'arrow',
  'probe',
] as const;

export type MeasuringTool = (typeof measuringTools)[number];

export type PrimaryTool = 'window' | 'zoom' | 'pan' | 'scroll' | 'magnifier' | 'crosshair' | MeasuringTool;
