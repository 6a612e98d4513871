// Measurements as they are saved with a study, and as objects of others say them: declared once for pages and servers.
import {
  type Check,
  flag,
  integer,
  list,
  nullable,
  numbers,
  object,
  oneOf,
  optional,
  pattern,
  real,
  text,
} from './checks.ts';
import { uid } from './fields.ts';
import { MAX_FRAME } from './limits.ts';

/** Measurements of one object; points of one outline, and of all together; figures of one measurement. */
export const MAX_MEASUREMENTS = 1000;
const MAX_POINTS = 5000;
const MAX_FIGURES = 24;
const MAX_WORDS = 400;

/** What is drawn. */
export const drawnKinds = [
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
export type DrawnKind = (typeof drawnKinds)[number];

/** One figure of a measurement. */
export interface SavedFigure {
  /** 'Length', 'Long', 'Short', 'Angle', 'Cobb angle', 'Area', 'Mean', 'SD', 'Min', 'Max', 'Value' ..., or as others call it. */
  readonly name: string;
  readonly value: number;
  /** 'mm', 'mm²', 'px', 'px²', '°', 'HU', what the values are in; '' when that is not said. */
  readonly unit: string;
  /** What a value is where its unit does not say it: 'SUVbw'. */
  readonly quantity?: string;
}

export interface SavedMeasurement {
  /** Its Tracking Unique Identifier: the same in every version. */
  readonly uid: string;
  readonly kind: DrawnKind;
  /** The image. '' where only a place in the patient is said. */
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly frame: number;
  /** Columns and rows of the image; whole numbers are the middles of pixels. Ends of both axes for ellipses, corners in the order
   * beside, below, opposite for rectangles. */
  readonly points: readonly (readonly [number, number])[];
  /** In place of `points` where no image is named: millimetres, and their frame of reference. */
  readonly space?: {
    readonly frameOfReference: string;
    readonly points: readonly (readonly [number, number, number])[];
  };
  /** Whether a freehand outline comes back to where it began. */
  readonly closed: boolean;
  /** What was written to it. */
  readonly text: string;
  /** Those that are final. */
  readonly figures: readonly SavedFigure[];
  /** Millimetres that a column of the image is long by what the user said; null where the image says it. */
  readonly columnMm: number | null;
  /** Why lengths may not be those in the patient, for other readers. */
  readonly note: string;
}

/** What an object says. An empty list takes all away that the versions before it had. */
export interface SavedMeasurements {
  readonly measurements: readonly SavedMeasurement[];
}

/** Text of one line. */
const line = pattern(/^[^\p{Cc}]*$/u, MAX_WORDS, `text of at most ${MAX_WORDS} characters in one line`);

const coordinate: Check<number> = (value) => {
  const number = real(value);
  if (Math.abs(number) > 1e6) return integer(0, 0)(value);
  return number;
};
const pair: Check<[number, number]> = (value) => numbers<[number, number]>(2)(list(coordinate, 2)(value));
const triple = numbers<[number, number, number]>(3);

const figure = object<SavedFigure>({
  name: line,
  value: real,
  unit: line,
  quantity: optional(line),
});

const measurement = object<SavedMeasurement>({
  uid,
  kind: oneOf(...drawnKinds),
  sopInstanceUid: pattern(/^[0-9A-Za-z._-]{0,64}$/, 64, 'a UID or nothing'),
  frame: integer(1, MAX_FRAME),
  points: list(pair, MAX_POINTS),
  space: optional(object({ frameOfReference: uid, points: list(triple, MAX_POINTS) })),
  closed: flag,
  text: text(MAX_WORDS),
  figures: list(figure, MAX_FIGURES),
  columnMm: nullable(real),
  note: line,
});

/** Checks what is to be saved and what was read. */
export const savedMeasurements: Check<SavedMeasurements> = object({
  measurements: list(measurement, MAX_MEASUREMENTS),
});
