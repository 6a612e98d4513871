// What is to be drawn when more was saved meanwhile: changes made here stay, all else follows what is saved.
import type { SavedMeasurement } from '@strata/protocol/saved-measurements';
import { saysTheSame } from './saved-form.ts';

/** Measurements by their UIDs. */
export type ByUid = ReadonlyMap<string, SavedMeasurement>;

export interface Merge {
  /** UIDs of what is drawn and is not any more, or is drawn otherwise. */
  readonly erase: readonly string[];
  readonly draw: readonly SavedMeasurement[];
}

export interface Known {
  /** What was saved as far as was known until now. */
  readonly before: ByUid;
  /** What was drawn of it, as it was drawn. */
  readonly asDrawn: ByUid;
  /** What is drawn now. */
  readonly here: ByUid;
}

/** @param saved what is saved now */
export function merge({ before, asDrawn, here }: Known, saved: ByUid): Merge {
  const erase: string[] = [];
  const draw: SavedMeasurement[] = [];
  for (const uid of new Set([...before.keys(), ...saved.keys()])) {
    const [known, drawn, now, then] = [asDrawn.get(uid), here.get(uid), saved.get(uid), before.get(uid)];
    const isChangedHere = known ? !drawn || !saysTheSame(known, drawn) : drawn !== undefined;
    if (isChangedHere || (known && now && then && saysTheSame(then, now))) continue;
    if (drawn) erase.push(uid);
    if (now) draw.push(now);
  }
  return { erase, draw };
}

/** What differs from what is saved: drawn here or changed, and removed here. */
export interface Changes {
  readonly changed: readonly SavedMeasurement[];
  /** UIDs. */
  readonly removed: readonly string[];
}

/** @param asDrawn what was drawn of what is saved, as it was drawn */
export function changesOf(asDrawn: ByUid, here: ByUid): Changes {
  const changed = [...here.values()].filter((one) => {
    const before = asDrawn.get(one.uid);
    return !before || !saysTheSame(before, one);
  });
  return { changed, removed: [...asDrawn.keys()].filter((uid) => !here.has(uid)) };
}
