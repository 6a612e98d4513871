// Which fragments make which frame: by their number, by the offset tables where those are true, by how bitstreams begin.
import { DecodeError } from '../decoders/decoder.ts';
import type { Family } from '../transfer-syntax.ts';
import type { Fragment, Fragments } from './fragments.ts';

/** The fragments of each frame. */
export interface FrameFragments {
  readonly frames: readonly (readonly Fragment[])[];
  /** What is odd about them: the frames may not be all that the file holds. Null when nothing is. */
  readonly doubt: string | null;
}

/**
 * Sorts fragments into frames. Tables are believed only where they fit the fragments: writers leave them empty, count
 * from elsewhere, or stop after 4 GiB.
 * @param count how many frames the data set names
 * @param extended offsets of the extended offset table, or none
 * @throws DecodeError when there are fewer frames than that, or it cannot be told where one begins
 */
export function framesOf(
  { basicOffsets, fragments }: Fragments,
  count: number,
  extended: readonly number[],
  family: Family,
): FrameFragments {
  if (fragments.length < count) {
    throw new DecodeError(
      `the data set names ${count} frames, the pixel data has ${fragments.length} fragments`,
    );
  }
  if (count === 1) {
    const starts = fragments.filter((fragment) => begins(fragment.bytes, family)).length;
    const several = family !== 'plain' && family !== 'deflated' && starts > 1 && family !== 'rle';
    const doubt = several ? `${starts} bitstreams where the data set names one frame` : null;
    // The first bitstream is the frame; the others are nobody's.
    return { frames: [several ? upToSecond(fragments, family) : fragments], doubt };
  }
  if (fragments.length === count) return { frames: fragments.map((fragment) => [fragment]), doubt: null };
  const groups =
    byOffsets(fragments, extended, count) ??
    byOffsets(fragments, basicOffsets, count) ??
    byBeginnings(fragments, count, family);
  if (groups) return { frames: groups, doubt: null };
  throw new DecodeError(
    `${fragments.length} fragments for ${count} frames, and neither offset tables nor the bitstreams tell them apart`,
  );
}

function upToSecond(fragments: readonly Fragment[], family: Family): Fragment[] {
  const second = fragments.findIndex((fragment, index) => index > 0 && begins(fragment.bytes, family));
  return fragments.slice(0, second);
}

function byOffsets(
  fragments: readonly Fragment[],
  offsets: readonly number[],
  count: number,
): Fragment[][] | null {
  if (offsets.length !== count || offsets[0] !== 0) return null;
  const indexes = new Map(fragments.map((fragment, index) => [fragment.offset, index]));
  return between(
    fragments,
    offsets.map((offset) => indexes.get(offset) ?? -1),
  );
}

function byBeginnings(fragments: readonly Fragment[], count: number, family: Family): Fragment[][] | null {
  const starts = [...fragments.keys()].filter((index) => begins(fragments[index]?.bytes ?? empty, family));
  return starts.length === count && starts[0] === 0 ? between(fragments, starts) : null;
}

const empty = new Uint8Array(0);

/** @param starts index of each frame's first fragment; none unless they ascend */
function between(fragments: readonly Fragment[], starts: readonly number[]): Fragment[][] | null {
  const ascend = starts.every((start, index) => start >= 0 && start > (starts[index - 1] ?? -1));
  return ascend ? starts.map((start, index) => fragments.slice(start, starts[index + 1])) : null;
}

/** Whether a fragment is the first of a bitstream. */
function begins(bytes: Uint8Array, family: Family): boolean {
  const first = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (family === 'jpeg' || family === 'jpeg-ls') return first === 0xffd8;
  if (family === 'jpeg-2000')
    return first === 0xff4f || (first === 0 && bytes[4] === 0x6a && bytes[5] === 0x50);
  // The header of RLE: up to 15 segments, the first behind the header.
  if (family === 'rle') return (bytes[0] ?? 0) <= 15 && bytes[1] === 0 && bytes[4] === 64 && bytes[5] === 0;
  return false;
}

/** One frame's bitstream in one piece. */
export function bitstreamOf(fragments: readonly Fragment[]): Uint8Array {
  const [only] = fragments;
  if (only && fragments.length === 1) return only.bytes;
  return new Uint8Array(Buffer.concat(fragments.map(({ bytes }) => bytes)));
}
