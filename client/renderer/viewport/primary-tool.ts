// What the left mouse button can do, by name. Apart from the tools themselves, whose script is large and comes later.

import { type DrawnKind, drawnKinds } from '@strata/protocol/saved-measurements';

/** The kinds of measurements and marks: those that can be saved. */
export const measuringTools = drawnKinds;

export type MeasuringTool = DrawnKind;

export type PrimaryTool = 'window' | 'zoom' | 'pan' | 'scroll' | 'magnifier' | 'crosshair' | MeasuringTool;
