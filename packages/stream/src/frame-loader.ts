// Segments to pixels: decodes a frame level by level, and hands out the full one only when its digest is right.
import { type Codec, type DecoderState, stateBuffers } from '@strata/codec/codec';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import type { Region } from '@strata/codec/regions';
import type { PartSource } from '@strata/codec/regions-decoder';
import { StreamError } from './errors.ts';
import type { Segment } from './types.ts';

/** A frame at one level. */
export interface DecodedFrame {
  readonly level: number;
  /** The frame's last level, L; at `level === lastLevel` the pixels are the original ones, digest checked. */
  readonly lastLevel: number;
  /** Size at this level. */
  readonly width: number;
  readonly height: number;
  /** Of the full frame. */
  readonly format: FrameFormat;
  readonly pixels: Pixels;
}

/** A rectangle of a frame at one level. */
export type DecodedRegion = Pick<DecodedFrame, 'lastLevel' | 'format' | 'pixels'>;

/** Decodes one frame. Segments go in by level, from 0 on; pixels can be taken at any time after the first. */
export class FrameDecoder {
  readonly #codec: Codec;
  #header: Header | null = null;
  #state: DecoderState | null = null;
  #isProven = false;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** The level decoded so far; -1 before the first. */
  get level(): number {
    return this.#state?.level ?? -1;
  }

  /** The frame's last level; null before the first segment. */
  get lastLevel(): number | null {
    return this.#header?.levels ?? null;
  }

  /** Memory that what is decoded takes, in bytes. */
  get bytes(): number {
    const buffers = this.#state ? stateBuffers(this.#state) : [];
    return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Adds the next level. Throws StreamError 'bad-request' when it is not the next one, CodecError when the bytes are not
   * what the frame's header says.
   */
  add(segment: Pick<Segment, 'level' | 'bytes'>): void {
    if (segment.level !== this.level + 1) {
      throw new StreamError('bad-request', `Level ${segment.level} was added after level ${this.level}.`);
    }
    this.#header ??= readHeader(segment.bytes);
    this.#state = this.#codec.decodeLevel(this.#header, this.#state, segment.bytes);
  }

  /**
   * The frame at the level decoded so far. At the last level the SHA-256 of the pixels is compared with the header's, once.
   * Rejects with StreamError: 'bad-request' before the first level, 'corrupt' when the pixels are not the original ones.
   */
  async frame(): Promise<DecodedFrame> {
    const header = this.#header;
    const state = this.#state;
    if (!header || !state) throw new StreamError('bad-request', 'No level has been added yet.');
    const pixels = this.#codec.levelPixels(header, state);
    const { format, levels: lastLevel } = header;
    const { level } = state;
    if (level === lastLevel && !this.#isProven) {
      await checkDigest(pixels, header.digest);
      this.#isProven = true;
    }
    const width = levelSize(format.width, level, lastLevel);
    const height = levelSize(format.height, level, lastLevel);
    return { level, lastLevel, width, height, format, pixels };
  }

  /**
   * A rectangle of a level above the one decoded so far, whose state stays as it is. No digest is of a part: its bytes are
   * checked instead, each against its checksum.
   * @param region in pixels of the level
   * @param source gives the bytes of each part that `tilesOf` (codec/regions.ts) names
   * Throws StreamError 'bad-request' before the first level; else as `Codec.decodeRegion`.
   */
  region(level: number, region: Region, source: PartSource): DecodedRegion {
    if (!this.#header || !this.#state) throw new StreamError('bad-request', 'No level has been added yet.');
    const { format, levels: lastLevel } = this.#header;
    const pixels = this.#codec.decodeRegion(this.#header, level, region, source, this.#state);
    return { lastLevel, format, pixels };
  }
}

/** Decodes the segments of one frame, levels 0 to n in order. Rejects as FrameDecoder does. */
export async function decodeFrame(
  codec: Codec,
  segments: Iterable<Pick<Segment, 'level' | 'bytes'>>,
): Promise<DecodedFrame> {
  const decoder = new FrameDecoder(codec);
  for (const segment of segments) decoder.add(segment);
  return decoder.frame();
}

async function checkDigest(pixels: Pixels, expected: Uint8Array): Promise<void> {
  const bytes = pixelBytes(pixels) as Uint8Array<ArrayBuffer>;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (digest.every((byte, i) => byte === expected[i])) return;
  throw new StreamError('corrupt', 'The decoded pixels are not the original ones: their SHA-256 differs.');
}
