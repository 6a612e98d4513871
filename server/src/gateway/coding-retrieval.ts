// What a coding worker gives of a stored instance: files and frames in a transfer syntax, levels, the data set.
import { createHash } from 'node:crypto';
import type { Codec, DecoderState } from '@strata/codec/codec';
import { type Pixels, pixelBytes } from '@strata/codec/format';
import { parseFrameIndex } from '@strata/codec/frames-blob';
import { readHeader } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { loadDecoder } from '@strata/dicom/decoders/select';
import { encapsulatedBytes } from '@strata/dicom/documents/encapsulated-document';
import { readDocument } from '@strata/dicom/documents/readable-document';
import { EncapsulatedFrames } from '@strata/dicom/encapsulated/encapsulated-frames';
import type { ImageFrames } from '@strata/dicom/image/frames';
import { wideFrame } from '@strata/dicom/image/wide-values';
import { hollowFile, readObjectBlob } from '@strata/dicom/object-blob';
import { readObjectHeader } from '@strata/dicom/object-blob-header';
import { hasEmbeddedOverlays, readOverlays } from '@strata/dicom/overlays';
import { type DicomFile, readPart10 } from '@strata/dicom/part10';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';
import { shownPacking } from '@strata/dicom/writing/shown-image';
import { hasBitsBeside, straightValue } from '@strata/dicom/writing/straight-value';
import { prepareTranscoding, transcode, transcodeFrame } from '@strata/dicom/writing/transcode';
import { withoutPixels } from '@strata/dicom/writing/without-pixels';
import { decodeFrame, rebuildInstance } from './coding.ts';
import type {
  DecodedLevel,
  OpenedDocument,
  ReadOverlays,
  Shown,
  StoredFrame,
  StoredInstance,
} from './coding-messages.ts';
import { RefusedError } from './outcome.ts';

/** The file in a transfer syntax. @throws DicomError, DecodeError, CodecError, RefusedError 'damaged' */
export async function exportInstance(
  stored: StoredInstance,
  shown: Shown,
  transferSyntaxUid: string,
  codec: Codec,
): Promise<Uint8Array> {
  await prepareTranscoding(transferSyntaxUid);
  const file = readPart10(rebuildInstance(stored, codec));
  const frames = stored.frames && storedFrames(stored.frames, codec);
  return transcode(file, frames && { frames, ...shown }, transferSyntaxUid);
}

/** Frames out of their blob, which `rebuildInstance` has compared with their digests. */
function storedFrames(blob: Uint8Array, codec: Codec): ImageFrames {
  const places = parseFrameIndex(blob);
  const codestream = (index: number): Uint8Array => {
    const place = places[index];
    if (!place) throw new RangeError(`no frame ${index}`);
    return blob.subarray(place.offset, place.offset + place.length);
  };
  const { format } = readHeader(codestream(0));
  const frame = (index: number): Pixels => decodeFrame(codestream(index), codec);
  return { format, count: places.length, categorical: false, frame };
}

/** One frame's bytes in a transfer syntax. @throws as `exportInstance` */
export async function frameIn(
  stored: StoredFrame,
  transferSyntaxUid: string,
  codec: Codec,
): Promise<Uint8Array> {
  await prepareTranscoding(transferSyntaxUid);
  const head = readObjectHeader(stored.object, stored.objectLength);
  const decoded = (): Pixels => checkedFrame(stored, codec);
  const { photometric } = stored.shown;
  // Without its parts, only the head of the blob came: it says all that is needed.
  if (head.mode === 'split' && stored.object.length < stored.objectLength) {
    return transcodeFrame(decoded(), head.packing, photometric, transferSyntaxUid);
  }
  const { object, frames, frameDigests, index } = stored;
  const file = readPart10(rebuildInstance({ object, frames, frameDigests }, codec));
  if (transferSyntaxUid === EXPLICIT_LITTLE_UID) {
    const kept = keptFrame(file, index);
    if (kept) return kept;
  }
  if (file.source.kind === 'encapsulated' && transferSyntaxUid === file.transferSyntaxUid) {
    const { pixels } = file.source;
    const decoder = await loadDecoder(pixels.family);
    return new EncapsulatedFrames(file.dataSet, pixels, decoder).bitstream(index).slice();
  }
  if (file.source.kind === 'wide' || (file.pixels && hasBitsBeside(file.pixels))) {
    throw noSuchSyntax(transferSyntaxUid);
  }
  const pixels = decoded();
  const { format } = readHeader(stored.codestream);
  const all: ImageFrames = { format, count: 1, categorical: false, frame: () => pixels };
  const packing = file.pixels ?? shownPacking(file, { frames: all });
  return transcodeFrame(pixels, packing, photometric, transferSyntaxUid);
}

/** The bytes of a frame as they lie in the file, where they lie there as they are. */
function keptFrame(file: DicomFile, index: number): Uint8Array | null {
  if (file.source.kind === 'wide') return wideFrame(file, file.source.pixels, index);
  const layout = file.pixels;
  if (!layout || layout.bitsAllocated === 1) return null;
  const value = straightValue(layout);
  const length = value.length / layout.frames;
  return value.slice(length * index, length * (index + 1));
}

function checkedFrame({ codestream, digest, index }: StoredFrame, codec: Codec): Pixels {
  const pixels = decodeFrame(codestream, codec);
  const seen = createHash('sha256').update(pixelBytes(pixels)).digest();
  if (Buffer.compare(seen, digest) === 0) return pixels;
  throw new RefusedError('damaged', `Frame ${index + 1} does not decode to the pixels that were stored.`);
}

/** The pixels of a level. @param prefix of a codestream, to the end of that level @throws CodecError */
export function levelOf(prefix: Uint8Array, level: number, codec: Codec): DecodedLevel {
  const header = readHeader(prefix);
  let state: DecoderState | null = null;
  for (const { offset, length } of header.segments.slice(0, level + 1)) {
    state = codec.decodeLevel(header, state, prefix.subarray(offset, offset + length));
  }
  const { format, levels } = header;
  if (!state) throw new RangeError(`no level ${level}`);
  return {
    bytes: pixelBytes(codec.levelPixels(header, state)),
    width: levelSize(format.width, level, levels),
    height: levelSize(format.height, level, levels),
    format,
  };
}

/** The data set without pixels as a file. @throws DicomError */
export function dataSetOf(object: Uint8Array): Uint8Array {
  return withoutPixels(readPart10(hollowFile(readObjectBlob(object))));
}

/** The overlay planes of a frame; without the frames blob, those that need no pixels. @throws as `exportInstance` */
export function overlaysOf(stored: StoredInstance, index: number, codec: Codec): ReadOverlays {
  const blob = readObjectBlob(stored.object);
  const hollow = blob.header.mode === 'split' && stored.frames === null;
  const file = readPart10(hollow ? hollowFile(blob) : rebuildInstance(stored, codec));
  if (hollow && hasEmbeddedOverlays(file)) return { planes: [], problems: [], lacksPixels: true };
  return { ...readOverlays(file, index), lacksPixels: false };
}

/** What people read of an object without an image. @param wanted `file`: with the bytes of the file inside it @throws DicomError */
export function documentOf(object: Uint8Array, wanted: 'words' | 'file'): OpenedDocument {
  const { dataSet } = readPart10(hollowFile(readObjectBlob(object)));
  const document = readDocument(dataSet);
  return { document, bytes: wanted === 'file' && document.file ? encapsulatedBytes(dataSet).slice() : null };
}

function noSuchSyntax(transferSyntaxUid: string): RefusedError {
  return new RefusedError(
    'unsupported-transfer-syntax',
    `The frame cannot be given in the transfer syntax ${transferSyntaxUid}.`,
  );
}
