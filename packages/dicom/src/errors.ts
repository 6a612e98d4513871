// What this package reports when it refuses a file or a blob.
import { tagName } from './tags.ts';

export type DicomErrorCode =
  /** Not a DICOM file at all: empty, text, another format. */
  | 'not-dicom'
  /** The file ends before what its headers announce. */
  | 'truncated'
  /** The bytes contradict themselves or the standard in a way that leaves no safe reading. */
  | 'malformed'
  /** A UID that identifies the object is absent or not a UID. */
  | 'missing-uid'
  /** The pixels are in a transfer syntax that is not read or written. */
  | 'unsupported-transfer-syntax'
  /** The pixels are of a kind that is not read. */
  | 'unsupported-pixels'
  /** Above one of the limits that keep a lying header from costing memory or time. */
  | 'too-large'
  /** A DICOMDIR: an index of files, not an object of a study. */
  | 'directory'
  /** A frame that the file does not have, or frames that are not those of the object. */
  | 'bad-frame'
  /** The blob that holds the rest of an object is damaged or of a later version. */
  | 'bad-object-blob';

/** Where in the file the problem is. */
export interface DicomErrorPlace {
  /** Tag of the element, group in the upper 16 bits. */
  tag?: number | undefined;
  /** Byte offset in the file; of a deflated file, in its inflated data set. */
  offset?: number | undefined;
  cause?: unknown;
}

/** A refusal: what is wrong, in which element, at which byte, and a code to act on. */
export class DicomError extends Error {
  override readonly name = 'DicomError';
  readonly code: DicomErrorCode;
  readonly tag: number | undefined;
  readonly offset: number | undefined;

  constructor(code: DicomErrorCode, message: string, place: DicomErrorPlace = {}) {
    const element = place.tag === undefined ? '' : `, in ${tagName(place.tag)}`;
    const byte = place.offset === undefined ? '' : ` at byte ${place.offset}`;
    super(`${message}${element}${byte}`, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.tag = place.tag;
    this.offset = place.offset;
  }
}
