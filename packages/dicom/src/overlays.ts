// The overlay planes of a frame as packed bits, wherever the object keeps them (PS3.3 C.9.2, PS3.5 section 8.1.2).
import { swapPairs } from './frames.ts';
import { OverlayElement as Overlay, type OverlayPlace, overlayPlaces, overlayTag } from './overlay-places.ts';
import type { DicomFile } from './part10.ts';
import { code, integer, text, tuple, type Values, valuesOf } from './values.ts';

export interface OverlayPlane {
  /** '6000' and so on. */
  readonly group: string;
  /** G for graphics, R for a region of interest. */
  readonly kind: string;
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

/** Points of one plane, and of all planes of a frame. */
export const MAX_OVERLAY_POINTS = 2 ** 26;
const MAX_POINTS_IN_ALL = 2 ** 27;

/**
 * Reads the planes of a frame. A plane of several frames gives the one for this frame, or nothing where it has none for
 * it; a plane of one frame is for all. Nothing is thrown.
 * @param file with its pixels when bits beside the samples are wanted
 * @param frame from 0
 */
export function readOverlays(file: DicomFile, frame: number): FrameOverlays {
  const values = valuesOf(file.dataSet);
  const planes: OverlayPlane[] = [];
  const problems: string[] = [];
  let points = 0;
  for (const place of overlayPlaces(values)) {
    const plane = 'bit' in place.at ? embedded(file, values, place, frame) : apart(values, place, frame);
    if (plane === null) continue;
    if (typeof plane === 'string') problems.push(`overlay ${hex(place.group)}: ${plane}`);
    else if (points + plane.rows * plane.columns > MAX_POINTS_IN_ALL) {
      problems.push(`overlay ${hex(place.group)}: the planes of the frame are too large together`);
    } else {
      planes.push(plane);
      points += plane.rows * plane.columns;
    }
  }
  return { planes, problems };
}

/** Whether any plane lies in the pixel data. */
export function hasEmbeddedOverlays(file: DicomFile): boolean {
  return overlayPlaces(valuesOf(file.dataSet)).some(({ at }) => 'bit' in at);
}

const hex = (group: number): string => group.toString(16).toUpperCase();

function headOf(values: Values, group: number): Pick<OverlayPlane, 'group' | 'kind' | 'label'> {
  const label = text(values, overlayTag(group, Overlay.Label));
  return {
    group: hex(group),
    kind: code(values, overlayTag(group, Overlay.Type)),
    label: label || text(values, overlayTag(group, Overlay.Description)),
  };
}

function apart(values: Values, { group, at }: OverlayPlace, frame: number): OverlayPlane | string | null {
  if (!('data' in at)) return null;
  const rows = integer(values, overlayTag(group, Overlay.Rows)) ?? 0;
  const columns = integer(values, overlayTag(group, Overlay.Columns)) ?? 0;
  const index = indexOf(values, group, frame);
  if (index === null) return null;
  if (rows < 1 || columns < 1) return 'it has no size';
  const points = rows * columns;
  if (points > MAX_OVERLAY_POINTS) return `${columns} x ${rows} points are above the limit`;
  const { data } = at;
  if (Math.ceil((points * (index + 1)) / 8) > data.length) {
    return `${columns} x ${rows} points of frame ${frame + 1} do not fit into its ${data.length} bytes`;
  }
  const bytes = straightBytes(values, at.data);
  const [row, column] = tuple(values, overlayTag(group, Overlay.Origin), 2) ?? [1, 1];
  return {
    ...headOf(values, group),
    rows,
    columns,
    origin: [row as number, column as number],
    bits: bitsFrom(bytes, points * index, points),
  };
}

/** Which of the plane's frames is the image's; 0 for a plane that is for all, null for none. */
function indexOf(values: Values, group: number, frame: number): number | null {
  const frames = integer(values, overlayTag(group, Overlay.NumberOfFrames)) ?? 0;
  if (frames < 1) return 0;
  const first = integer(values, overlayTag(group, Overlay.ImageFrameOrigin)) ?? 1;
  const index = frame + 1 - first;
  return index >= 0 && index < frames ? index : null;
}

/** In the order of a little endian file. */
function straightBytes(
  { set }: Values,
  { valueStart, length, vr }: { valueStart: number; length: number; vr: string },
): Uint8Array {
  const bytes = set.bytes.subarray(valueStart, valueStart + length);
  if (set.encoding.endian === 'little' || vr !== 'OW') return bytes;
  const straight = new Uint8Array(bytes);
  swapPairs(straight);
  return straight;
}

/** A run of bits as bytes of their own; bits behind the last are 0. */
function bitsFrom(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const start = Math.floor(firstBit / 8);
  const shift = firstBit % 8;
  const bits = new Uint8Array(Math.ceil(count / 8));
  for (let at = 0; at < bits.length; at++) {
    const pair = (bytes[start + at] ?? 0) | ((bytes[start + at + 1] ?? 0) << 8);
    bits[at] = pair >> shift;
  }
  if (count % 8 !== 0) bits[bits.length - 1] = (bits.at(-1) as number) & (2 ** (count % 8) - 1);
  return bits;
}

/** Bits beside the samples have the image's own geometry (retired, but many archives hold them). */
function embedded(
  { pixels }: DicomFile,
  values: Values,
  { group, at }: OverlayPlace,
  frame: number,
): OverlayPlane | string | null {
  if (!('bit' in at) || frame < 0) return null;
  if (!pixels || pixels.bitsAllocated === 1) return 'its bits lie in pixels that are not native';
  const { width, height } = pixels.format;
  const points = width * height;
  const size = pixels.bitsAllocated / 8;
  const start = points * size * frame;
  if (frame >= pixels.frames) return null;
  const swapped = pixels.order === 'swapped';
  // The byte of each word that holds the bit.
  const upper = at.bit >= 8;
  const offset = size === 1 ? 0 : upper !== swapped ? 1 : 0;
  const mask = 1 << (at.bit & 7);
  const bits = new Uint8Array(Math.ceil(points / 8));
  for (let point = 0; point < points; point++) {
    const byteAt = start + point * size + offset;
    const byte = pixels.value[size === 1 && swapped ? byteAt ^ 1 : byteAt] ?? 0;
    if ((byte & mask) !== 0) bits[point >> 3] = (bits[point >> 3] as number) | (1 << (point & 7));
  }
  return { ...headOf(values, group), rows: height, columns: width, origin: [1, 1], bits };
}
