// How an image is turned and mirrored on the screen.

export interface Turn {
  /** Degrees clockwise: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Left and right exchanged, after turning. */
  readonly mirrored: boolean;
}

export const upright: Turn = { rotation: 0, mirrored: false };

/** Whether two turns look the same. */
export function isSameTurn(a: Turn, b: Turn): boolean {
  return a.rotation === b.rotation && a.mirrored === b.mirrored;
}

/** Turned further by so many degrees clockwise as seen on the screen, a multiple of 90. */
export function turnedBy({ rotation, mirrored }: Turn, degrees: number): Turn {
  return { rotation: (((rotation + degrees) % 360) + 360) % 360, mirrored };
}

/** Left and right of the screen exchanged: what was turned clockwise is turned the other way then. */
export function mirrored(turn: Turn): Turn {
  return { rotation: (360 - turn.rotation) % 360, mirrored: !turn.mirrored };
}
