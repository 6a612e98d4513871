// The VOI LUTs of single frames, named by their place in one list for all frames, so that equal ones are kept once.
import { firstItem } from './data-set.ts';
import { itemsOf } from './items.ts';
import {
  type LookupTable,
  MAX_ENTRIES_IN_ALL,
  MAX_VOI_LUTS,
  readVoiLuts,
  signOfModalityValues,
} from './lookup-table.ts';
import type { Presentation } from './presentation.ts';
import { Tag } from './tags.ts';
import type { Values } from './values.ts';

/** A manifest repeats their indices for every frame. */
const MOST_OF_A_FRAME = 8;

export interface FrameLuts {
  /** The different tables of all frames. */
  readonly tables: LookupTable[];
  /** For each frame, indices of its tables. */
  readonly ofFrames: number[][];
  readonly problems: string[];
}

/**
 * Reads the tables of the frames' functional groups (PS3.3 C.7.6.16.2.10b).
 * @param frames of the object, two or more
 * @returns null where no frame has a table of its own, or the groups end too soon
 */
export function readFrameLuts(values: Values, frames: number, shared: Presentation): FrameLuts | null {
  const sequence = values.set.elements.get(Tag.PerFrameFunctionalGroupsSequence);
  if (!sequence) return null;
  const sign = signOfModalityValues(values, shared.rescale, shared.modalityLut !== null);
  const list = new TableList();
  const ofFrames: number[][] = [];
  for (const item of itemsOf(values.set, sequence)) {
    const group = firstItem(item, Tag.FrameVOILUTSequence);
    const found = group?.elements.has(Tag.VOILUTSequence)
      ? readVoiLuts({ ...values, set: group }, sign)
      : null;
    for (const problem of found?.problems ?? []) list.problems.add(problem);
    const places = (found?.tables ?? []).flatMap((table) => list.place(table) ?? []);
    ofFrames.push([...new Set(places)].slice(0, MOST_OF_A_FRAME));
    if (ofFrames.length === frames) break;
  }
  const { tables, problems } = list;
  if (ofFrames.length < frames || (tables.length === 0 && problems.size === 0)) return null;
  return { tables, ofFrames, problems: [...problems] };
}

class TableList {
  readonly tables: LookupTable[] = [];
  readonly problems = new Set<string>();
  readonly #places = new Map<string, number>();
  #entries = 0;

  /** The table's index; null when there is no room for it. */
  place(table: LookupTable): number | null {
    const key = JSON.stringify(table);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.tables.length === MAX_VOI_LUTS || this.#entries + table.count > MAX_ENTRIES_IN_ALL) {
      this.problems.add(`VOI LUTs of frames not offered: more than ${MAX_VOI_LUTS}, or too many entries`);
      return null;
    }
    this.#entries += table.count;
    this.#places.set(key, this.tables.length);
    return this.tables.push(table) - 1;
  }
}
