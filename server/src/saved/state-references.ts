// How a presentation state names the images that it, or a part of it, is for.
import type { KeywordAttributes } from '@strata/dicom/saved/attributes';
import { sopReference } from '@strata/dicom/saved/evidence';
import type { KeyImage } from '@strata/protocol/saved-key-images';
import type { ReferencedInstance } from './saved-kind.ts';

/** By SOP Instance UID. */
export type Referenced = ReadonlyMap<string, ReferencedInstance>;

/** A sequence that is there only with items. */
export const optional = <Item>(list: Item[]): Item[] | undefined => (list.length > 0 ? list : undefined);

/** Images by series (PS3.3 C.11.11). */
export function seriesOf(images: readonly KeyImage[], referenced: Referenced): KeywordAttributes[] {
  const series = new Map<string, KeywordAttributes[]>();
  for (const image of images) {
    const reference = referenced.get(image.sopInstanceUid);
    if (!reference) continue;
    const known = series.get(reference.seriesUid) ?? [];
    known.push(imageReference(reference, image.frames));
    series.set(reference.seriesUid, known);
  }
  return [...series].map(([SeriesInstanceUID, ReferencedImageSequence]) => ({
    SeriesInstanceUID,
    ReferencedImageSequence,
  }));
}

function imageReference(reference: ReferencedInstance, frames: readonly number[]): KeywordAttributes {
  const named = reference.frames > 1 && frames.length > 0;
  return { ...sopReference(reference), ...(named && { ReferencedFrameNumber: [...frames] }) };
}

/** For all images of the object nothing is named. */
export function forImages(images: readonly KeyImage[], referenced: Referenced): KeywordAttributes {
  const named = images.flatMap(({ sopInstanceUid, frames }) => {
    const reference = referenced.get(sopInstanceUid);
    return reference ? [imageReference(reference, frames)] : [];
  });
  return { ReferencedImageSequence: optional(named) };
}

/** A grey among colours (PS3.3 C.10.7.1.1): P-Values are as even to the eye as CIELab's lightness. */
export const labOfGrey = (grey: number): number[] => [grey, 32_896, 32_896];
