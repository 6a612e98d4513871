// What the codec benchmark asks of every codec it compares.
import type { FrameFormat, Pixels } from '@strata/codec/format';

/** A codec under measurement. A call throws when the codec cannot take the frame. */
export interface Contender {
  readonly name: string;
  /** Codes a frame losslessly; the result stays valid until the next call. */
  encode(pixels: Pixels, format: FrameFormat): Uint8Array;
  /** Decodes what `encode` gave, to full size. */
  decode(coded: Uint8Array, format: FrameFormat): Pixels;
  /** Steps through all levels from the smallest to full size, making the pixels of each. Absent: the codec has no levels. */
  stepThroughLevels?(coded: Uint8Array, format: FrameFormat): void;
}
