// The blob that holds the codestreams of an instance's frames, with an index that says where each level lies.
//
//   0   "SFRB" | u32 version = 1 | u32 frame count | u32 length of the index
//   16  index: per frame  u32 length | u8 segments | 0 0 0 | per segment  u32 length | u32 CRC-32C
//       ... u32 CRC-32C of everything before it
//   then the codestreams, one after the other. All numbers are little endian.
import { crc32c } from './crc32c.ts';
import { CodecError } from './errors.ts';
import { readHeader } from './header.ts';
import { MAX_LEVELS } from './levels.ts';

/** Bytes to read first: they say how long the index is. */
export const FRAMES_BLOB_HEAD = 16;
/** Most frames of one instance. */
export const MAX_FRAMES = 1_000_000;

const MAGIC = 0x42524653;
const VERSION = 1;
const FRAME_BYTES = 8;
const SEGMENT_BYTES = 8;
const CRC_BYTES = 4;

/** The bytes that one level adds: where they lie in the blob and their CRC-32C. */
export interface SegmentPlace {
  readonly offset: number;
  readonly length: number;
  readonly crc32c: number;
}

/** One frame's codestream in the blob; `segments[r]` is what level r adds, the first with the codestream's header. */
export interface FramePlace {
  readonly offset: number;
  readonly length: number;
  readonly segments: readonly SegmentPlace[];
}

/**
 * Puts codestreams together into one blob.
 * @param codestreams one per frame, in frame order, as the encoder returned them
 * @returns `parts`: the blob's bytes in order, the codestreams uncopied; `index`: head and index alone (`parts[0]`)
 * @throws CodecError when there is no frame, or too many, or one is not a codestream
 */
export function buildFramesBlob(codestreams: Uint8Array[]): { parts: Uint8Array[]; index: Uint8Array } {
  const count = codestreams.length;
  if (count < 1 || count > MAX_FRAMES) {
    throw new CodecError('bad-blob', `a blob of frames has 1 to ${MAX_FRAMES} frames, not ${count}`);
  }
  const segments = codestreams.map((codestream) =>
    readHeader(codestream).segments.map(({ offset, length }) => codestream.subarray(offset, offset + length)),
  );
  const entries = segments.reduce((sum, own) => sum + FRAME_BYTES + own.length * SEGMENT_BYTES, 0);
  const index = new Uint8Array(FRAMES_BLOB_HEAD + entries + CRC_BYTES);
  const view = new DataView(index.buffer);
  const head = [MAGIC, VERSION, count, entries + CRC_BYTES];
  head.forEach((value, at) => void view.setUint32(at * 4, value, true));
  let at = FRAMES_BLOB_HEAD;
  segments.forEach((own, frame) => {
    view.setUint32(at, (codestreams[frame] as Uint8Array).length, true);
    view.setUint8(at + 4, own.length);
    at += FRAME_BYTES;
    for (const segment of own) {
      view.setUint32(at, segment.length, true);
      view.setUint32(at + 4, crc32c(segment), true);
      at += SEGMENT_BYTES;
    }
  });
  view.setUint32(at, crc32c(index.subarray(0, at)), true);
  return { parts: [index, ...codestreams], index };
}

/**
 * How many bytes head and index take together, from the blob's first bytes.
 * @param head at least the first 16 bytes of the blob
 * @param blobLength bytes of the whole blob; the index must fit in it
 * @throws CodecError 'bad-blob' or 'unsupported'
 */
export function framesBlobIndexLength(head: Uint8Array, blobLength: number): number {
  if (head.length < FRAMES_BLOB_HEAD) {
    throw new CodecError(
      'bad-blob',
      `a blob of frames starts with ${FRAMES_BLOB_HEAD} bytes; there are ${head.length}`,
    );
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== MAGIC) {
    throw new CodecError('bad-blob', 'this is not a blob of frames: it does not start with "SFRB"');
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new CodecError(
      'unsupported',
      `a blob of frames of version ${version}; this Strata reads version ${VERSION}`,
    );
  }
  const frames = view.getUint32(8, true);
  const indexLength = view.getUint32(12, true);
  const least = frames * (FRAME_BYTES + SEGMENT_BYTES) + CRC_BYTES;
  const most = frames * (FRAME_BYTES + (MAX_LEVELS + 1) * SEGMENT_BYTES) + CRC_BYTES;
  const fits = FRAMES_BLOB_HEAD + indexLength <= blobLength;
  if (frames < 1 || frames > MAX_FRAMES || indexLength < least || indexLength > most || !fits) {
    throw new CodecError(
      'bad-blob',
      `the head of a blob of ${blobLength} bytes claims ${frames} frames and an index of ${indexLength} bytes`,
    );
  }
  return FRAMES_BLOB_HEAD + indexLength;
}

/**
 * Reads the index of a blob of frames.
 * @param index head and index: the first `framesBlobIndexLength` bytes of the blob, or the whole blob
 * @returns the place of every frame in the blob, in frame order
 * @throws CodecError 'bad-blob', 'bad-checksum' or 'unsupported'
 */
export function parseFrameIndex(index: Uint8Array): FramePlace[] {
  const end = framesBlobIndexLength(index, index.length);
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  const crcAt = end - CRC_BYTES;
  if (crc32c(index.subarray(0, crcAt)) !== view.getUint32(crcAt, true)) {
    throw new CodecError('bad-checksum', 'the index of a blob of frames does not match its checksum');
  }
  const frames: FramePlace[] = [];
  let at = FRAMES_BLOB_HEAD;
  let offset = end;
  for (let frame = view.getUint32(8, true); frame > 0; frame--) {
    const count = at + FRAME_BYTES <= crcAt ? view.getUint8(at + 4) : 0;
    if (count < 1 || count > MAX_LEVELS + 1 || at + FRAME_BYTES + count * SEGMENT_BYTES > crcAt) {
      throw new CodecError('bad-blob', `the index of a blob of frames is malformed at byte ${at}`);
    }
    const length = view.getUint32(at, true);
    const segments = readSegments(view, at + FRAME_BYTES, count, offset);
    const sum = segments.reduce((total, segment) => total + segment.length, 0);
    if (sum !== length) {
      throw new CodecError(
        'bad-blob',
        `frame ${frames.length + 1} has ${length} bytes, but its levels have ${sum}`,
      );
    }
    frames.push({ offset, length, segments });
    offset += length;
    at += FRAME_BYTES + count * SEGMENT_BYTES;
  }
  if (at !== crcAt)
    throw new CodecError('bad-blob', `the index of a blob of frames has ${crcAt - at} bytes too many`);
  return frames;
}

function readSegments(view: DataView, from: number, count: number, start: number): SegmentPlace[] {
  let offset = start;
  return Array.from({ length: count }, (_, segment) => {
    const at = from + segment * SEGMENT_BYTES;
    const place = { offset, length: view.getUint32(at, true), crc32c: view.getUint32(at + 4, true) };
    offset += place.length;
    return place;
  });
}
