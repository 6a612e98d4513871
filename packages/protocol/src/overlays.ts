// The overlay planes of a frame as a server answers them over HTTP: declared once, written there and read in viewers.
import { integer, list, numbers, object, text } from './checks.ts';
import { words } from './fields.ts';
import { MAX_OVERLAYS, MAX_REASONS } from './limits.ts';

/** A plane (PS3.3 C.9.2). */
export interface OverlayPlane {
  /** '6000' and so on. */
  readonly group: string;
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** Row and column of the image at which its first point lies; 1, 1 is the image's first pixel. */
  readonly origin: readonly [number, number];
  /** Row by row without gaps, the first point in the lowest bit. */
  readonly bits: Uint8Array;
}

/** Planes, and why others are left out, for people. */
export interface FrameOverlays {
  readonly planes: readonly OverlayPlane[];
  readonly problems: readonly string[];
}

/** The same as JSON: bits in base64. */
export interface OverlaysAnswer {
  readonly planes: readonly (Omit<OverlayPlane, 'bits'> & { readonly bits: string })[];
  readonly problems: readonly string[];
}

/** Characters of 2 ** 26 points in base64. */
const MAX_TEXT = 11_184_812;

const checkPlane = object({
  group: words,
  label: words,
  rows: integer(1, 65_535),
  columns: integer(1, 65_535),
  origin: numbers<[number, number]>(2),
  bits: text(MAX_TEXT),
});

/** Checks an answer; fields that are not known are dropped. @throws ProtocolError when it is none */
export const checkOverlays: (answer: unknown) => OverlaysAnswer = object({
  planes: list(checkPlane, MAX_OVERLAYS),
  problems: list(words, MAX_REASONS),
});
