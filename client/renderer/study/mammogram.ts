// How mammograms are looked at: the chest wall of the right breast on the right of its image, that of the left one on the left.
import type { Presentation } from '@strata/protocol/manifest';
import type { ImageEdge } from '../viewport/image-edge.ts';
import { type Turn, turnedBy, upright } from '../viewport/turn.ts';

type Said = Pick<Presentation, 'laterality' | 'viewPosition' | 'patientOrientation'>;

/** A slice, with the edge of its chest wall where it is a mammogram. */
interface Projection {
  readonly presentation: Said;
  readonly wall?: ImageEdge | undefined;
}

/** The edge of a stored mammogram that is at the chest wall; undefined for an image that does not say which breast it is of. */
export function chestWall({ laterality, patientOrientation }: Said): ImageEdge | undefined {
  if (laterality !== 'R' && laterality !== 'L') return undefined;
  const [row, column] = (patientOrientation ?? ['', '']).map((letters) => letters.charAt(0));
  if (row === 'P' || row === 'A') return row === 'P' ? 'right' : 'left';
  if (column === 'P' || column === 'A') return column === 'P' ? 'bottom' : 'top';
  return laterality === 'R' ? 'right' : 'left';
}

const turns: readonly Turn[] = [0, 90, 180, 270].flatMap((degrees) => {
  const turned = turnedBy(upright, degrees);
  return [turned, { ...turned, mirrored: true }];
});

const opposites: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };
const opposite = (letter: string): string => opposites[letter] ?? '';

/**
 * How a mammogram is turned first: the chest wall as said above, the feet or the middle of the body below. Upright for
 * other images, and where the file does not say how it lies.
 */
export function mammogramTurn(slice: Projection | undefined): Turn {
  const { laterality, viewPosition = '', patientOrientation } = slice?.presentation ?? {};
  if (!slice?.wall || !patientOrientation) return upright;
  const isRight = laterality === 'R';
  const medial = isRight ? 'L' : 'R';
  // A projection from above or below has no feet.
  const isFromAbove = /CC|FB/.test(viewPosition);
  const wanted = { right: isRight ? 'P' : 'A', bottom: isFromAbove ? medial : 'F' };
  const fit = (turn: Turn): number => {
    const [right, bottom] = lettersAfter(turn, patientOrientation);
    return (right === wanted.right ? 2 : 0) + (bottom === wanted.bottom ? 1 : 0);
  };
  return turns.reduce((best, turn) => (fit(turn) > fit(best) ? turn : best), upright);
}

/** Where the right and the bottom of the screen lead, by first letters. */
function lettersAfter({ rotation, mirrored }: Turn, [row, column]: readonly [string, string]) {
  let [right, bottom] = [row.charAt(0), column.charAt(0)];
  for (let turned = 0; turned < rotation; turned += 90) [right, bottom] = [opposite(bottom), right];
  return [mirrored ? opposite(right) : right, bottom] as const;
}
