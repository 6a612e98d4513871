// Where things lie in a picture: matrices of six numbers, as CSS and canvases take them.
import type { ImagePlace } from '../viewport/stack-camera.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a point becomes by `second` after `first`. */
export function after(first: ImagePlace, second: ImagePlace): ImagePlace {
  const [a, b, c, d, e, f] = second;
  const at = (x: number, y: number) => [a * x + c * y, b * x + d * y] as const;
  const [along, down, origin] = [at(first[0], first[1]), at(first[2], first[3]), at(first[4], first[5])];
  return [...along, ...down, origin[0] + e, origin[1] + f];
}

/** The way back. Of a matrix that makes all one line, all is at the origin. */
export function back([a, b, c, d, e, f]: ImagePlace): ImagePlace {
  const area = a * d - b * c;
  if (area === 0) return [0, 0, 0, 0, 0, 0];
  const [ia, ib, ic, id] = [d / area, -b / area, -c / area, a / area];
  return [ia, ib, ic, id, -(ia * e + ic * f), -(ib * e + id * f)];
}

export const scaledBy = (factor: number): ImagePlace => [factor, 0, 0, factor, 0, 0];

/** An image as it is to be laid: its pixels, the height of one by its width, and how it lies on the screen. */
export interface LaidImage {
  readonly columns: number;
  readonly rows: number;
  readonly aspect: number;
  readonly place: ImagePlace;
}

/** A picture of a whole image. */
export interface FittedPicture {
  readonly size: Size;
  /** From pixels of the image to those of the picture. */
  readonly place: ImagePlace;
}

/**
 * A picture that holds the whole image, turned as it is on the screen.
 * @param side of the longer side of the picture in pixels; 'full' for at least one for each of the image's
 * @param even whether width and height must be, as films demand
 */
export function wholeImage(
  image: LaidImage,
  side: number | 'full',
  even: 'even' | 'any' = 'any',
): FittedPicture {
  const { columns, rows, aspect, place } = image;
  const [across, down] = [direction(place[0], place[1]), direction(place[2], place[3])];
  // Pixels of the picture for one of the image, along its rows and its columns.
  const [x, y] = aspect >= 1 ? [1, aspect] : [1 / aspect, 1];
  const natural = {
    width: Math.abs(across[0]) * columns * x + Math.abs(down[0]) * rows * y,
    height: Math.abs(across[1]) * columns * x + Math.abs(down[1]) * rows * y,
  };
  const scale = side === 'full' ? 1 : side / Math.max(natural.width, natural.height);
  const step = even === 'even' ? 2 : 1;
  const whole = (length: number) => Math.max(step, Math.round((length * scale) / step) * step);
  const size = { width: whole(natural.width), height: whole(natural.height) };
  const [a, b] = [across[0] * x * scale, across[1] * x * scale];
  const [c, d] = [down[0] * y * scale, down[1] * y * scale];
  const e = (size.width - a * columns - c * rows) / 2;
  const f = (size.height - b * columns - d * rows) / 2;
  return { size, place: [a, b, c, d, e, f] };
}

/** Of length 1; along the screen's sides exactly, as images are turned by quarters. */
function direction(x: number, y: number): readonly [number, number] {
  const length = Math.hypot(x, y) || 1;
  const [dx, dy] = [x / length, y / length];
  const straight = (one: number) => (Math.abs(one - Math.round(one)) < 1e-3 ? Math.round(one) : one);
  return [straight(dx), straight(dy)];
}
