// Which images are marked, as sets of names, and how they become the content of a saved selection and come from it.
import type { KeyImage, KeyTitle } from '@strata/protocol/saved-key-images';
import type { Slice } from '../study/stack.ts';

/** Names of images: 'instance/frame', frame 0 for the whole image. */
export type MarkedNames = ReadonlySet<string>;

const whole = (slice: Slice): string => `${slice.instanceUid}/0`;

/** What marking a slice marks: the whole image where it has but one frame. */
const nameOf = (slice: Slice): string =>
  slice.frames > 1 ? `${slice.instanceUid}/${slice.frameNumber}` : whole(slice);

export function isMarked(marks: MarkedNames, slice: Slice): boolean {
  return marks.has(nameOf(slice)) || marks.has(whole(slice));
}

/** With the slice marked, or no longer; of an image that is marked as a whole, the mark of the whole goes. */
export function toggled(marks: MarkedNames, slice: Slice): MarkedNames {
  const next = new Set(marks);
  if (isMarked(marks, slice)) {
    next.delete(nameOf(slice));
    next.delete(whole(slice));
  } else next.add(nameOf(slice));
  return next;
}

/** The marks of a saved selection. */
export function namesOf(images: readonly KeyImage[]): string[] {
  return images.flatMap(({ sopInstanceUid, frames }) =>
    (frames.length > 0 ? frames : [0]).map((frame) => `${sopInstanceUid}/${frame}`),
  );
}

/** The marks as the content of a selection, images in the order in which they were marked. */
export function imagesOf(marks: MarkedNames): KeyImage[] {
  const images = new Map<string, number[]>();
  for (const name of marks) {
    const [uid = '', frame = '0'] = name.split('/');
    const frames = images.get(uid) ?? [];
    if (frame !== '0') frames.push(Number(frame));
    images.set(uid, frames);
  }
  return [...images].map(([sopInstanceUid, frames]) => ({
    sopInstanceUid,
    frames: marks.has(`${sopInstanceUid}/0`) ? [] : frames.sort((a, b) => a - b),
  }));
}

/** Titles of selections that say what not to look at (PS3.16 CID 7011): no marks of ours. */
const rejections = new Set(['113001', '113037', '113038', '113039']);

export function isRejection({ value, scheme }: KeyTitle): boolean {
  return scheme === 'DCM' && rejections.has(value);
}
