// Planes of 16-bit lanes in the kernels' memory, with room beside each row for what SIMD reads and writes there.
import type { Kernels } from '../kernels.ts';
import type { Size } from './geometry.ts';

/** A plane: `at` is its first lane, rows are `stride` bytes apart. */
export interface Plane {
  readonly at: number;
  readonly stride: number;
}

const LANE = 2;
/** Lanes kept free before and after every row, beyond rounding the row up to 16. */
const MARGIN = 8;

/** Bytes from one row to the next for rows of `width` lanes. */
export function strideOf(width: number): number {
  return (Math.ceil(width / 16) * 16 + 2 * MARGIN) * LANE;
}

/** Room for a plane; what is in it is undefined. `stride` may be larger than its own width needs. */
export function allocatePlane(kernels: Kernels, size: Size, stride = strideOf(size.width)): Plane {
  const at = kernels.allocate(stride * (size.height + 1)) + MARGIN * LANE;
  return { at, stride };
}

/** Fills a plane with zeros, and what lies beside its rows. */
export function clearPlane(kernels: Kernels, plane: Plane, height: number): void {
  kernels.bytes(plane.at - MARGIN * LANE, plane.stride * (height + 1)).fill(0);
}

/** Where the lane at (x, y) lies. */
export function laneAt(plane: Plane, x: number, y: number): number {
  return plane.at + y * plane.stride + x * LANE;
}
