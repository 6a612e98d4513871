// Decoded states of frames inside a worker: bounded by bytes, the ones used longest ago give way.
import type { Codec, DecoderState } from '@strata/codec/codec';
import { CodecError } from '@strata/codec/errors';
import { type Pixels, pixelBytes } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import { LRUCache } from 'lru-cache';

interface FrameState {
  readonly header: Header;
  readonly state: DecoderState;
  /** Pixels of the full level, checked against the digest; null below. */
  readonly checked: Pixels | null;
}

/** A frame whose state is not here (any more): its levels must be added again from level 0. */
export class NoStateError extends Error {
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
      sizeCalculation: (entry) => Math.min(mostBytes, bytesOf(entry)),
      dispose: (_, frame, reason) => {
        if (reason === 'evict') this.#forgotten.push(frame);
      },
    });
  }

  /**
   * Decodes the next level of a frame. At the full level the pixels are compared with the digest that the frame had
   * when it was stored.
   * @returns frames whose state gave way
   * @throws CodecError; 'bad-checksum' when the full image is not the one that was stored
   * @throws NoStateError
   */
  async add(frame: string, level: number, bytes: Uint8Array): Promise<string[]> {
    const before = this.#states.get(frame);
    if (before && level <= before.state.level) return [];
    if ((before?.state.level ?? -1) + 1 !== level) throw noState(frame);
    const header = before?.header ?? readHeader(bytes);
    const state = this.#codec.decodeLevel(header, before?.state ?? null, bytes);
    const checked = level === header.levels ? this.#codec.levelPixels(header, state) : null;
    if (checked) await checkDigest(header, checked);
    this.#states.set(frame, { header, state, checked });
    const forgotten = this.#forgotten.filter((other) => other !== frame);
    this.#forgotten = [];
    return forgotten;
  }

  /**
   * The pixels of a frame at the highest level decoded.
   * @throws NoStateError
   */
  pixels(frame: string): { pixels: Pixels; header: Header; level: number } {
    const found = this.#states.get(frame);
    if (!found) throw noState(frame);
    const { header, state, checked } = found;
    return { pixels: checked ?? this.#codec.levelPixels(header, state), header, level: state.level };
  }
}

const noState = (frame: string) => new NoStateError(`no decoded state of frame ${frame} is kept`);

async function checkDigest(header: Header, pixels: Pixels): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pixelBytes(pixels)));
  if (digest.every((byte, at) => byte === header.digest[at])) return;
  throw new CodecError('bad-checksum', 'the image is not the one that was stored: its digest differs');
}

function bytesOf({ state, checked }: FrameState): number {
  const arrays = [...state.planes, ...state.details];
  const decoded = arrays.reduce((sum, array) => sum + array.byteLength, 0);
  return decoded + state.tables.byteLength + (checked?.byteLength ?? 0);
}
