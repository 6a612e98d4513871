// What a rebuild writes down of the blobs that it finds, and gets back in the order in which they arrived.
import type { FrameFormat } from '@strata/codec/format';
import type { BlobRef } from '../records.ts';

/** A disk of a server whose blobs are looked through. */
export interface BookedDisk {
  readonly server: string;
  readonly disk: string;
  readonly kind: 'online' | 'archive';
}

/** Where the look through a disk stands. */
export interface DiskState {
  /** The digest of the last blob that was looked at; '' at the begin. */
  readonly after: string;
  readonly isDone: boolean;
}

interface FoundBlob extends BlobRef {
  /** When the file was written: the order in which instances came. Milliseconds since 1970. */
  readonly arrivedMs: number;
}

/** Which frames belong to an object: none, the blob of a name, or those that are still to be found. */
export type BookedFrames =
  | { readonly kind: 'none' }
  | { readonly kind: 'named'; readonly digest: string }
  | { readonly kind: 'of-pixels'; readonly digests: Uint8Array }
  | { readonly kind: 'of-shape'; readonly shape: string };

/** An object's blob that was read and understood; `description` is text that only the caller reads. */
export interface FoundObject extends FoundBlob {
  readonly description: string;
  readonly frames: BookedFrames;
}

/** A blob of frames: what a record says of it, and a shape by which frames are compared (`512x512x1`). */
export interface FoundFrames extends FoundBlob {
  readonly shape: string;
  readonly index: Uint8Array;
  readonly digests: Uint8Array;
  readonly format: FrameFormat;
}

/** What cannot be used; `subject` names it for people. */
export interface Problem {
  readonly subject: string;
  readonly reason: string;
}

/** What was found on a stretch of a disk. */
export interface FoundPage {
  /** The last digest of the stretch. */
  readonly after: string;
  readonly blobs: number;
  /** Every blob of the stretch that is as it should be. */
  readonly copies: readonly string[];
  readonly objects: readonly FoundObject[];
  readonly frames: readonly FoundFrames[];
  readonly problems: readonly Problem[];
}

/** An instance that can be committed. */
export interface BookedInstance {
  readonly arrivedMs: number;
  readonly description: string;
  readonly object: BookedBlob;
  readonly frames: (BookedBlob & Pick<FoundFrames, 'index' | 'digests' | 'format'>) | null;
}

interface BookedBlob extends BlobRef {
  readonly replicas: readonly { readonly server: string; readonly disk: string }[];
}

/** An object whose frames are to be found by trying. */
export interface SoughtObject extends BlobRef {
  readonly shape: string;
  readonly arrivedMs: number;
}

/** How the rebuild stands: instances by what became of them, and what waits. */
export interface BookSummary {
  readonly disks: number;
  readonly blobs: number;
  readonly stored: number;
  readonly already: number;
  readonly conflicts: number;
  /** Objects whose frames are on no disk that was looked through. */
  readonly waiting: number;
  /** Blobs of frames that no object names. */
  readonly unnamed: number;
  readonly problems: number;
}
