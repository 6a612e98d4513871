// The least contexts of half a row: what pads it to a multiple of eight has a context of its own.
import { PADDING, TILE } from './contexts';

/** By lane 0, or the context of padding after the last coefficient; undefined in a group too many. */
export const evenFloor: usize = memory.data(TILE + 64, 16);
export const oddFloor: usize = memory.data(TILE + 64, 16);

function fillFloor(floor: usize, count: i32): void {
  for (let x = 0; x < count; x += 8) v128.store(floor + (<usize>x << 1), i64x2.splat(0));
  for (let x = count; x & 7; x++) store<u16>(floor + (<usize>x << 1), <u16>PADDING);
}

/** Says how many even and odd coefficients the rows to come have. */
export function setWidth(evenCount: i32, oddCount: i32): void {
  fillFloor(evenFloor, evenCount);
  fillFloor(oddFloor, oddCount);
}
