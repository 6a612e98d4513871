// Decoded frames inside a worker: bounded by bytes, the ones used longest ago give way.
import type { Codec } from '@strata/codec/codec';
import { type DecodedFrame, FrameDecoder } from '@strata/stream/frame-loader';
import { LRUCache } from 'lru-cache';

interface FrameState {
  readonly decoder: FrameDecoder;
  readonly decoded: DecodedFrame;
}

/** A frame whose state is not here (any more): its levels must be added again from level 0. */
class NoStateError extends Error {
  override readonly name = 'NoStateError';
  readonly code = 'no-state';
}

export class FrameStates {
  readonly #codec: Codec;
  readonly #states: LRUCache<string, FrameState>;
  #forgotten: string[] = [];

  /** @param mostBytes of decoded states kept; the newest is kept whatever its size */
  constructor(codec: Codec, mostBytes: number) {
    this.#codec = codec;
    this.#states = new LRUCache<string, FrameState>({
      maxSize: mostBytes,
      sizeCalculation: ({ decoded }) => Math.min(mostBytes, bytesOf(decoded)),
      dispose: (_, frame, reason) => {
        if (reason === 'evict') this.#forgotten.push(frame);
      },
    });
  }

  /**
   * Decodes the next level of a frame. At the full level the pixels are compared with the digest that the frame had
   * when it was stored.
   * @returns frames whose state gave way
   * @throws NoStateError, CodecError for bad bytes, StreamError 'corrupt' for another image than the one stored
   */
  async add(frame: string, level: number, bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
    const before = this.#states.get(frame);
    if (before && level <= before.decoder.level) return [];
    if ((before?.decoder.level ?? -1) + 1 !== level) throw noState(frame);
    const decoder = before?.decoder ?? new FrameDecoder(this.#codec);
    try {
      decoder.add({ level, bytes });
      this.#states.set(frame, { decoder, decoded: await decoder.frame() });
    } catch (error) {
      this.#states.delete(frame);
      throw error;
    }
    const forgotten = this.#forgotten.filter((other) => other !== frame);
    this.#forgotten = [];
    return forgotten;
  }

  /**
   * A frame at the highest level decoded.
   * @throws NoStateError
   */
  get(frame: string): DecodedFrame {
    const found = this.#states.get(frame);
    if (!found) throw noState(frame);
    return found.decoded;
  }
}

const noState = (frame: string) => new NoStateError(`no decoded state of frame ${frame} is kept`);

/** Pixels, and the decoder's own 16-bit planes with the detail bands beside them. */
function bytesOf({ pixels }: DecodedFrame): number {
  return pixels.byteLength + pixels.length * 4;
}
