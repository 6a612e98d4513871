// A measurement on an image, as it is written to and read from structured reports.

export type MeasuredKind =
  | 'length'
  | 'angle'
  | 'cobb'
  | 'ellipse'
  | 'rectangle'
  | 'freehand'
  | 'bidirectional'
  | 'arrow'
  | 'probe';

/** Column and row; whole numbers are the middles of pixels. */
export type Pixel = readonly [number, number];

export interface Measurement {
  /** Tracking Unique Identifier. */
  readonly uid: string;
  readonly kind: MeasuredKind;
  /** '' where only a place in the patient is said. */
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly frame: number;
  /**
   * Ends of a line; for an angle the vertex in the middle; two lines for Cobb angles; the long and the short axis; ends of both
   * axes of an ellipse; corners of a rectangle: first, beside it, below it, opposite; an outline; a point.
   */
  readonly points: readonly Pixel[];
  /** Where no image is named: millimetres in the patient, of the same points. */
  readonly space?: {
    readonly frameOfReference: string;
    readonly points: readonly (readonly [number, number, number])[];
  };
  /** Whether a freehand outline comes back to where it began. */
  readonly closed: boolean;
  readonly text: string;
  readonly figures: readonly {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly quantity?: string;
  }[];
  /** Millimetres of a column where somebody said it; null where the image does. */
  readonly columnMm: number | null;
  /** What must be said of the lengths. */
  readonly note: string;
}

/** What each kind is called in a report. */
export const kindNames: Record<MeasuredKind, string> = {
  length: 'Length',
  angle: 'Angle',
  cobb: 'Cobb angle',
  ellipse: 'Ellipse',
  rectangle: 'Rectangle',
  freehand: 'Freehand',
  bidirectional: 'Long and short axis',
  arrow: 'Arrow',
  probe: 'Value',
};
