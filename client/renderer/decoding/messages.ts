// What the page and its decoding workers say to each other.
import type { Region, RegionPart } from '@strata/codec/regions';
import type { DisplayPixels, DisplaySize } from './display-pixels.ts';
import type { DisplayRecipe } from './display-recipe.ts';

/** How the pixels of a frame are wanted. */
export interface DisplayWish {
  readonly recipe: DisplayRecipe;
  readonly size: DisplaySize;
}

/** The coded bytes of one level. */
export interface CodedLevel {
  readonly level: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** More levels of a frame, in order; its pixels are made from the last of them where they are wished for. */
interface AddLevels {
  readonly type: 'add';
  readonly frame: string;
  readonly levels: readonly CodedLevel[];
  readonly wish: DisplayWish | null;
}

/** Asks for the pixels of the highest level decoded so far. */
interface ShowFrame {
  readonly type: 'show';
  readonly frame: string;
  readonly wish: DisplayWish;
}

/** The coded bytes of one part of a level. */
export interface CodedPart extends RegionPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A rectangle of a level above those decoded, in pixels of that level, and what it is made from. */
export interface RegionParts {
  readonly level: number;
  readonly region: Region;
  readonly parts: readonly CodedPart[];
  readonly recipe: DisplayRecipe;
}

/** Asks for the pixels of a part of a frame. */
interface ShowRegion {
  readonly type: 'region';
  readonly frame: string;
  readonly wish: RegionParts;
}

export type ToWorker = AddLevels | ShowFrame | ShowRegion;

/** Levels are decoded. */
export interface Added {
  readonly type: 'added';
  readonly level: number;
  /** As wished for. */
  readonly pixels: DisplayPixels | null;
  /** Frames whose state gave way to this one's. */
  readonly forgotten: readonly string[];
}

export interface Shown {
  readonly type: 'shown';
  readonly level: number;
  readonly pixels: DisplayPixels;
}

export interface ShownRegion {
  readonly type: 'region';
  /** Enlarged to pixels of the frame. */
  readonly pixels: DisplayPixels;
}

interface Refused {
  readonly type: 'refused';
  /** 'no-state' when the frame's levels must be sent again from level 0; else what is wrong with its bytes. */
  readonly code: string;
  readonly message: string;
}

export type FromWorker = Added | Shown | ShownRegion | Refused;
