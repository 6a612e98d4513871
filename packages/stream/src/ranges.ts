// Groups missing levels into as few requests as can ask for them, as pure functions.

export interface MissingLevel {
  readonly blob: string;
  readonly frame: number;
  readonly level: number;
}

/** Levels `from`..`to` of frames; `items[i]` are the missing levels of the i-th frame, in order. */
export interface Range<T> {
  readonly from: number;
  readonly to: number;
  readonly items: T[][];
}

/**
 * Groups missing levels so that each range asks for exactly what is missing and nothing else: runs of consecutive levels
 * of a frame, and together the frames that miss the same run. At most `most` frames in one range; order is kept.
 */
export function groupMissing<T extends MissingLevel>(missing: Iterable<T>, most: number): Range<T>[] {
  const frames = new Map<string, T[]>();
  for (const each of missing) append(frames, `${each.blob}/${each.frame}`, each);
  const runs = new Map<string, T[][]>();
  for (const levels of frames.values()) {
    levels.sort((a, b) => a.level - b.level);
    let run: T[] = [];
    for (const each of levels) {
      const last = run.at(-1);
      if (last && each.level !== last.level + 1) {
        append(runs, runKey(run), run);
        run = [];
      }
      run.push(each);
    }
    append(runs, runKey(run), run);
  }
  const ranges: Range<T>[] = [];
  for (const all of runs.values()) {
    for (let start = 0; start < all.length; start += most) {
      const items = all.slice(start, start + most);
      const first = items[0] as T[];
      ranges.push({ from: (first[0] as T).level, to: (first.at(-1) as T).level, items });
    }
  }
  return ranges;
}

function runKey<T extends MissingLevel>(run: T[]): string {
  return `${run[0]?.level}-${run.at(-1)?.level}`;
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
