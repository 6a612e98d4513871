// What the gateway asks a coding worker, and what it answers.
import type { FrameFormat } from '@strata/codec/format';
import type { DeidentifySummary } from '@strata/dicom/deidentify/report';
import type { ReadableDocument } from '@strata/dicom/documents/readable-document';
import type { FrameOverlays } from '@strata/dicom/overlays';
import type { DeidentifyOrder } from './deidentify-order.ts';
import type { DescribedBlob, Description } from './description.ts';

export interface Identity {
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  /** SHA-256 of the file, hex. */
  readonly fileDigest: string;
  readonly fileLength: number;
}

/** Everything that is stored of an instance, proven to give the file back. */
export interface CodedInstance extends Description {
  readonly objectParts: Uint8Array[];
  readonly frames: CodedFrames | null;
}

export interface CodedFrames {
  readonly parts: Uint8Array[];
  /** Of the parts as a blob: SHA-256 and length. */
  readonly name: { readonly digest: string; readonly length: number };
  readonly index: Uint8Array;
  /** SHA-256 of each frame's pixel bytes, 32 bytes a frame. */
  readonly digests: Uint8Array;
  readonly format: FrameFormat;
}

/** Stored blobs to make the original file from. */
export interface StoredInstance {
  readonly object: Uint8Array;
  readonly frames: Uint8Array | null;
  /** What every frame must hash to, 32 bytes a frame. */
  readonly frameDigests: Uint8Array | null;
}

/** What the record of an instance says of its frames. */
export interface Shown {
  readonly photometric: string;
  /** Whether the image was ever compressed with loss. */
  readonly lossy: boolean;
}

/** One frame of an instance. */
export interface StoredFrame extends StoredInstance {
  /** All of the object blob has so many bytes: only its head came where that says enough. */
  readonly objectLength: number;
  readonly index: number;
  readonly codestream: Uint8Array;
  /** SHA-256 of the frame's pixels. */
  readonly digest: Uint8Array;
  readonly shown: Shown;
}

/** A file without its patient's identity, and what it is by now. */
export interface DeidentifiedFile {
  readonly file: Uint8Array;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/** A file and its SHA-256, hex. */
export interface ProvenFile {
  readonly file: Uint8Array;
  readonly digest: string;
}

/** The overlay planes of a frame. */
export interface ReadOverlays extends FrameOverlays {
  /** Some lie beside the samples, and the frames did not come. */
  readonly lacksPixels: boolean;
}

/** What people read of an object without an image; the bytes of the file inside it, where they are asked for. */
export interface OpenedDocument {
  readonly document: ReadableDocument;
  readonly bytes: Uint8Array | null;
}

export type CodingRequest =
  /** Say whether two files hold the same object in different encodings. */
  | { readonly type: 'compare'; readonly one: Uint8Array; readonly other: Uint8Array }
  /** Give a file back as a rule wants it. */
  | { readonly type: 'deidentify'; readonly file: Uint8Array; readonly order: DeidentifyOrder }
  /** Read a file, de-identify it where that is ordered, and keep it for what follows. */
  | { readonly type: 'take'; readonly file: Uint8Array; readonly deidentify?: DeidentifyOrder }
  /** Code the file that was taken; it comes back with the result. With a reason not to, its pixels are not decoded. */
  | { readonly type: 'code'; readonly undecoded?: string }
  /** Give the file back that was taken. */
  | { readonly type: 'give-back' }
  | { readonly type: 'rebuild'; readonly stored: StoredInstance }
  /** Make a file in a transfer syntax. */
  | {
      readonly type: 'export';
      readonly stored: StoredInstance;
      readonly shown: Shown;
      readonly transferSyntaxUid: string;
    }
  /** The bytes of a frame in a transfer syntax. */
  | { readonly type: 'frame'; readonly frame: StoredFrame; readonly transferSyntaxUid: string }
  /** The pixels of a level, from a codestream that ends there. */
  | { readonly type: 'pixels'; readonly codestream: Uint8Array; readonly level: number }
  /** The overlay planes of a frame; the frames are only needed for those that lie beside the samples. */
  | { readonly type: 'overlays'; readonly stored: StoredInstance; readonly index: number }
  /** What people read of an object without an image. */
  | { readonly type: 'document'; readonly object: Uint8Array; readonly wanted: 'words' | 'file' }
  /** Describe an object by its blob; with a reason not to look at its pixels, where a decoder was lost over them. */
  | {
      readonly type: 'describe';
      readonly object: Uint8Array;
      readonly digest: string;
      readonly undecoded?: string;
    }
  /** The data set without its pixels. */
  | { readonly type: 'data-set'; readonly object: Uint8Array };

/** The pixels of a level, as bytes, so that they move between threads instead of being copied. */
export interface DecodedLevel {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: FrameFormat;
}

export type CodingReply =
  /** Of a file that a decoder is to open, a copy comes back, for the case that the decoder takes the worker with it. */
  | {
      readonly type: 'taken';
      readonly identity: Identity;
      readonly copy: Uint8Array | null;
      /** What was done, where it was de-identified. */
      readonly deidentified: DeidentifySummary | null;
    }
  | { readonly type: 'coded'; readonly coded: CodedInstance; readonly file: Uint8Array }
  | { readonly type: 'given-back'; readonly file: Uint8Array }
  | { readonly type: 'compared'; readonly same: boolean }
  | ({ readonly type: 'deidentified' } & DeidentifiedFile)
  | ({ readonly type: 'rebuilt' } & ProvenFile)
  | ({ readonly type: 'exported' } & ProvenFile)
  | { readonly type: 'framed'; readonly bytes: Uint8Array }
  | ({ readonly type: 'decoded' } & DecodedLevel)
  | ({ readonly type: 'overlaid' } & ReadOverlays)
  | ({ readonly type: 'opened' } & OpenedDocument)
  | { readonly type: 'described'; readonly described: DescribedBlob }
  | { readonly type: 'parted'; readonly file: Uint8Array }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
