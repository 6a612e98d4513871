// Moving planes between rows with room beside them (for the kernels) and rows without (for everyone else).

/** Moves rows of `bytes` together, in place or to a place before or apart from where they are. */
export function compactRows(from: usize, stride: usize, bytes: usize, rows: i32, to: usize): void {
  for (let y = 0; y < rows; y++, from += stride, to += bytes) memory.copy(to, from, bytes);
}

/** Clears rows of `bytes`. */
export function clearRows(plane: usize, stride: usize, bytes: usize, rows: i32): void {
  for (let y = 0; y < rows; y++, plane += stride) memory.fill(plane, 0, bytes);
}

/** Clears what lies after each row of `bytes`, up to 16 bytes before the next. */
export function clearPadding(plane: usize, stride: usize, bytes: usize, rows: i32): void {
  for (let y = 0; y < rows; y++, plane += stride) memory.fill(plane + bytes, 0, stride - bytes - 16);
}
