// What all parts of a presentation state have: the images that they are for, and notes of what is left out.
import type { DicomJson } from '@strata/dicom/json/types';
import { items, numbersOf, textOf } from '@strata/dicom/saved/reading';
import { type KeyImage, MAX_KEY_FRAMES } from '@strata/protocol/saved-key-images';

/** Notes what is left out, each once. */
export type Note = (what: string) => void;

/** The images that an item names; none when it names none. */
export function imagesOf(item: DicomJson): KeyImage[] {
  return items(item, 'ReferencedImageSequence').flatMap((reference) => {
    const sopInstanceUid = textOf(reference, 'ReferencedSOPInstanceUID');
    const frames = numbersOf(reference, 'ReferencedFrameNumber').filter(
      (frame) => Number.isInteger(frame) && frame >= 1 && frame < 2 ** 31,
    );
    return /^[0-9A-Za-z._-]{1,64}$/.test(sopInstanceUid)
      ? [{ sopInstanceUid, frames: frames.slice(0, MAX_KEY_FRAMES) }]
      : [];
  });
}
