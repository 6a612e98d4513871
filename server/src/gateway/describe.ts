// What the metadata keep of an object: from the image that is being stored, or from its blob alone.
import { createHash } from 'node:crypto';
import { pixelBytes } from '@strata/codec/format';
import type { BlobNote } from '@strata/dicom/blob-note';
import { type OpenImage, openImage, openUndecoded } from '@strata/dicom/image/open-image';
import { indexedAttributes } from '@strata/dicom/json/indexed-attributes';
import { hollowFile, noteOf, readObjectBlob } from '@strata/dicom/object-blob';
import { readPart10 } from '@strata/dicom/part10';
import type { DescribedBlob, Description, FramesOfBlob } from './description.ts';

const DIGEST_BYTES = 32;

/** @throws DicomError */
export function describeImage({ file, attributes }: OpenImage): Description {
  return { attributes, indexed: indexedAttributes(file.dataSet), transferSyntaxUid: file.transferSyntaxUid };
}

/**
 * Describes an object by its blob as it was described when it was stored.
 * @param undecoded a reason not to look at its pixels: a decoder was lost over them
 * @throws DicomError 'bad-object-blob' and what `readPart10` throws
 */
export async function describeBlob(
  bytes: Uint8Array,
  undecoded: string | null = null,
): Promise<DescribedBlob> {
  const blob = readObjectBlob(bytes);
  const { header } = blob;
  const note = noteOf(blob);
  const file = readPart10(hollowFile(blob));
  const reason = note?.undecoded ?? undecoded;
  const image = reason === null ? await openImage(file) : openUndecoded(file, reason);
  const sent = note?.sent ?? { digest: Buffer.from(header.sha256).toString('hex'), length: header.length };
  return { ...describeImage(image), sent, frames: note ? framesOf(note) : soughtFrames(image, header.mode) };
}

function framesOf({ frames }: BlobNote): FramesOfBlob {
  return frames === null ? { kind: 'none' } : { kind: 'named', digest: frames };
}

function soughtFrames({ frames }: OpenImage, mode: 'split' | 'whole'): FramesOfBlob {
  if (frames === null) return { kind: 'none' };
  const { count, format } = frames;
  if (mode === 'split') return { kind: 'unknown', count, width: format.width, height: format.height };
  const digests = new Uint8Array(count * DIGEST_BYTES);
  for (let index = 0; index < count; index++) {
    const digest = createHash('sha256')
      .update(pixelBytes(frames.frame(index)))
      .digest();
    digests.set(digest, index * DIGEST_BYTES);
  }
  return { kind: 'of-pixels', digests };
}
