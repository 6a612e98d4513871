// How many decoded slices fit into memory at the same time.
import type { Slice } from './stack.ts';

const decodedBytes = 256 * 2 ** 20;

/**
 * Slices whose decoded levels can be kept at hand, from 3 (a screen and what may come next) to 40.
 * @param viewports that share the memory
 */
export function decodedAtHand(slices: readonly Slice[], viewports: number): number {
  const largest = Math.max(1, ...slices.map(({ format }) => format.width * format.height * format.samples));
  // Planes of 16 bits, and the checked pixels of the full level beside them.
  return Math.max(3, Math.min(40, Math.floor(decodedBytes / viewports / (largest * 4))));
}
