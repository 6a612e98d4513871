// The codec: frames to codestreams, codestreams to frames level by level.
import { decodeFrame, decodeLevel, levelPixels } from './decoder.ts';
import type { DecoderState } from './decoder-state.ts';
import { type EncodeOptions, encode } from './encoder.ts';
import type { FrameFormat, Pixels } from './format.ts';
import type { Header } from './header.ts';
import { compileKernels, Kernels } from './kernels.ts';
import type { Region } from './regions.ts';
import { decodeRegion, type PartSource } from './regions-decoder.ts';

export { type DecoderState, stateBuffers } from './decoder-state.ts';

/**
 * One codec. It keeps nothing between calls but its working memory, so it may be used for any number of frames; use one
 * per worker. Every method throws CodecError, and nothing else, for anything that comes from outside.
 */
export interface Codec {
  /** One frame to one codestream. */
  encode(pixels: Pixels, format: FrameFormat, options: EncodeOptions): Uint8Array;
  /**
   * One more level: null and segment 0 give the state at level 0, the state at level r and segment r + 1 the state at
   * level r + 1. The segment's length and CRC-32C are checked against the header. The given state stays as it was.
   */
  decodeLevel(header: Header, state: DecoderState | null, segment: Uint8Array): DecoderState;
  /**
   * The pixels of the state's level: below full size the wavelet's low-pass band, clamped to the format's range; at
   * full size exactly what was encoded. The caller checks them against `header.digest`. At full size the array is the
   * state's own, the same at every call.
   */
  levelPixels(header: Header, state: DecoderState): Pixels;
  /** A whole codestream, level by level, to the pixels of the frame. Takes little more than twice their memory besides the codestream. */
  decodeFrame(header: Header, codestream: Uint8Array): Pixels;
  /**
   * A rectangle of a level, in pixels of that level: exactly what lies there in the level's pixels. Takes only the bytes
   * that `tilesOf` (regions.ts) names for it, asks `source` for each and checks them.
   * @param state a state of the frame at or below the level, so that only what lies above is needed; or null
   */
  decodeRegion(
    header: Header,
    level: number,
    region: Region,
    source: PartSource,
    state: DecoderState | null,
  ): Pixels;
}

/** A new codec, independent of others. The WebAssembly is compiled once per thread. */
export async function loadCodec(): Promise<Codec> {
  const kernels = new Kernels(await compileKernels());
  return {
    encode: (pixels, format, options) => encode(kernels, pixels, format, options),
    decodeLevel: (header, state, segment) => decodeLevel(kernels, header, state, segment),
    levelPixels: (header, state) => levelPixels(kernels, header, state),
    decodeFrame: (header, codestream) => decodeFrame(kernels, header, codestream),
    decodeRegion: (header, level, region, source, state) =>
      decodeRegion(kernels, header, level, region, source, state),
  };
}
