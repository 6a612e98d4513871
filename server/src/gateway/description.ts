// What is said of an object for the metadata: by the image that is being stored, or by its blob alone.
import type { InstanceAttributes } from '@strata/dicom/attributes';
import type { BlobNote } from '@strata/dicom/blob-note';
import type { DicomJson } from '@strata/dicom/json/types';

/** What the metadata keep of an object, beside where it is. */
export interface Description {
  readonly attributes: InstanceAttributes;
  /** What queries may ask for. */
  readonly indexed: DicomJson;
  readonly transferSyntaxUid: string;
}

/** An object as its blob describes it. */
export interface DescribedBlob extends Description {
  readonly sent: BlobNote['sent'];
  readonly frames: FramesOfBlob;
}

/** Which frames belong to an object. */
export type FramesOfBlob =
  | { readonly kind: 'none' }
  | { readonly kind: 'named'; readonly digest: string }
  /** Of a blob from before there were notes, its pixels kept in it too: SHA-256 of each frame's pixels, 32 bytes each. */
  | { readonly kind: 'of-pixels'; readonly digests: Uint8Array }
  /** Of a blob from before there were notes, its pixels kept apart: those that give the file back. */
  | { readonly kind: 'unknown'; readonly count: number; readonly width: number; readonly height: number };
