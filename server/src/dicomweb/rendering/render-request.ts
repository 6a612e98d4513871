// What a rendered image is made from, in a form that crosses threads.
import type { FrameFormat } from '@strata/codec/format';

/** VOI LUT functions (PS3.3 C.11.2.1.3). */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** In units of the modality values (Hounsfield units for CT). */
export interface Window {
  readonly centre: number;
  readonly width: number;
  readonly function: WindowFunction;
}

/** A part of the frame in its own pixels; negative width or height mirror it. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels to fit the image into, keeping its shape. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly region: Region | null;
}

export interface RenderOptions {
  readonly mediaType: 'image/jpeg' | 'image/png';
  /** 1 to 100, of JPEG. */
  readonly quality: number;
  /** Instead of the object's own. */
  readonly window: Window | null;
  /** The size of the frame when null. */
  readonly viewport: Viewport | null;
}

/** How the instance says that it is to be shown, as its record has it (of its first frame). */
export interface ShownAs {
  readonly photometric: string;
  /** Absent in records of earlier versions. */
  readonly presentationLutShape?: string;
  readonly windows: readonly { readonly centre: number; readonly width: number }[];
  readonly voiFunction: string;
  readonly rescale: { readonly slope: number; readonly intercept: number } | null;
  /** Stored values that stand for no image, first and last. */
  readonly pixelPadding: readonly [number, number] | null;
  readonly pixelSpacing: readonly [number, number] | null;
  readonly pixelAspectRatio: readonly [number, number] | null;
  readonly palette: { readonly first: number; readonly rgb: string } | null;
}

export interface RenderRequest {
  /** Samples of a level as bytes, 16-bit ones little endian. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: FrameFormat;
  /** Which frame it is, from 0. */
  readonly frame: number;
  readonly shownAs: ShownAs;
  /** The data set as Part 10: for look-up tables and what is said of single frames. */
  readonly dataSet: Uint8Array;
  readonly options: RenderOptions;
}
