// Where a series was left: its slice, tones and turn, kept while it is not looked at.
import type { KeptTones } from '../study/tones.ts';
import type { Turn } from '../viewport/turn.ts';

export interface LeftSeries {
  readonly index: number;
  readonly tones: KeptTones;
  readonly turn: Turn;
}

/** One for all viewports of a page, so that a series can be moved from one to another as it is. */
export class SeriesMemory {
  readonly #left = new Map<string, LeftSeries>();

  get(seriesUid: string): LeftSeries | undefined {
    return this.#left.get(seriesUid);
  }

  set(seriesUid: string, left: LeftSeries): void {
    this.#left.set(seriesUid, left);
  }
}
