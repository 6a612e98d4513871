// Codes an instance and proves it, and makes the original file again: the work of one worker, without the thread around it.
import { createHash } from 'node:crypto';
import type { Codec } from '@strata/codec/codec';
import { type Pixels, pixelBytes } from '@strata/codec/format';
import { buildFramesBlob, parseFrameIndex } from '@strata/codec/frames-blob';
import { readHeader } from '@strata/codec/header';
import { noteFrames, writeBlobNote } from '@strata/dicom/blob-note';
import type { ImageFrames } from '@strata/dicom/image/frames';
import type { OpenImage } from '@strata/dicom/image/open-image';
import { buildObjectBlob, givesBack, readObjectBlob, rebuildFile } from '@strata/dicom/object-blob';
import type { DicomFile } from '@strata/dicom/part10';
import type { CodedFrames, CodedInstance, Identity, StoredInstance } from './coding-messages.ts';
import { describeImage } from './describe.ts';
import { RefusedError } from './outcome.ts';

const DIGEST_BYTES = 32;

/** Who the file is: its UIDs and its SHA-256. */
export function identify(file: DicomFile): Identity {
  return {
    sopInstanceUid: file.attributes.instance.uid,
    studyInstanceUid: file.attributes.study.uid,
    fileDigest: sha256(file.bytes).toString('hex'),
    fileLength: file.bytes.length,
  };
}

/**
 * Codes every frame, decodes it again level by level and compares, then makes the whole file again from what would be
 * stored: what is returned is proven. One frame is in memory at a time.
 * @param sent the file that came, for the note in the object's blob
 * @param undecoded why nobody looks at its pixels
 * @throws DicomError, DecodeError or CodecError for what cannot be read or coded, RefusedError 'not-lossless' if a proof
 * fails
 */
export function codeInstance(
  image: OpenImage,
  codec: Codec,
  sent: Pick<Identity, 'fileDigest' | 'fileLength'>,
  undecoded: string | null = null,
): CodedInstance {
  const { file, frames } = image;
  const note = writeBlobNote({
    frames: frames ? 'pending' : null,
    sent: { digest: sent.fileDigest, length: sent.fileLength },
    undecoded,
  });
  const { parts } = buildObjectBlob(file, image.keep, note);
  const coder = frames && new FrameCoder(frames, codec);
  proveRebuild(join(parts), coder?.codeAll() ?? none(), file.bytes);
  const coded = coder?.result() ?? null;
  // After the proof, in its place: the blob is of the same length, and the file in it is not touched.
  if (coded) noteFrames(note, coded.name.digest);
  return { ...describeImage(image), objectParts: parts, frames: coded };
}

function proveRebuild(object: Uint8Array, frames: Generator<Pixels>, original: Uint8Array): void {
  const proven = givesBack(readObjectBlob(object), frames, original);
  // Also where the file is kept whole and does not need them, all frames are coded.
  while (!frames.next().done);
  if (!proven) throw notLossless('the file that comes back');
}

/** Rebuilds a file, and takes the frames to their end also where the file is kept whole and does not need them. */
function rebuild(object: Uint8Array, frames: Generator<Pixels>): Uint8Array {
  const file = rebuildFile(readObjectBlob(object), frames);
  while (!frames.next().done);
  return file;
}

function* none(): Generator<Pixels> {}

/** Codes the frames of an image one after the other. */
class FrameCoder {
  readonly #frames: ImageFrames;
  readonly #codec: Codec;
  readonly #codestreams: Uint8Array[] = [];
  readonly #digests: Uint8Array;

  constructor(frames: ImageFrames, codec: Codec) {
    this.#frames = frames;
    this.#codec = codec;
    this.#digests = new Uint8Array(frames.count * DIGEST_BYTES);
  }

  /** Codes each frame and yields it as it decodes again. @throws RefusedError 'not-lossless' */
  *codeAll(): Generator<Pixels> {
    const { count, format, categorical } = this.#frames;
    for (let index = 0; index < count; index++) {
      const pixels = this.#frames.frame(index);
      const digest = sha256(pixelBytes(pixels));
      const options = categorical ? ({ digest, categorical: true } as const) : { digest };
      const codestream = this.#codec.encode(pixels, format, options);
      const decoded = decodeFrame(codestream, this.#codec);
      if (Buffer.compare(pixelBytes(decoded), pixelBytes(pixels)) !== 0)
        throw notLossless(`frame ${index + 1}`);
      this.#codestreams.push(codestream);
      this.#digests.set(digest, index * DIGEST_BYTES);
      yield decoded;
    }
  }

  /** What is to be stored. @throws RefusedError 'no-frames' when there is not one */
  result(): CodedFrames {
    const { format, count } = this.#frames;
    if (this.#codestreams.length !== count || count === 0) {
      throw new RefusedError('no-frames', 'The file has pixel data but not one whole frame.');
    }
    const { parts, index } = buildFramesBlob(this.#codestreams);
    return { parts, index, name: nameOf(parts), digests: this.#digests, format };
  }
}

/** Decodes a codestream through all of its levels, as a viewer does. @throws CodecError */
export function decodeFrame(codestream: Uint8Array, codec: Codec): Pixels {
  return codec.decodeFrame(readHeader(codestream), codestream);
}

/**
 * Makes the original file from its blobs, comparing every frame's digest and at last the file's own.
 * @throws CodecError, DicomError or RefusedError 'damaged' naming what does not fit
 */
export function rebuildInstance(stored: StoredInstance, codec: Codec): Uint8Array {
  const { object, frames, frameDigests } = stored;
  return rebuild(object, frames ? decodeFrames(frames, frameDigests, codec) : none());
}

function* decodeFrames(blob: Uint8Array, digests: Uint8Array | null, codec: Codec): Generator<Pixels> {
  for (const [number, { offset, length }] of parseFrameIndex(blob).entries()) {
    const pixels = decodeFrame(blob.subarray(offset, offset + length), codec);
    const expected = digests?.subarray(number * DIGEST_BYTES, (number + 1) * DIGEST_BYTES);
    if (!expected || Buffer.compare(expected, sha256(pixelBytes(pixels))) !== 0) {
      throw new RefusedError(
        'damaged',
        `Frame ${number + 1} does not decode to the pixels that were stored.`,
      );
    }
    yield pixels;
  }
}

function notLossless(what: string): RefusedError {
  return new RefusedError(
    'not-lossless',
    `The proof failed: ${what} differs from what came in. Nothing was stored.`,
  );
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Of a blob that is to be stored. */
function nameOf(parts: readonly Uint8Array[]): CodedFrames['name'] {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return { digest: hash.digest('hex'), length: parts.reduce((sum, part) => sum + part.length, 0) };
}

function join(parts: Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}
