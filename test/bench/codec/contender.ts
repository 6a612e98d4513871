// What the codec benchmark asks of every codec it compares.
import type { BenchImage } from './images.ts';

/** A codec under measurement. A call throws when the codec cannot take the image. */
export interface Contender {
  readonly name: string;
  /** Those that claims of speed are about take part in every round; the slow others only now and then. */
  readonly turns: 'every round' | 'seldom';
  /** The same codec in a new instance: after a failure the old one may be broken for good. Absent: it never is. */
  renewed?(): Promise<Contender>;
  /** Codes an image losslessly; the result stays valid until the next call. */
  encode(image: BenchImage): Uint8Array;
  /** Decodes what `encode` gave, to full size. */
  decode(coded: Uint8Array, image: BenchImage): BenchImage['pixels'];
  /** Makes the pixels of every level from the smallest to full size, and tells after each. Absent: the codec has no levels. */
  stepThroughLevels?(coded: Uint8Array, image: BenchImage, done: (level: number) => void): void;
  /** Bytes it takes to show each level, those of the levels below included; may code the image anew. */
  bytesToLevels?(coded: Uint8Array, image: BenchImage): number[];
}
