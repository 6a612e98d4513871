// Which part of an image a viewport shows.
import type { Area } from './region-wishes.ts';

/**
 * The pixels of an image that are on the screen, whole ones.
 * @param place matrix from pixels of the image to CSS pixels of the viewport
 * @param viewport width and height in CSS pixels
 * @returns null when none are, or the matrix cannot be turned round
 */
export function visibleArea(
  place: readonly [number, number, number, number, number, number],
  viewport: readonly [number, number],
  image: { readonly width: number; readonly height: number },
): Area | null {
  const [a, b, c, d, e, f] = place;
  const determinant = a * d - b * c;
  if (!Number.isFinite(determinant) || determinant === 0) return null;
  const [width, height] = viewport;
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x = 0, y = 0]) => {
    const [dx, dy] = [x - e, y - f];
    return [(d * dx - c * dy) / determinant, (a * dy - b * dx) / determinant] as const;
  });
  const across = range(
    corners.map(([x]) => x),
    image.width,
  );
  const down = range(
    corners.map(([, y]) => y),
    image.height,
  );
  if (!(across.length > 0 && down.length > 0)) return null;
  return { x: across.from, y: down.from, width: across.length, height: down.length };
}

function range(places: readonly number[], size: number): { from: number; length: number } {
  const from = Math.max(0, Math.floor(Math.min(...places)));
  return { from, length: Math.min(size, Math.ceil(Math.max(...places))) - from };
}
