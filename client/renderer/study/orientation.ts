// Which side of the patient lies at which edge of the picture (PS3.3 C.7.6.1.1.1).

export interface EdgeLabels {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** Below this share of the strongest direction a letter says more than the eye can use. */
const weakest = 0.25;

/**
 * Letters for the edges: L(eft), R(ight), A(nterior), P(osterior), H(ead), F(eet); oblique planes get two or three,
 * the strongest first. Null when the file does not say.
 * @param orientation row and column direction, six values in patient coordinates (towards left, posterior, head)
 */
export function edgeLabels(orientation: readonly number[] | null): EdgeLabels | null {
  if (orientation?.length !== 6) return null;
  const right = directionLetters(orientation.slice(0, 3));
  const bottom = directionLetters(orientation.slice(3));
  return right && bottom ? { right, bottom, left: opposite(right), top: opposite(bottom) } : null;
}

function directionLetters(direction: readonly number[]): string {
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

const opposites: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

function opposite(letters: string): string {
  return [...letters].map((letter) => opposites[letter] ?? '').join('');
}
