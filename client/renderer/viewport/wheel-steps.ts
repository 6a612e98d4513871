// Turns wheel and trackpad movements into whole slices.

/** What of a WheelEvent matters. */
export interface WheelMove {
  readonly deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number;
}

/** A notch of a mouse wheel reports 100 or 120 pixels, three lines or a page; a trackpad many small movements. */
const pixelsPerSlice = 40;

/** Collects movements until they make a slice. */
export class WheelSteps {
  #rest = 0;

  /** @returns slices to scroll by, signed; a notch of a wheel is always exactly one */
  take(move: WheelMove): number {
    if (move.deltaMode !== 0 || Math.abs(move.deltaY) >= 100) {
      this.#rest = 0;
      return Math.sign(move.deltaY);
    }
    if (Math.sign(move.deltaY) !== Math.sign(this.#rest)) this.#rest = 0;
    this.#rest += move.deltaY;
    const steps = Math.trunc(this.#rest / pixelsPerSlice);
    this.#rest -= steps * pixelsPerSlice;
    return steps;
  }
}
