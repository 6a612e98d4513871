// Where the overlay planes of an object are: elements of their own, or bits beside the samples (PS3.3 C.9.2).
import type { Element } from './element-walk.ts';
import { Tag } from './tags.ts';
import { integer, type Values } from './values.ts';

/** Groups 6000 to 60FE are for overlays; objects have few. */
const GROUPS = Array.from({ length: 128 }, (_, at) => 0x6000 + at * 2);
/** Planes that are read of an object. */
export const MAX_OVERLAYS = 16;

/** Elements of an overlay's group. */
export const OverlayElement = {
  Rows: 0x0010,
  Columns: 0x0011,
  NumberOfFrames: 0x0015,
  Description: 0x0022,
  Type: 0x0040,
  Origin: 0x0050,
  ImageFrameOrigin: 0x0051,
  BitPosition: 0x0102,
  Label: 0x1500,
  Data: 0x3000,
} as const;

export interface OverlayPlace {
  /** 0x6000 and so on. */
  readonly group: number;
  /** The bits one after the other, or the number of the bit in each word of native pixel data. */
  readonly at: { readonly data: Element } | { readonly bit: number };
}

/** The tag of an overlay's attribute. @param element one of OverlayElement */
export function overlayTag(group: number, element: number): number {
  return group * 0x10000 + element;
}

/** The planes that have bits somewhere, by group. */
export function overlayPlaces(values: Values): OverlayPlace[] {
  const { elements } = values.set;
  const places: OverlayPlace[] = [];
  for (const group of GROUPS) {
    const data = elements.get(overlayTag(group, OverlayElement.Data));
    const bit = integer(values, overlayTag(group, OverlayElement.BitPosition));
    if (data && data.length > 0 && data.lengthIs !== 'undefined') places.push({ group, at: { data } });
    else if (bit !== null && isBesideSamples(values, bit)) places.push({ group, at: { bit } });
    if (places.length === MAX_OVERLAYS) break;
  }
  return places;
}

/** How many planes there are to draw. */
export function countOverlays(values: Values): number {
  return overlayPlaces(values).length;
}

/** Inside the bits allocated, outside the bits stored, of native pixels. */
function isBesideSamples(values: Values, bit: number): boolean {
  const pixels = values.set.elements.get(Tag.PixelData);
  if (!pixels || pixels.lengthIs === 'undefined' || integer(values, Tag.SamplesPerPixel) !== 1) return false;
  const allocated = integer(values, Tag.BitsAllocated) ?? 0;
  const stored = integer(values, Tag.BitsStored) ?? allocated;
  const high = integer(values, Tag.HighBit) ?? stored - 1;
  return bit >= 0 && bit < allocated && (bit > high || bit <= high - stored);
}
