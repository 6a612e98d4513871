// What a shutter hides of an image as paths, and the colour that stands there (PS3.3 C.7.6.11).
import type { Shutter } from '@strata/protocol/manifest';
import { colourOfLab } from './cielab.ts';

/** What of a slice's geometry matters. */
interface ImageShape {
  readonly columns: number;
  readonly rows: number;
  /** Distance between rows, then between columns. */
  readonly spacing: readonly [number, number];
}

/**
 * Each shape's outside as an SVG path, to be filled by the even-odd rule and cut off at the image's edges; what any of
 * them covers is hidden. Pixels of the image, 0, 0 at its upper left corner. A shape that leaves nothing of the image to
 * be seen stays: its file asks for it.
 */
export function shutterPaths(shutter: Shutter, image: ImageShape): string[] {
  const { rectangle, circle, polygon } = shutter;
  const paths: string[] = [];
  // Pixel 1 lies between 0 and 1; the edges are seen.
  if (rectangle) {
    const [left, right, upper, lower] = rectangle;
    const shape = `M${left - 1} ${upper - 1}H${right}V${lower}H${left - 1}Z`;
    paths.push(around(image, [left - 1, right], [upper - 1, lower]) + shape);
  }
  if (circle) {
    const [column, row, radius] = circle;
    // Counted in columns; round in the patient, which need not be round in pixels.
    const high = (radius * image.spacing[1]) / image.spacing[0];
    const [x, y] = [column - 0.5, row - 0.5];
    const arc = (to: number) => `A${radius} ${high} 0 0 0 ${to} ${y}`;
    const shape = `M${x - radius} ${y}${arc(x + radius)}${arc(x - radius)}Z`;
    paths.push(around(image, [x - radius, x + radius], [y - high, y + high]) + shape);
  }
  if (polygon && polygon.length >= 6) {
    const [across, down] = [0, 1].map((axis) =>
      polygon.filter((_, at) => at % 2 === axis).map((place) => place - 0.5),
    ) as [number[], number[]];
    const shape = `M${across.map((x, at) => `${x} ${down[at]}`).join('L')}Z`;
    paths.push(around(image, across, down) + shape);
  }
  return paths;
}

/**
 * A rectangle around image and shape, which may reach beyond the image. No larger than that: of huge paths browsers paint
 * the edges faintly all over the place.
 */
function around({ columns, rows }: ImageShape, across: readonly number[], down: readonly number[]): string {
  const [left, right] = [Math.min(0, ...across) - 8, Math.max(columns, ...across) + 8];
  const [top, bottom] = [Math.min(0, ...down) - 8, Math.max(rows, ...down) + 8];
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

/** Red, green and blue, 0 to 255, of what stands in the place of what is hidden; black where nothing is said. */
export function shutterColour({ grey, colour }: Shutter): readonly [number, number, number] {
  if (colour) return colourOfLab(colour);
  const value = Math.round(((grey ?? 0) / 65_535) * 255);
  return [value, value, value];
}
