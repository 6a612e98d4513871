// Which side of the patient lies at which edge of an image as it is stored (PS3.3 C.7.6.1.1.1).

/** Left, right, top, bottom. */
export type EdgeLetters = readonly [left: string, right: string, top: string, bottom: string];

/** A direction counts when it has this share of the strongest. */
const WEAKEST = 0.25;
const axes = ['LR', 'PA', 'HF'] as const;
const opposites: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

/**
 * @param orientation directions of row and column, six values in patient coordinates
 * @param letters of both, where only these are said
 * @returns null when the object does not say
 */
export function edgeLetters(
  orientation: readonly number[] | null,
  letters: readonly [string, string] | null,
): EdgeLetters | null {
  const isSaid = orientation?.length === 6;
  const right = isSaid ? along(orientation.slice(0, 3)) : (letters?.[0] ?? '');
  const bottom = isSaid ? along(orientation.slice(3)) : (letters?.[1] ?? '');
  return right && bottom ? [opposite(right), right, opposite(bottom), bottom] : null;
}

/** The strongest first. */
function along(direction: readonly number[]): string {
  const strongest = Math.max(...direction.map(Math.abs));
  return direction
    .map((value, axis) => ({ strength: Math.abs(value), letter: axes[axis]?.[value > 0 ? 0 : 1] ?? '' }))
    .filter(({ strength }) => strength > 0 && strength >= WEAKEST * strongest)
    .sort((a, b) => b.strength - a.strength)
    .map(({ letter }) => letter)
    .join('');
}

function opposite(letters: string): string {
  return [...letters].map((letter) => opposites[letter] ?? '').join('');
}
