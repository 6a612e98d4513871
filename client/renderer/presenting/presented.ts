// What is known of the presentation state that a viewport shows, and where a part of an image comes to lie in it.
import type { Shutter } from '@strata/protocol/manifest';
import type { PresentationState } from '@strata/protocol/saved-presentations';
import type { Turn } from '../viewport/turn.ts';
import type { ImageArea, Missed, StateTones } from './state-for-image.ts';

/** The state that was applied last, whatever was changed since. */
export interface Presented {
  /** SOP Instance UID. */
  readonly uid: string;
  readonly title: string;
  readonly author: string;
  readonly state: PresentationState;
  /** What is not applied: codes of ours, and the words of the server. */
  readonly missed: readonly Missed[];
  readonly unread: readonly string[];
}

/** What a viewport does to apply one. */
export interface Presenting {
  readonly tones: StateTones;
  readonly turn: Turn;
  readonly area: ImageArea | null;
  /** Null for none, whatever the image has. */
  readonly shutter: Shutter | null;
}

/**
 * The place of the image in the middle of the viewport, and CSS pixels per column, so that an area fits.
 * @param spacing of rows, of columns @param size of the viewport in CSS pixels
 */
export function placeOfArea(
  { left, top, right, bottom, magnification }: ImageArea,
  spacing: readonly [number, number],
  { rotation }: Turn,
  size: readonly [number, number],
): { centre: readonly [number, number]; scale: number } {
  const centre = [(left + right) / 2, (top + bottom) / 2] as const;
  if (magnification !== null) return { centre, scale: magnification / globalThis.devicePixelRatio };
  const width = right - left;
  const height = ((bottom - top) * spacing[0]) / spacing[1];
  const [across, down] = rotation % 180 === 0 ? [width, height] : [height, width];
  return { centre, scale: Math.min(size[0] / Math.max(1, across), size[1] / Math.max(1, down)) };
}
