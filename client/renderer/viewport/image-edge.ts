// Fitting an image to one edge of the viewport instead of its middle, as mammograms hang with their chest walls back to back.

/** An edge of an image as it is stored. */
export type ImageEdge = 'left' | 'right' | 'top' | 'bottom';

/** Where of its width and height an image is held, 0 to 1: the middle of an edge, or its own. */
export function anchorOf(edge: ImageEdge | undefined): readonly [number, number] {
  const x = { left: 0, right: 1, top: 0.5, bottom: 0.5 };
  const y = { left: 0.5, right: 0.5, top: 0, bottom: 1 };
  return edge ? [x[edge], y[edge]] : [0.5, 0.5];
}

/**
 * By how much an image that lies in the middle of a viewport must be moved for its edge to be at the viewport's, however it is
 * turned. CSS pixels.
 * @param place where it lies, see StackCamera.place
 * @param size columns and rows of the image
 */
export function wayToEdge(
  edge: ImageEdge,
  place: readonly [number, number, number, number, number, number],
  [columns, rows]: readonly [number, number],
  [width, height]: readonly [number, number],
): readonly [number, number] {
  const [a, b, c, d, e, f] = place;
  const [x, y] = anchorOf(edge);
  const at = [a * x * columns + c * y * rows + e, b * x * columns + d * y * rows + f] as const;
  const [across, down] = [at[0] - width / 2, at[1] - height / 2];
  if (Math.abs(across) > Math.abs(down)) return [(across > 0 ? width : 0) - at[0], 0];
  return [0, (down > 0 ? height : 0) - at[1]];
}
