// What is known of the slices of one series while it loads.
import type { FrameRef } from '@strata/protocol/messages';
import type { SliceProgress } from './fetch-plan.ts';

/** What the loader must know of a slice. */
export interface LoadableSlice {
  /** Names the frame among all frames. */
  readonly key: string;
  readonly ref: FrameRef;
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

/** One slice's progress, written by the loader only. */
export class SliceState implements SliceProgress {
  readonly slice: LoadableSlice;
  received = -1;
  decoding = -1;
  /** Highest level that can be shown now. */
  decoded = -1;
  failure: SliceFailure | null = null;
  /** Set when a request for several slices failed: this one is then asked for alone, so that it harms no other. */
  alone = false;

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

  /** The decoder no longer knows the frame. */
  forget(): void {
    this.decoding = -1;
    this.decoded = -1;
  }
}
