// Decoded frames inside a worker: bounded by bytes, the ones used longest ago give way.
import type { Codec } from '@strata/codec/codec';
import { type DecodedFrame, type DecodedRegion, FrameDecoder } from '@strata/stream/frame-loader';
import { LRUCache } from 'lru-cache';
import type { CodedLevel, RegionParts } from './messages.ts';

/** A frame whose state is not here (any more): its levels must be added again from level 0. */
class NoStateError extends Error {
  override readonly name = 'NoStateError';
  readonly code = 'no-state';
}

export class FrameStates {
  readonly #codec: Codec;
  readonly #states: LRUCache<string, FrameDecoder>;
  #forgotten: string[] = [];

  /** @param mostBytes of decoded states kept; the newest is kept whatever its size */
  constructor(codec: Codec, mostBytes: number) {
    this.#codec = codec;
    this.#states = new LRUCache<string, FrameDecoder>({
      maxSize: mostBytes,
      sizeCalculation: (decoder) => Math.min(mostBytes, decoder.bytes),
      dispose: (_, frame, reason) => {
        if (reason === 'evict') this.#forgotten.push(frame);
      },
    });
  }

  /** The highest level of a frame that is decoded; -1 for none. */
  level(frame: string): number {
    return this.#states.peek(frame)?.level ?? -1;
  }

  /**
   * Decodes the next levels of a frame; those that are decoded already are left out.
   * @returns frames whose state gave way
   * @throws NoStateError, CodecError for bad bytes
   */
  add(frame: string, levels: readonly CodedLevel[]): string[] {
    const decoder = this.#states.get(frame) ?? new FrameDecoder(this.#codec);
    try {
      for (const coded of levels) {
        if (coded.level <= decoder.level) continue;
        if (coded.level > decoder.level + 1) throw noState(frame);
        decoder.add(coded);
      }
    } catch (error) {
      if (!(error instanceof NoStateError)) this.#states.delete(frame);
      throw error;
    }
    this.#states.delete(frame);
    this.#states.set(frame, decoder);
    const forgotten = this.#forgotten.filter((other) => other !== frame);
    this.#forgotten = [];
    return forgotten;
  }

  /**
   * A frame at the highest level decoded. At the full level the pixels are compared, the first time, with the digest that
   * the frame had when it was stored.
   * @throws NoStateError, StreamError 'corrupt' for another image than the one stored
   */
  async get(frame: string): Promise<DecodedFrame> {
    const decoder = this.#states.get(frame);
    if (!decoder) throw noState(frame);
    try {
      return await decoder.frame();
    } catch (error) {
      this.#states.delete(frame);
      throw error;
    }
  }

  /**
   * A rectangle of a level above the highest decoded.
   * @throws NoStateError when the parts are not all that it takes from there; CodecError for bad bytes
   */
  region(frame: string, { level, region, parts }: Omit<RegionParts, 'recipe'>): DecodedRegion {
    const decoder = this.#states.get(frame);
    if (!decoder) throw noState(frame);
    const bytes = new Map(parts.map((part) => [part.offset, part.bytes]));
    return decoder.region(level, region, ({ offset }) => {
      const found = bytes.get(offset);
      if (!found) throw noState(frame);
      return found;
    });
  }
}

const noState = (frame: string) => new NoStateError(`no decoded state of frame ${frame} is kept`);
