// Which side of the patient lies at which edge of the viewport (PS3.3 C.7.6.1.1.1), however the image is turned.
import type { ImagePlace } from '../viewport/stack-camera.ts';

export interface EdgeLabels {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** What an image says of its directions. */
export interface ImageDirections {
  /** Row and column direction, six values in patient coordinates (towards left, posterior, head); null when not said. */
  readonly orientation: readonly number[] | null;
  /** Letters of the row and the column direction where only these are said, as radiographs do. */
  readonly letters: readonly [string, string] | null;
}

/** Below this share of the strongest direction a letter says more than the eye can use. */
const weakest = 0.25;

/**
 * Letters for the edges: L(eft), R(ight), A(nterior), P(osterior), H(ead), F(eet); oblique planes get two or three,
 * the strongest first. Null when the file does not say.
 * @param place where the image lies; null for as it is stored
 */
export function edgeLabels(
  { orientation, letters }: ImageDirections,
  place: ImagePlace | null = null,
): EdgeLabels | null {
  const toRight = alongImage(place, 1, 0);
  const toBottom = alongImage(place, 0, 1);
  const label = (along: readonly [number, number]): string =>
    orientation?.length === 6 ? lettersOf(orientation, along) : nearest(letters, along);
  const [right, bottom] = [label(toRight), label(toBottom)];
  if (!right || !bottom) return null;
  return { right, bottom, left: opposite(right), top: opposite(bottom) };
}

/** A direction on the screen as a unit step along the image's rows and columns. */
function alongImage(place: ImagePlace | null, x: number, y: number): readonly [number, number] {
  if (!place) return [x, y];
  const [a, b, c, d] = place;
  // Pixels need not be square: their sides on the screen are of length 1 here.
  const [across, down] = [Math.hypot(a, b) || 1, Math.hypot(c, d) || 1];
  return [(a * x + b * y) / across, (c * x + d * y) / down];
}

function lettersOf(orientation: readonly number[], [row, column]: readonly [number, number]): string {
  const direction = [0, 1, 2].map(
    (axis) => (orientation[axis] ?? 0) * row + (orientation[axis + 3] ?? 0) * column,
  );
  const axes = [
    ['L', 'R'],
    ['P', 'A'],
    ['H', 'F'],
  ] as const;
  const strongest = Math.max(...direction.map(Math.abs));
  return direction
    .map((value, axis) => ({ strength: Math.abs(value), letter: axes[axis]?.[value > 0 ? 0 : 1] ?? '' }))
    .filter(({ strength }) => strength > 0 && strength >= weakest * strongest)
    .sort((a, b) => b.strength - a.strength)
    .map(({ letter }) => letter)
    .join('');
}

/** The letters of whichever direction of the image runs along, or against. */
function nearest(
  letters: readonly [string, string] | null,
  [row, column]: readonly [number, number],
): string {
  if (!letters) return '';
  const [strength, name] = Math.abs(row) >= Math.abs(column) ? [row, letters[0]] : [column, letters[1]];
  return strength >= 0 ? name : opposite(name);
}

const opposites: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

function opposite(letters: string): string {
  return [...letters].map((letter) => opposites[letter] ?? '').join('');
}
