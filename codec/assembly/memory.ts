// Where the memory begins that the caller of the kernels lays out.

/** The first byte after what the kernels keep for themselves. */
export function workStart(): usize {
  return __heap_base;
}
