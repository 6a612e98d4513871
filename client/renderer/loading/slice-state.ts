// What is known of one frame while it is loaded, shared by all viewports that show it.
import type { FrameFormat } from '@strata/codec/format';
import type { FrameRef } from '@strata/protocol/messages';
import type { CodedLevel } from '../decoding/messages.ts';

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
