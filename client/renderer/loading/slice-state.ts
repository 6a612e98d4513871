// What is known of one frame while it is loaded, shared by all viewports that show it.
import type { FrameFormat } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import type { RegionPart } from '@strata/codec/regions';
import type { FrameRef } from '@strata/protocol/messages';
import type { CodedLevel } from '../decoding/messages.ts';
import { leastBytes } from './region-wishes.ts';

/** What the loader must know of a slice. */
export interface LoadableSlice {
  /** Names the frame among all frames. */
  readonly key: string;
  readonly ref: FrameRef;
  readonly format: FrameFormat;
  /** L, the full-size level. */
  readonly levels: number;
  /** Bytes of each level. */
  readonly lengths: readonly number[];
}

/** Why a slice cannot be shown; `passing` troubles (no server within reach) are tried again by themselves. */
export interface SliceFailure {
  readonly message: string;
  readonly passing: boolean;
}

/** One frame's progress, written by the loader only. */
export class SliceState {
  readonly slice: LoadableSlice;
  /** Highest level received with all below it, since it was first wanted; -1 for none. */
  received = -1;
  /** Highest level given to the decoder, or waiting to be, and still known there; -1 for none. */
  decoding = -1;
  /** Highest level that the decoder has decoded and still knows. */
  decoded = -1;
  /** Levels that wait for the decoder. */
  readonly queue: CodedLevel[] = [];
  /** Whether the decoder is at work on it. */
  busy = false;
  failure: SliceFailure | null = null;
  /** Set when a request for several slices failed: this one is then asked for alone, so that it harms no other. */
  alone = false;

  /** Of a large image, once its level 0 came: says where its tiles lie. */
  header: Header | null = null;
  /** Parts of levels that were asked for, by their place in the codestream. */
  readonly askedParts = new Map<number, RegionPart>();
  /** Set when parts of it cannot be had: it then comes whole, as all did before there were parts. */
  isWholeOnly = false;

  /** Ends the pause that `pause` makes; does nothing when there is none. */
  endPause: () => void = () => {};

  constructor(slice: LoadableSlice) {
    this.slice = slice;
  }

  get levels(): number {
    return this.slice.levels;
  }

  get lengths(): readonly number[] {
    return this.slice.lengths;
  }

  get failed(): boolean {
    return this.failure !== null;
  }

  /** Reads where a large image's tiles lie. @param bytes of level 0, as they came */
  readHeader(bytes: Uint8Array): void {
    if (this.header || this.isWholeOnly || Math.max(...this.lengths) < leastBytes) return;
    try {
      const header = readHeader(bytes);
      if (header.levels === this.levels) this.header = header;
    } catch {
      // What is wrong with it, the decoder says.
      this.isWholeOnly = true;
    }
  }

  /** Waits so many milliseconds, or until `endPause`. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The decoder no longer knows the frame. */
  forget(): void {
    this.decoding = -1;
    this.decoded = -1;
    this.queue.length = 0;
  }
}
