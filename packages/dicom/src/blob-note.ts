// What stands in an object blob beside the file: what was sent, and which frames are its own. Metadata can be made of it.
import { DicomError } from './errors.ts';

/** What the file in a blob does not say of itself. */
export interface BlobNote {
  /** SHA-256 (hex) of the blob of its frames; null where it has none. */
  readonly frames: string | null;
  /** The file that came; what is kept may be the same object with native pixels. */
  readonly sent: { readonly digest: string; readonly length: number };
  /** Why nobody looked at its pixels, where a decoder was lost over them. */
  readonly undecoded: string | null;
}

/*
 * A skippable frame of Zstandard (RFC 8878, section 3.1.2) behind the first part of the blob, which decoders pass over:
 *   u32 magic | u32 bytes that follow | JSON | u32 bytes of all of it | "NOTE"        little endian
 */
const MAGIC = 0x184d2a5b;
const MARK = 0x45544f4e;
const HEAD = 8;
const TAIL = 8;
const MAX_NOTE = 16 * 1024;
const MAX_REASON = 1024;
const DIGEST = /^[0-9a-f]{64}$/;
const PENDING = '0'.repeat(64);
/** Where the digest of the frames stands. */
const FRAMES_AT = HEAD + '{"frames":"'.length;

/** @param frames `pending`: there will be some, and `noteFrames` says which */
export function writeBlobNote({ frames, sent, undecoded }: BlobNote | PendingNote): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify({
    frames: frames === 'pending' ? PENDING : frames,
    sent: { digest: sent.digest, length: sent.length },
    ...(undecoded === null ? {} : { undecoded: undecoded.slice(0, MAX_REASON) }),
  });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(HEAD + json.length + TAIL);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length + TAIL, true);
  bytes.set(json, HEAD);
  view.setUint32(bytes.length - 8, bytes.length, true);
  view.setUint32(bytes.length - 4, MARK, true);
  return bytes;
}

/** A note of frames that are still to be coded. */
export type PendingNote = Omit<BlobNote, 'frames'> & { readonly frames: 'pending' };

/** Fills in the digest (64 hex digits) of the frames in a note that was written with them pending; its length stays. */
export function noteFrames(note: Uint8Array, digest: string): void {
  const { written } = new TextEncoder().encodeInto(digest, note.subarray(FRAMES_AT, FRAMES_AT + 64));
  if (written !== 64 || !DIGEST.test(digest)) throw new RangeError(`not a digest: ${digest}`);
}

/**
 * The note at the end of the first part of a blob; null in one that was written before there were notes.
 * @throws DicomError 'bad-object-blob' for a note that makes no sense
 */
export function readBlobNote(part: Uint8Array): BlobNote | null {
  if (part.length < HEAD + TAIL) return null;
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  if (view.getUint32(part.length - 4, true) !== MARK) return null;
  const length = view.getUint32(part.length - 8, true);
  const at = part.length - length;
  if (length < HEAD + TAIL || length > MAX_NOTE || at < 0) return null;
  if (view.getUint32(at, true) !== MAGIC || view.getUint32(at + 4, true) !== length - HEAD) return null;
  return parse(part.subarray(at + HEAD, part.length - TAIL));
}

function parse(json: Uint8Array): BlobNote {
  try {
    const {
      frames,
      sent,
      undecoded = null,
    } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    const framesFit = frames === null || (DIGEST.test(frames) && frames !== PENDING);
    const sentFits = DIGEST.test(sent?.digest) && Number.isSafeInteger(sent?.length) && sent.length >= 0;
    if (framesFit && sentFits && (undecoded === null || typeof undecoded === 'string')) {
      return { frames, sent: { digest: sent.digest, length: sent.length }, undecoded };
    }
  } catch {
    // told below
  }
  throw new DicomError('bad-object-blob', 'object blob: the note in it makes no sense');
}
