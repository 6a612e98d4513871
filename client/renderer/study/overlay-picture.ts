// Overlay planes as one picture of the image's size, transparent where nothing lies.
import type { OverlayPlane } from '@strata/protocol/overlays';

/** Red, green, blue of the planes in turn: bright on black and on white, none of them a grey. */
const colours = [
  [255, 214, 64],
  [92, 225, 230],
  [255, 130, 200],
  [150, 235, 110],
] as const;

/**
 * Paints the planes, the first on top; points outside of the image are left out.
 * @param rgba 4 bytes a pixel of the image, transparent
 */
export function paintOverlays(
  planes: readonly OverlayPlane[],
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
): void {
  for (const [at, plane] of [...planes.entries()].reverse()) {
    paintPlane(plane, colours[at % colours.length] ?? colours[0], rgba, width, height);
  }
}

/** Paints one plane. @param colour red, green and blue, 0 to 255 */
export function paintPlane(
  { rows, columns, origin, bits }: OverlayPlane,
  [red, green, blue]: readonly [number, number, number],
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
): void {
  const [top, left] = [Math.trunc(origin[0]) - 1, Math.trunc(origin[1]) - 1];
  const firstColumn = Math.max(0, -left);
  const lastColumn = Math.min(columns, width - left);
  const lastRow = Math.min(rows, height - top);
  for (let row = Math.max(0, -top); row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const point = row * columns + column;
      if ((((bits[point >> 3] ?? 0) >> (point & 7)) & 1) === 0) continue;
      const pixel = ((row + top) * width + column + left) * 4;
      rgba[pixel] = red;
      rgba[pixel + 1] = green;
      rgba[pixel + 2] = blue;
      rgba[pixel + 3] = 255;
    }
  }
}
