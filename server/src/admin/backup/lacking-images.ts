// A blob's name says nothing to people: the images that need it are named with it.
import type { Metadata } from '@strata/metadata/metadata';
import type { LackingBlob } from './copy-blobs.ts';

/** A blob of which there is no good copy, and some of the images that need it. */
export interface LackingImage extends LackingBlob {
  readonly images: readonly { readonly studyUid: string; readonly instanceUid: string }[];
}

/** Of more than these the images are not looked up. */
const MOST_NAMED = 1000;

export async function withImages(
  metadata: Pick<Metadata, 'instancesWithBlob'>,
  lacking: readonly LackingBlob[],
): Promise<LackingImage[]> {
  const named: LackingImage[] = [];
  for (const blob of lacking) {
    const images = named.length < MOST_NAMED ? await metadata.instancesWithBlob(blob.digest) : [];
    named.push({ ...blob, images });
  }
  return named;
}
